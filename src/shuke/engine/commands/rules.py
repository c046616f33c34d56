"""What a record must be before it is written: filled, completed by suggestions, held against its object's rules."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.customfields.computing import meets
from shuke.engine.layouts.arranging import demanded
from shuke.engine.options.catalogue import option
from shuke.engine.options.depending import fits
from shuke.kernel.errors import Invalid
from shuke.resource.describe import FieldInfo, Kind, dependents, fields_of
from shuke.resource.spec import Resource


def fill(record: Any, typed: Mapping[str, Any], resource: Resource) -> set[str]:
    """Put typed values on a record; returns the names of the fields that really differ now.

    Raises ``Invalid`` when that would change what a stored record keeps for good (``Field.once``).
    """
    changed = set()
    kept = []
    for name, value in typed.items():
        info = fields_of(resource)[name]
        if info.kind is not Kind.LINKS and getattr(record, info.column) != value:
            kept += [info] if info.spec.once and not record._state.adding else []
            setattr(record, info.column, value)
            changed.add(name)
    if kept:
        raise Invalid(
            fields={
                info.name: _("%(field)s is set once and cannot be changed.") % {"field": info.label} for info in kept
            }
        )
    return changed


def complete(actor: Actor, resource: Resource, record: Any, *, in_form: bool = False) -> dict[str, Any]:
    """Fill what was left empty on a new record with what its object suggests; returns that, by field name.

    ``in_form``: a person sees it before it is stored, so that what is merely offered may be filled in, too.
    """
    filled = {}
    for suggestion in resource.suggestions:
        if suggestion.offered and not in_form:
            continue
        for name, value in suggestion.run(actor, record).items():
            column = fields_of(resource)[name].column
            if getattr(record, column) in (None, "") and value not in (None, ""):
                setattr(record, column, value)
                filled[name] = value
    return filled


def check_rules(actor: Actor, resource: Resource, record: Any, changed: Collection[str] | None = None) -> None:
    """What must be filled as the record is, what fits together, and the object's own rules; with all messages at once.

    ``changed``: the fields that differ on a record that is there, which may hold what would not be taken any more.
    """
    messages = {**unfit(resource, record, changed), **needed(resource, record)}
    for rule in resource.rules:
        try:
            rule(actor, record)
        except Invalid as error:
            for name, found in error.fields.items():
                messages.setdefault(name, []).extend(found)
    if messages:
        raise Invalid(_("Please correct the marked fields."), fields=messages)


def unfit(resource: Resource, record: Any, changed: Collection[str] | None = None) -> dict[str, list[object]]:
    """A message for each option that does not belong to the one that it depends on, where either has ``changed``."""
    messages: dict[str, list[object]] = {}
    for info, other in dependents(resource):
        found = option(getattr(record, info.column))
        is_touched = changed is None or info.name in changed or other.name in changed
        if found is None or not is_touched or fits(found, getattr(record, other.column)):
            continue
        above = option(getattr(record, other.column))
        words = (
            _("%(field)s: “%(value)s” does not belong to “%(above)s”.")
            if above
            else _("%(field)s: “%(value)s” depends on %(other)s. Choose that, too.")
        )
        messages[info.name] = [words % {"field": info.label, "value": found.name, "above": above, "other": other.label}]
    return messages


def loosen(actor: Actor, resource: Resource, record: Any, changed: Collection[str]) -> set[str]:
    """Empty the options that fit no more since the one they depend on has changed, and what depends on those in turn.

    Returns their names. What was changed itself stands, and so does what must be filled or is closed to the actor: then
    ``unfit`` refuses the change and says why.
    """
    access, asked = FieldAccess(actor, resource), demanded(actor, resource)
    emptied: set[str] = set()
    pairs = dependents(resource)
    # Each round goes one level down.
    for _level in pairs:
        for info, other in pairs:
            found, above = option(getattr(record, info.column)), getattr(record, other.column)
            is_free = info.name not in changed and not info.required and info.name not in asked
            if found is None or other.name not in {*changed, *emptied} or fits(found, above):
                continue
            if is_free and access.changes(info.name):
                setattr(record, info.column, None)
                emptied.add(info.name)
    return emptied


def needed(resource: Resource, record: Any) -> dict[str, list[object]]:
    """A message for each empty field that must be filled: in a new record, or while it meets the field's ``need``."""
    return {
        info.name: [_("%(field)s is required.") % {"field": info.label}]
        for info in fields_of(resource).values()
        if (info.spec.asked or info.spec.need is not None)
        and getattr(record, info.column) in (None, "", [])
        and _is_needed(resource, record, info)
    }


def _is_needed(resource: Resource, record: Any, info: FieldInfo) -> bool:
    if info.spec.asked and record._state.adding:
        return True
    return info.spec.need is not None and meets(resource, info.spec.need, lambda other: getattr(record, other.column))
