"""Actions that write: set fields of the record, make another one, put it into a pool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.audit.install import decides_rights
from shuke.engine.automation.actor import AUTOMATION
from shuke.engine.automation.scene import Action, Scene, Step
from shuke.engine.automation.texts import check_text, fill_in
from shuke.engine.commands import ownership, write
from shuke.engine.commands.prepare import prepare
from shuke.engine.commands.rules import unfit
from shuke.engine.commands.tagging import retag, tags_fields
from shuke.engine.customfields.computing import understand, worth
from shuke.engine.options.catalogue import option
from shuke.engine.options.tags import tags_meant
from shuke.engine.organisation.models import Pool
from shuke.engine.present.cells import text_of
from shuke.engine.query.paging import get
from shuke.engine.record.words import listed
from shuke.kernel.errors import Invalid, NotFound
from shuke.resource.describe import FieldInfo, Kind, dependents, fields_of
from shuke.resource.registry import independent
from shuke.resource.spec import Resource

# Where a field's new value comes from: given as it is, worked out, written with places for fields, copied from a field
# of the record that woke the rule, or that record itself.
SOURCES = ("value", "formula", "text", "field", "record")
MOST_FIELDS = 50


# ---- set ------------------------------------------------------------------------------------------------------------


def _check_set(actor: Actor, resource: Resource, step: Step) -> None:
    _check_assignments(actor, resource, resource, _assignments(step), new=False)


def _set(scene: Scene, step: Step) -> str:
    values = _values(scene, scene.resource, _assignments(step))
    saved = write.update(AUTOMATION, scene.resource, scene.record.pk, values)
    scene.record = saved.record
    return _told(scene.resource, saved.record, values)


# ---- tag ------------------------------------------------------------------------------------------------------------


def _check_tag(actor: Actor, resource: Resource, step: Step) -> None:
    info = _tags_field(resource, step)
    if not FieldAccess(actor, resource).changes(info.name):
        raise Invalid(_("You may not change “%(field)s”.") % {"field": info.label})
    add, remove = step.get("add", []), step.get("remove", [])
    if not (isinstance(add, list) and isinstance(remove, list)) or not (add or remove):
        raise Invalid(_("Choose at least one tag."))
    for tags in (add, remove):
        tags_meant(info, tags, may_make=False)


def _tag(scene: Scene, step: Step) -> str:
    info = _tags_field(scene.resource, step)
    add, remove = step.get("add", []), step.get("remove", [])
    scene.record = retag(AUTOMATION, scene.resource, scene.record.pk, info, add=add, remove=remove).record
    return _told(scene.resource, scene.record, {info.name: None})


def _tags_field(resource: Resource, step: Step) -> FieldInfo:
    """The field that is meant; where the object has one, it need not be named."""
    infos = {info.name: info for info in tags_fields(resource)}
    name = step.get("field") or next(iter(infos), "")
    if name not in infos:
        raise Invalid(_("%(objects)s have no tags.") % {"objects": resource.label_plural})
    return infos[name]


# ---- create ---------------------------------------------------------------------------------------------------------


def creatable() -> list[Resource]:
    """What rules may make records of."""
    return [one for one in independent() if not decides_rights(one.model)]


def _target(step: Step) -> Resource:
    found = next((one for one in creatable() if one.name == step.get("object")), None)
    if found is None:
        raise Invalid(_("Choose an object."))
    return found


def _check_create(actor: Actor, resource: Resource, step: Step) -> None:
    target = _target(step)
    given = _assignments(step)
    _check_assignments(actor, resource, target, given, new=True)
    names = {one["field"] for one in given}
    for name, info in fields_of(target).items():
        if info.required and name not in names and not info.starts_filled:
            raise Invalid(_("%(field)s is required.") % {"field": info.label})


def _create(scene: Scene, step: Step) -> str:
    target = _target(step)
    values = _values(scene, target, _assignments(step))
    owner = getattr(scene.record, "owner_id", None) if target.scope.owner and not target.scope.parent else None
    made = write.create(AUTOMATION, target, values, owner=owner).record
    return _("%(object)s “%(title)s” created") % {"object": target.label, "title": getattr(made, target.title)}


# ---- pool -----------------------------------------------------------------------------------------------------------


def _check_pool(actor: Actor, resource: Resource, step: Step) -> None:
    if not resource.scope.waits_in_pools:
        raise Invalid(_("%(objects)s cannot be put into a pool.") % {"objects": resource.label_plural})
    if type(step.get("pool")) is not int or not Pool.plain.filter(pk=step["pool"], deleted_at__isnull=True).exists():
        raise Invalid(_("Choose a pool."))


def _pool(scene: Scene, step: Step) -> str:
    ownership.release(AUTOMATION, scene.resource, [scene.record.pk], step["pool"])
    refresh(scene)
    pool = Pool.plain.filter(pk=step["pool"]).first()
    return _("put into “%(pool)s”") % {"pool": pool}


def refresh(scene: Scene) -> None:
    """Read the record again after something else than a field was changed. Raises ``NotFound`` when it is gone."""
    found = get(AUTOMATION, scene.resource, scene.record.pk)
    if found is None:
        raise NotFound(_("The record is gone."))
    scene.record = found


# ---- values ---------------------------------------------------------------------------------------------------------


def _assignments(step: Step) -> Sequence[Mapping[str, Any]]:
    found = step.get("values")
    if not isinstance(found, list) or not 1 <= len(found) <= MOST_FIELDS:
        raise Invalid(_("Choose at least one field."))
    if not all(isinstance(one, dict) and isinstance(one.get("field"), str) for one in found):
        raise Invalid(_("Choose at least one field."))
    return found


def _check_assignments(
    actor: Actor, resource: Resource, target: Resource, given: Sequence[Mapping[str, Any]], *, new: bool
) -> None:
    access = FieldAccess(actor, target)
    for one in given:
        info = fields_of(target).get(one["field"])
        if info is None or not (access.writes(info.name) if new else access.changes(info.name)):
            raise Invalid(
                _("%(objects)s have no field “%(field)s”.") % {"objects": target.label_plural, "field": one["field"]}
            )
        _check_source(actor, resource, target, info, one)
    _check_pairs(actor, target, given, new=new)


def _check_pairs(actor: Actor, target: Resource, given: Sequence[Mapping[str, Any]], *, new: bool) -> None:
    """Of options that depend on each other those that are known beforehand must fit; the rest is seen when it runs."""
    plain = {one["field"]: one.get("value") for one in given if one.get("source", "value") == "value"}
    typed = prepare(actor, target, plain, partial=True)
    named, pairs = {one["field"] for one in given}, dependents(target)
    record = SimpleNamespace(**{info.column: typed.get(info.name) for pair in pairs for info in pair})
    known = {info.name for info, other in pairs if other.name in typed or (new and other.name not in named)}
    if messages := unfit(target, record, known):
        raise Invalid(next(iter(messages.values()))[0])


def _check_source(actor: Actor, resource: Resource, target: Resource, info: FieldInfo, one: Mapping[str, Any]) -> None:
    seen, raw = FieldAccess(actor, resource), one.get("value")
    match one.get("source", "value"):
        case "value":
            prepare(actor, target, {info.name: raw}, partial=True)
        case "formula":
            worked = understand(resource, str(raw or ""), "")
            if hidden := [name for name in worked.names.values() if not seen.compares(name)]:
                raise Invalid(_("There is no field “%(name)s”.") % {"name": hidden[0]})
        case "text" if info.is_text:
            check_text(actor, resource, raw)
        case "field" if isinstance(raw, str) and raw in fields_of(resource) and seen.compares(raw):
            pass
        case "record" if info.target is resource.model:
            pass
        case _:
            raise Invalid(_("%(field)s: say where its value comes from.") % {"field": info.label})


def _values(scene: Scene, target: Resource, given: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {one["field"]: _value(scene, one) for one in given}


def _value(scene: Scene, one: Mapping[str, Any]) -> Any:
    raw = one.get("value")
    match one.get("source", "value"):
        case "formula":
            return worth(scene.resource, understand(scene.resource, raw or "", ""), scene.record)
        case "text":
            return fill_in(scene.resource, scene.record, raw or "")
        case "record":
            return scene.record.pk
        case "field":
            info = fields_of(scene.resource).get(str(raw))
            return getattr(scene.record, info.column) if info and info.kind not in (Kind.LINKS, Kind.FILES) else None
    return raw


def _told(resource: Resource, record: Any, values: Mapping[str, Any]) -> str:
    infos = fields_of(resource)
    return listed(f"{infos[name].label}: {_shown(infos[name], record)}" for name in values)


def _shown(info: FieldInfo, record: Any) -> str:
    if info.kind in (Kind.LINK, Kind.OPTION):
        return str(getattr(record, info.name) or "—")
    if info.kind in (Kind.LINKS, Kind.FILES, Kind.JSON):
        return "…"
    if info.kind is Kind.TAGS:
        return listed(found.name for pk in getattr(record, info.column) if (found := option(pk))) or "—"
    value = getattr(record, info.column)
    return text_of(info, value) if value not in (None, "") else "—"


def target_of(step: Step, resource: Resource) -> Resource:
    """The object whose fields a step sets: for editors, which also draw what is not complete yet."""
    if step.get("do") != "create":
        return resource
    return next((one for one in creatable() if one.name == step.get("object")), resource)


SET = Action(_check_set, _set)
TAG = Action(_check_tag, _tag)
CREATE = Action(_check_create, _create)
POOL = Action(_check_pool, _pool)
