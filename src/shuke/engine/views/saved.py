"""Saving, sharing and finding views. Everybody keeps his own; who may share an object's records may share its views."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor, Reach
from shuke.engine.audit.context import change
from shuke.engine.commands.prepare import require
from shuke.engine.organisation.models import Role, Unit, User
from shuke.engine.record.values import storable
from shuke.engine.views.definition import Column, Definition, check, load, makes_sense, store, write_columns
from shuke.engine.views.models import ListHabit, SavedView
from shuke.kernel.errors import Invalid, NotAllowed, NotFound
from shuke.kernel.text import tidy
from shuke.resource.registry import resource_for
from shuke.resource.spec import Resource

# More views of one list than this nobody finds his way in.
MOST = 50


@dataclass(frozen=True)
class Audience:
    """Whom a view is for beside its owner; ``default_roles``: for whose people the list opens with it."""

    everyone: bool = False
    units: tuple[int, ...] = ()
    roles: tuple[int, ...] = ()
    default_roles: tuple[int, ...] = ()

    @property
    def is_private(self) -> bool:
        """Is it the owner's alone?"""
        return not (self.everyone or self.units or self.roles or self.default_roles)


ALONE = Audience()


@dataclass(frozen=True)
class Shelf:
    """What a person may open of one list, what it opens with ("": the first ready-made view), and his columns."""

    views: Sequence[SavedView] = ()
    default: str = ""
    columns: str = ""
    definitions: dict[str, Definition] = field(default_factory=dict)


# Asked with every list, and so written by hand: the ORM takes longer to put this together than it takes to answer it.
_SHELF = f"""
SELECT * FROM {SavedView._meta.db_table} WHERE resource = %s AND deleted_at IS NULL AND (
    owner_id = %s OR everyone OR units && %s::bigint[] OR roles && %s::bigint[] OR default_roles && %s::bigint[]
) ORDER BY name, id
"""
_HABIT = f"SELECT * FROM {ListHabit._meta.db_table} WHERE user_id = %s AND resource = %s"


def _rings(actor: Actor) -> tuple[list[int], list[int], list[int]]:
    roles = sorted(actor.roles)
    return sorted(actor.above), roles, roles


def shelf_of(actor: Actor, resource: Resource) -> Shelf:
    """What stands above a list for a person; two small queries. Views that would show what he may not see stay out."""
    definitions = {}
    views = []
    for view in SavedView.objects.raw(_SHELF, [resource.name, actor.user_id, *_rings(actor)]):
        definition = load(view.definition)
        if makes_sense(actor, resource, definition):
            views.append(view)
            definitions[view.key] = definition
    habit = next(iter(ListHabit.objects.raw(_HABIT, [actor.user_id, resource.name])), None)
    default = (habit.view if habit else "") or _role_default(actor, views) or _reach_default(actor, resource)
    known = {*definitions, *(view.key for view in resource.table.views)}
    return Shelf(views, default if default in known else "", habit.columns if habit else "", definitions)


def _role_default(actor: Actor, views: Sequence[SavedView]) -> str:
    return next((view.key for view in views if actor.roles & set(view.default_roles)), "")


def _reach_default(actor: Actor, resource: Resource) -> str:
    """Who sees little beside his own begins with his own; shared and pooled records are a tab further."""
    own = actor.reach(resource.name, "view") is Reach.OWN
    return next((view.key for view in resource.table.views if own and view.mine), "")


def _visible(actor: Actor) -> Q:
    """The rule of ``_SHELF`` for the ORM."""
    units, roles, default_roles = _rings(actor)
    shared = Q(everyone=True) | Q(units__overlap=units) | Q(roles__overlap=roles)
    return Q(owner_id=actor.user_id) | shared | Q(default_roles__overlap=default_roles)


def views_of(actor: Actor, resource: Resource | None = None) -> list[SavedView]:
    """Every view that a person may open, of one object or of all; administrators see all that are shared."""
    visible = _visible(actor)
    if actor.is_administrator:
        visible |= ~Q(units=[]) | ~Q(roles=[]) | ~Q(default_roles=[])
    found = SavedView.objects.filter(visible, deleted_at__isnull=True).order_by("resource", "name", "pk")
    found = found.filter(resource=resource.name) if resource else found
    return [view for view in found if actor.may(view.resource, "view")]


def view_for(actor: Actor, pk: int, *, deleted: bool = False) -> SavedView:
    """A view that the actor may open. Raises ``NotFound``."""
    visible = Q() if actor.is_administrator else _visible(actor)
    view = SavedView.objects.filter(visible, pk=pk, deleted_at__isnull=not deleted).first()
    if view is None or not actor.may(view.resource, "view"):
        raise NotFound(_("There is no view no. %(id)s, or it is not for you.") % {"id": pk})
    return view


def may_change(actor: Actor, view: SavedView) -> bool:
    """Its owner and administrators change a view."""
    return actor.is_administrator or view.owner_id == actor.user_id


def may_share(actor: Actor, resource: Resource) -> bool:
    """Who may open records of the object to others may open views to them, too."""
    return actor.may(resource.name, "share")


def create_view(
    actor: Actor,
    resource: Resource,
    name: str,
    definition: Definition,
    audience: Audience = ALONE,
    *,
    owner: int | None = None,
) -> SavedView:
    """Keep a view; administrators may make one for somebody else. Raises ``Invalid``, ``NotAllowed``."""
    require(actor, resource, "view")
    owner = owner or actor.user_id or 0
    if owner != actor.user_id and not actor.is_administrator:
        raise NotAllowed(_("Only administrators make views for others."))
    if not User.objects.unscoped("whom a view is for").filter(pk=owner, deleted_at__isnull=True).exists():
        raise Invalid(fields={"owner": _("Choose a colleague.")})
    check(actor, resource, definition)
    _check_audience(actor, resource, audience, ALONE)
    view = SavedView(resource=resource.name, owner_id=owner, definition=store(definition), name=_name(name))
    _check_name(view)
    if SavedView.objects.filter(resource=resource.name, owner_id=owner, deleted_at__isnull=True).count() >= MOST:
        raise Invalid(_("At most %(most)d views of one list; delete one first.") % {"most": MOST})
    _set_audience(view, audience)
    with change(actor, "create", "views"):
        view.save()
    return view


def change_view(
    actor: Actor,
    pk: int,
    *,
    name: str | None = None,
    definition: Definition | None = None,
    audience: Audience | None = None,
) -> SavedView:
    """Change what is given. Raises ``NotFound``, ``NotAllowed``, ``Invalid``."""
    view = view_for(actor, pk)
    resource = resource_for(view.resource)
    _require_change(actor, view)
    if definition is not None:
        check(actor, resource, definition)
        view.definition = store(definition)
    if name is not None:
        view.name = _name(name)
        _check_name(view)
    if audience is not None:
        _check_audience(actor, resource, audience, audience_of(view))
        _set_audience(view, audience)
    with change(actor, "edit", "views"):
        view.save()
    return view


def remove_view(actor: Actor, pk: int) -> SavedView:
    """Take a view away from everybody; ``restore_view`` brings it back."""
    return _let_live(actor, view_for(actor, pk), alive=False)


def restore_view(actor: Actor, pk: int) -> SavedView:
    """Bring a view back that was taken away."""
    return _let_live(actor, view_for(actor, pk, deleted=True), alive=True)


def _let_live(actor: Actor, view: SavedView, *, alive: bool) -> SavedView:
    _require_change(actor, view)
    view.deleted_at = None if alive else timezone.now()
    with change(actor, "restore" if alive else "delete", "views"):
        view.save(update_fields=["deleted_at"])
    return view


def open_with(actor: Actor, resource: Resource, key: str) -> None:
    """Let the list open with this view for oneself; "" for what one's role or the product says."""
    known = {"", *(view.key for view in resource.table.views), *(view.key for view in views_of(actor, resource))}
    if key not in known:
        raise NotFound(_("There is no such view."))
    _habit(actor, resource, view=key)


def keep_columns(actor: Actor, resource: Resource, columns: Sequence[Column]) -> None:
    """Remember one's columns of the object's ready-made views; none for the object's own."""
    check(actor, resource, Definition(columns=tuple(columns)))
    _habit(actor, resource, columns=write_columns(columns))


def _habit(actor: Actor, resource: Resource, **values: str) -> None:
    require(actor, resource, "view")
    ListHabit.objects.update_or_create(user_id=actor.user_id or 0, resource=resource.name, defaults=values)


def audience_of(view: SavedView) -> Audience:
    """Whom a view is for."""
    return Audience(view.everyone, tuple(view.units), tuple(view.roles), tuple(view.default_roles))


def _set_audience(view: SavedView, audience: Audience) -> None:
    view.everyone = audience.everyone
    view.units, view.roles = sorted(set(audience.units)), sorted(set(audience.roles))
    view.default_roles = sorted(set(audience.default_roles))


def _check_audience(actor: Actor, resource: Resource, wanted: Audience, present: Audience) -> None:
    if wanted == present:
        return
    if not wanted.is_private and not may_share(actor, resource):
        raise NotAllowed(_("You may not share views of %(objects)s.") % {"objects": resource.label_plural})
    if set(wanted.default_roles) != set(present.default_roles) and not actor.is_administrator:
        raise NotAllowed(_("Only administrators say with which view a list opens for a role."))
    _require_known(Unit, "units", wanted.units, present.units)
    _require_known(Role, "roles", (*wanted.roles, *wanted.default_roles), (*present.roles, *present.default_roles))


def _require_known(model: Any, name: str, ids: Collection[int], present: Collection[int]) -> None:
    """Those that are added must live; what is gone meanwhile may stay."""
    added = set(ids) - set(present)
    found = model.objects.unscoped("whom a view is for").filter(pk__in=added, deleted_at__isnull=True).count()
    if found != len(added):
        raise Invalid(fields={name: _("Choose a colleague, a unit or a role.")})


def _require_change(actor: Actor, view: SavedView) -> None:
    if not may_change(actor, view):
        raise NotAllowed(_("“%(name)s” is not your view; save it under a name of your own.") % {"name": view.name})


def _name(text: str) -> str:
    name = tidy(storable(text))
    if not name:
        raise Invalid(fields={"name": _("Give the view a name.")})
    if len(name) > 60:
        raise Invalid(fields={"name": _("At most 60 characters.")})
    return name


def _check_name(view: SavedView) -> None:
    same = SavedView.objects.filter(
        resource=view.resource, owner_id=view.owner_id, name=view.name, deleted_at__isnull=True
    )
    if same.exclude(pk=view.pk).exists():
        raise Invalid(fields={"name": _("You have a view of this name already.")})
