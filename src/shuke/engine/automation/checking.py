"""What makes a rule a good one: asked with the rights of whoever writes it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.automation.actions import check_actions
from shuke.engine.automation.models import AutomationRule, objects
from shuke.engine.automation.triggers import check_trigger
from shuke.engine.query.compile import compile_criteria
from shuke.kernel.criteria import parse
from shuke.kernel.errors import Invalid
from shuke.resource.registry import resource_for


def makes_sense(actor: Actor, rule: AutomationRule) -> None:
    """When, if and then fit the object and use only what the actor may see and write. Raises ``Invalid``."""
    if rule.object not in dict(objects()):
        raise Invalid(fields={"object": _("Choose an object.")})
    resource = resource_for(rule.object)
    errors: dict[str, object] = {}
    for name, check in (
        ("trigger", lambda: check_trigger(actor, resource, rule.trigger or {"on": "created"})),
        ("criteria", lambda: compile_criteria(parse(rule.criteria), actor, resource)),
        ("actions", lambda: check_actions(actor, resource, rule.actions or [])),
    ):
        try:
            check()
        except Invalid as error:
            errors[name] = str(error)
    if rule.active and not rule.actions and "actions" not in errors:
        errors["active"] = _("Say first what the rule does; then switch it on.")
    if errors:
        raise Invalid(fields=errors)
