"""Who acts when a rule acts: nobody in person, but the history says that it was automation, and which rule."""

from __future__ import annotations

from shuke.engine.access.actor import Actor
from shuke.engine.audit.models import AUTOMATION as VIA

AUTOMATION = Actor(user_id=None, name="Automation", is_administrator=True, via=VIA)
"""Rules act for the company: their makers are checked when they write a rule, not each time when it runs."""
