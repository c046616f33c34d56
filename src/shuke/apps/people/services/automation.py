"""Rules of automation rules, and what follows when one is made or switched on."""

from __future__ import annotations

import secrets

from shuke.engine.access.actor import Actor
from shuke.engine.automation import checking
from shuke.engine.automation.models import AutomationRule
from shuke.engine.automation.timing import wind


def makes_sense(actor: Actor, rule: AutomationRule) -> None:
    """When, if and then fit the object and use only what their maker may see and write."""
    checking.makes_sense(actor, rule)


def has_salt(actor: Actor, rule: AutomationRule) -> None:
    """A new rule gets what its secret is made from."""
    rule.salt = rule.salt or secrets.token_hex(8)


def wind_clock(actor: Actor, rule: AutomationRule, changed: frozenset[str]) -> None:
    """A rule that is new, switched on or changed looks at what comes from now on."""
    if changed & {"active", "trigger", "criteria"}:
        wind(rule)
