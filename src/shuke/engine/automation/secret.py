"""A new secret for the webhooks of a rule."""

from __future__ import annotations

import secrets

from shuke.engine.access.actor import Actor
from shuke.engine.audit.context import change
from shuke.engine.automation.models import AutomationRule
from shuke.engine.automation.telling import secret_of
from shuke.engine.commands.write import apply, finish, locked
from shuke.resource.registry import resource_of


def renew_secret(actor: Actor, pk: int) -> str:
    """Make a new secret for the rule's webhooks, shown this once; the old one is worth nothing from now on."""
    resource = resource_of(AutomationRule)
    with change(actor, "secret", resource.name) as opened:
        rule = locked(actor, resource, pk, "edit")
        rule.salt = secrets.token_hex(8)
        apply(actor, resource, rule, {"salt"})
        finish(actor, resource, rule, opened, "updated", {})
    return secret_of(rule.salt)
