"""Performing the verbs that a resource declares, on one record or on many."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.audit.context import change
from shuke.engine.commands.ownership import lock_all
from shuke.engine.commands.prepare import require
from shuke.engine.events.outbox import emit
from shuke.kernel.errors import Invalid, NotFound
from shuke.resource.spec import Parameter, Resource, Verb

# A parameter of this kind is typed unseen and never stored.
SECRET = "password"  # noqa: S105 - a kind, not a password


def verb_of(resource: Resource, name: str) -> Verb:
    """The declared verb. Raises ``NotFound``."""
    for verb in resource.verbs:
        if verb.name == name:
            return verb
    raise NotFound(_("%(objects)s know no verb “%(verb)s”.") % {"objects": resource.label_plural, "verb": name})


def perform(actor: Actor, resource: Resource, ids: Collection[int], verb: Verb, values: Mapping[str, Any]) -> int:
    """Run a verb on records that the actor may see; the verb itself checks what only it knows. Returns the change's id.

    Raises ``NotAllowed`` without its grant, ``NotFound`` for records out of sight, ``Invalid`` for wrong parameters.
    """
    require(actor, resource, verb.grant)
    parameters = read_parameters(verb, values)
    with change(actor, verb.name, resource.name) as opened:
        records = lock_all(actor, resource, ids, verb.grant)
        verb.run(actor, records, **parameters)
        told = {one.name: parameters[one.name] for one in verb.parameters if one.kind != SECRET}
        emit(opened, verb.name, resource.name, [record.pk for record in records], told)
    return opened.id


def read_parameters(verb: Verb, values: Mapping[str, Any]) -> dict[str, Any]:
    """The verb's parameters, typed. Raises ``Invalid`` for missing, unknown or senseless ones."""
    known = {parameter.name for parameter in verb.parameters}
    errors: dict[str, object] = {name: _("The verb has no such parameter.") for name in values if name not in known}
    found = {}
    for parameter in verb.parameters:
        try:
            found[parameter.name] = _read(parameter, values.get(parameter.name))
        except ValueError:
            errors[parameter.name] = _("%(parameter)s: please choose or enter a value.") % {
                "parameter": parameter.label
            }
    if errors:
        raise Invalid(fields=errors)
    return found


def _read(parameter: Parameter, raw: Any) -> Any:
    if isinstance(raw, str) and parameter.kind != SECRET:
        raw = raw.strip()
    if raw in (None, ""):
        if parameter.required:
            raise ValueError
        return None
    if parameter.kind in ("link", "integer"):
        if isinstance(raw, bool) or not -(2**63) < int(str(raw)) < 2**63:
            raise ValueError
        return int(str(raw))
    if not isinstance(raw, str):
        raise ValueError
    return raw
