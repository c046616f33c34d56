"""Rules of form layouts."""

from __future__ import annotations

from shuke.engine.access.actor import Actor
from shuke.engine.layouts import checking
from shuke.engine.layouts.models import FormLayout


def makes_sense(actor: Actor, layout: FormLayout) -> None:
    """The parts fit the object, and the form has what no record can be made without."""
    checking.makes_sense(layout)
