"""“Why can (or can't) he do this?” – answered by the very sources and levels that decide (``engine/access``).

Nothing is decided here a second time: each source of access is put to the database by itself, and the verdict is the
one of ``in_sight``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from shuke.engine.access.actor import ACTIONS, APPROVE, Actor, FieldLevel, Reach
from shuke.engine.access.fields import FieldAccess
from shuke.engine.access.models import Share
from shuke.engine.access.scope import Source, sources
from shuke.engine.commands.sight import in_sight
from shuke.engine.organisation.actors import actor_for, default_level
from shuke.engine.organisation.models import Membership, Role, User
from shuke.engine.record.words import clauses, listed
from shuke.kernel.errors import NotFound
from shuke.resource.describe import field_of
from shuke.resource.registry import parent_of
from shuke.resource.spec import Resource

REACHES = {
    Reach.NONE: "none",
    Reach.OWN: "own",
    Reach.UNIT: "unit",
    Reach.BELOW: "below",
    Reach.COMPANY: "company",
    Reach.ALL: "all",
}


@dataclass(frozen=True)
class Reason:
    """One link of the chain. ``holds``: does it speak for the person? ``kind`` names the rule, ``text`` says it."""

    kind: str
    holds: bool
    text: str


@dataclass(frozen=True)
class Explanation:
    """The verdict of the engine, and the reasons in the order in which it asks."""

    allowed: bool
    reasons: tuple[Reason, ...]
    level: FieldLevel | None = None


def explain(user_id: int, resource: Resource, pk: int, *, action: str = "view", field: str = "") -> Explanation:
    """Why may – or may not – this person do ``action`` with the record (and see or write ``field``)?

    Raises ``NotFound`` for an unknown person, record or field.
    """
    user = User.objects.unscoped("whose rights are explained").filter(pk=user_id).first()
    record = _record(resource, pk)
    if user is None or record is None or (field and field_of(resource, field) is None):
        raise NotFound(_("There is no such person, record or field."))
    if reasons := _shut_out(user, record):
        return Explanation(allowed=False, reasons=tuple(reasons), level=FieldLevel.HIDDEN if field else None)
    actor = actor_for(user, "web")
    found = _why(actor, user, resource, record, "view")
    allowed = in_sight(actor, resource, pk)
    if action != "view":
        found += _why(actor, user, resource, record, action)
        allowed = allowed and in_sight(actor, resource, pk, action)
    if not field:
        return Explanation(allowed, tuple(found))
    level = FieldAccess(actor, resource).level(field)
    found += _field_reasons(actor, resource, field, level)
    wanted = FieldLevel.WRITE if action == "edit" else FieldLevel.MASKED
    return Explanation(allowed and level >= wanted, tuple(found), level)


def holding(actor: Actor, resource: Resource, pk: int, action: str = "view") -> list[Source]:
    """The sources of access that hold for this record, one question each."""
    rows = resource.model.objects.unscoped("each source is asked by itself")  # type: ignore[attr-defined]
    living = rows.filter(pk=pk, deleted_at__isnull=True)
    return [source for source in sources(actor, resource, action) if living.filter(source.condition).exists()]


def _record(resource: Resource, pk: int) -> Any:
    rows = resource.model.objects.unscoped("access to it is explained")  # type: ignore[attr-defined]
    return rows.filter(pk=pk).defer("haystack", "grams", "keys").first()


def _shut_out(user: User, record: Any) -> list[Reason]:
    if user.deleted_at or not user.is_active:
        return [Reason("person", holds=False, text=_("%(person)s may not sign in.") % {"person": user.name})]
    if record.deleted_at:
        return [Reason("record", holds=False, text=_("The record is in the recycle bin."))]
    return []


def _why(actor: Actor, user: User, resource: Resource, record: Any, action: str) -> list[Reason]:
    if action == APPROVE and resource.name in actor.barred:
        text = _("The person does not belong to the role whose members approve %(objects)s.")
        return [Reason("approval", holds=False, text=text % {"objects": resource.label_plural})]
    if actor.is_administrator:
        return [Reason("administrator", holds=True, text=_("System administrators may do everything."))]
    places = {"action": _called(resource, action), "objects": resource.label_plural}
    reach = actor.reach(resource.name, action)
    if reach is Reach.NONE:
        text = _("No role and no personal permission grants “%(action)s” with %(objects)s.") % places
        return [Reason("grant", holds=False, text=text)]
    found = [*_grants(user, resource, action)]
    kept = {source.why for source in holding(actor, resource, record.pk, action)}
    for source in sources(actor, resource, action):
        found.append(Reason(source.why, source.why in kept, _words(actor, resource, record, source)))
    return found


def _grants(user: User, resource: Resource, action: str) -> list[Reason]:
    """Which roles, or the person's own permissions, carry the action how far."""
    mine = Membership.objects.filter(user=user).values("role_id")
    roles = Role.objects.unscoped("whose grants are explained").filter(pk__in=mine, deleted_at__isnull=True)
    given = [(_("the role “%(role)s”") % {"role": role.name}, role.grants) for role in roles.order_by("name")]
    found = []
    for name, grants in [*given, (_("a personal permission"), user.grants)]:
        reach = grants.get(resource.name, {}).get(action, "none")
        if reach != "none":
            places = {"action": _called(resource, action), "source": name, "reach": reach_words()[reach]}
            text = _("“%(action)s” is granted by %(source)s: %(reach)s.") % places
            found.append(Reason("grant", holds=True, text=text))
    return found


def _called(resource: Resource, action: str) -> str:
    return action_words(resource).get(action, action)


def action_words(resource: Resource) -> dict[str, str]:
    """What can be asked about: the actions of every object, and the grants of its own verbs."""
    known = {
        "view": _("See"),
        "create": _("Create"),
        "edit": _("Edit"),
        "delete": _("Delete"),
        "assign": _("Hand over"),
        "share": _("Share"),
        "import": _("Import"),
        "export": _("Export"),
    }
    own = {verb.grant: str(verb.label) for verb in resource.verbs if verb.grant not in ACTIONS}
    return {**known, **own}


def reach_words() -> dict[str, str]:
    """How far a grant carries, in words."""
    return {
        "none": _("nothing"),
        "own": _("own records"),
        "unit": _("records of the own department"),
        "below": _("records of the own department and those below"),
        "company": _("records of the own company"),
        "all": _("all records"),
    }


def _words(actor: Actor, resource: Resource, record: Any, source: Source) -> str:
    owner, unit, pool = (getattr(record, name, None) for name in ("owner", "unit", "pool"))
    nobody = _("nobody")
    match source.why:
        case "owner":
            return _("Own records: the record belongs to %(owner)s.") % {"owner": owner or nobody}
        case "unit":
            return _("Departments within reach: the record belongs to %(unit)s.") % {"unit": unit or nobody}
        case "pool":
            return _("Pools open to the person: the record is in %(pool)s.") % {"pool": pool or _("no pool")}
        case "share":
            shared = listed(shares_for(actor, resource, record)) or nobody
            return _("Shared with the person, the department or a role: %(shares)s.") % {"shares": shared}
    return _("The grant reaches every record.")


def shares_for(actor: Actor, resource: Resource, record: Any) -> list[str]:
    """Through whom the record – or its parent – is shared with the person."""
    owner, pk = resource, record.pk
    if resource.scope.parent:
        owner, pk = parent_of(resource), getattr(record, f"{resource.scope.parent}_id")
    rows = Share.objects.filter(resource=owner.name, object_id=pk).select_related("user", "unit", "role")
    return [
        f"{share.user or share.unit or share.role} ({share.get_level_display()})"
        for share in rows
        if share.user_id == actor.user_id or share.unit_id in actor.above or share.role_id in actor.roles
    ]


def _field_reasons(actor: Actor, resource: Resource, name: str, level: FieldLevel) -> list[Reason]:
    info = field_of(resource, name)
    assert info is not None
    holds, found = level > FieldLevel.HIDDEN, []
    if info.spec.readonly:
        text = _("“%(field)s” is kept by the system; nobody writes it by hand.") % {"field": info.label}
        found.append(Reason("field", holds, text))
    said = actor.field_rules.get(resource.name, {}).get(name)
    if said is None or actor.is_administrator:
        said = FieldLevel.WRITE if actor.is_administrator else default_level(info)
    roles = Role.objects.unscoped("whose field rules are explained").filter(pk__in=actor.roles).order_by("name")
    rules = [(role.name, role.field_rules.get(resource.name, {}).get(name)) for role in roles]
    heard = clauses(f"{role}: {level_words()[rule]}" for role, rule in rules if rule) or _("no role says anything")
    places = {"field": info.label, "level": level_words()[said.name.lower()], "roles": heard}
    found.append(Reason("field", holds, _("“%(field)s”: %(level)s (%(roles)s).") % places))
    return found


def level_words() -> dict[str, str]:
    """What may be done with a field, in words."""
    return {"hidden": _("hidden"), "masked": _("masked"), "read": _("to be read"), "write": _("to be written")}
