"""Checks input before it touches a record: writable fields, typed values, required ones, visible references."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shuke.engine.access.actor import APPROVE, Actor
from shuke.engine.access.approving import require_approval
from shuke.engine.access.fields import FieldAccess
from shuke.engine.access.scope import combined
from shuke.engine.customfields.computing import meets
from shuke.engine.layouts.arranging import demanded
from shuke.engine.options.catalogue import meant, option, options_of, standing
from shuke.engine.options.tags import tags_meant
from shuke.engine.record.values import coerce
from shuke.engine.record.words import about, listed
from shuke.kernel.criteria import EVERYTHING
from shuke.kernel.errors import Invalid, NotAllowed
from shuke.resource.describe import FieldInfo, Kind, fields_of
from shuke.resource.registry import has_resource, resource_of
from shuke.resource.spec import Resource

# More options than these are looked up in the dictionary, not read in a message.
_TOLD_OPTIONS = 15


def require(actor: Actor, resource: Resource, action: str) -> None:
    """Raises ``NotAllowed`` when the action is not granted for the object at all."""
    if action == APPROVE and resource.approval:
        require_approval(actor, resource)
    if not actor.may(resource.name, action):
        raise NotAllowed(
            _("You have no permission to do this with %(objects)s (%(action)s). Ask an administrator for it.")
            % {"objects": resource.label_plural, "action": action}
        )


def prepare(
    actor: Actor, resource: Resource, values: Mapping[str, Any], *, partial: bool, given: Collection[str] = ()
) -> dict[str, Any]:
    """The typed values of an input, by field name. Raises ``NotAllowed`` or ``Invalid`` naming every wrong field.

    ``partial``: fields left out stay as they are; otherwise required ones must be there, but for those that are
    ``given`` in another way.
    """
    infos = _writable(actor, resource, values)
    errors: dict[str, list[object]] = {}
    typed: dict[str, Any] = {}
    for name, info in infos.items():
        try:
            typed[name] = _checked(info, values[name], may_make=actor.may(resource.name, "create"))
        except Invalid as error:
            errors.update(error.fields)
    errors.update(_missing(resource, typed, {*errors, *given}, partial=partial))
    errors.update(_demanded(actor, resource, typed, errors, partial=partial))
    for name, value in typed.items():
        if name not in errors and (message := _unknown_reference(actor, infos[name], value)):
            errors[name] = [message]
    if errors:
        raise Invalid(_("Please correct the marked fields."), fields=errors)
    return typed


def _writable(actor: Actor, resource: Resource, values: Mapping[str, Any]) -> dict[str, FieldInfo]:
    infos = fields_of(resource)
    access = FieldAccess(actor, resource)
    unknown = [name for name in values if name not in infos or not access.sees(name)]
    if unknown:
        raise Invalid(
            fields={
                name: _("%(objects)s have no field “%(field)s”.") % {"objects": resource.label_plural, "field": name}
                for name in unknown
            }
        )
    for name in values:
        if infos[name].spec.readonly:
            raise Invalid(fields={name: _("%(field)s cannot be written directly.") % {"field": infos[name].label}})
        if not access.writes(name):
            raise NotAllowed(_("You may not change “%(field)s”.") % {"field": infos[name].label})
    return {name: infos[name] for name in values}


def _checked(info: FieldInfo, raw: Any, *, may_make: bool) -> Any:
    if info.kind is Kind.TAGS and raw is not None:
        return tags_meant(info, raw, may_make=may_make and not info.spec.fixed)
    if info.kind is Kind.OPTION and isinstance(raw, str) and not raw.strip().isdigit() and raw.strip():
        return option_by_name(info, raw)
    value = coerce(info, raw)
    if value in (None, "") or info.kind in (Kind.OPTION, Kind.LINK, Kind.LINKS, Kind.FILES):
        return standing(value) if info.kind is Kind.OPTION and value else value
    try:
        info.source.run_validators(value)
    except ValidationError as error:
        raise Invalid(fields={info.name: [about(info.label, message) for message in error.messages]}) from None
    return value


def option_by_name(info: FieldInfo, name: str) -> int:
    """The id of a living option by its name. Raises ``Invalid``, which tells the options where they are few."""
    dictionary = info.spec.dictionary or ""
    found = meant(dictionary, name)
    if found is not None:
        return found
    names = {"field": info.label, "value": name}
    offered = options_of(dictionary)
    if not 0 < len(offered) <= _TOLD_OPTIONS:
        raise Invalid(fields={info.name: _("%(field)s: there is no value “%(value)s”.") % names})
    words = _("%(field)s: there is no value “%(value)s”; there are: %(options)s.")
    raise Invalid(fields={info.name: words % {**names, "options": listed(offered)}})


def _missing(
    resource: Resource, typed: Mapping[str, Any], settled: Collection[str], *, partial: bool
) -> dict[str, list[object]]:
    return {
        name: [_("%(field)s is required.") % {"field": info.label}]
        for name, info in fields_of(resource).items()
        if info.required
        and name not in settled
        and (typed[name] in (None, "", []) if name in typed else not partial and not info.starts_filled)
    }


def _demanded(
    actor: Actor, resource: Resource, typed: Mapping[str, Any], errors: Mapping[str, Any], *, partial: bool
) -> dict[str, list[object]]:
    """A message for each field that the actor's form layout asks for, and that a new record would lack.

    Of a change only the fields that it empties: a record from before the layout can still be changed by programs.
    """
    infos = fields_of(resource)
    names = demanded(actor, resource) & infos.keys() - errors.keys()
    access = FieldAccess(actor, resource) if names else None

    def value(info: FieldInfo) -> Any:
        return typed[info.name] if info.name in typed else info.source.get_default()

    def concerned(info: FieldInfo) -> bool:
        if partial:
            return info.name in typed and info.spec.show == EVERYTHING
        return info.spec.show == EVERYTHING or meets(resource, info.spec.show, value)

    return {
        name: [_("%(field)s is required.") % {"field": infos[name].label}]
        for name in names
        if access and access.writes(name) and concerned(infos[name]) and value(infos[name]) in (None, "", [], {})
    }


def _unknown_reference(actor: Actor, info: FieldInfo, value: Any) -> object | None:
    """What is wrong with a reference, if anything: it must exist, live, and be visible to the actor."""
    if value in (None, []) or info.target is None:
        return None
    message = _("%(field)s: there is no such record, or you may not see it.") % {"field": info.label}
    if info.kind is Kind.OPTION:
        found = option(value)
        fits = found is not None and found.dictionary.key == info.spec.dictionary
        return None if fits else _("%(field)s: choose one of its options.") % {"field": info.label}
    ids = value if isinstance(value, list) else [value]
    return None if _all_visible(actor, info, ids) else message


def _all_visible(actor: Actor, info: FieldInfo, ids: list[int]) -> bool:
    assert info.target is not None
    rows = info.target._default_manager.filter(pk__in=ids)
    if has_resource(info.target):
        rows = rows.filter(combined(actor, resource_of(info.target)), deleted_at__isnull=True)
    return rows.count() == len(set(ids))
