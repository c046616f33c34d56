"""``manage.py check`` for declared formulas: a misspelled name stops the boot."""

from __future__ import annotations

from typing import Any

from django.core import checks

from shuke.engine.customfields.computing import understand
from shuke.kernel.errors import Invalid
from shuke.resource.registry import all_resources


def check_formulas(**_: Any) -> list[checks.CheckMessage]:
    """One message for each declared formula that cannot be understood."""
    found: list[checks.CheckMessage] = []
    for resource in all_resources():
        for spec in resource.fields:
            try:
                if spec.formula:
                    understand(resource, spec.formula, spec.name)
            except Invalid as error:
                found.append(checks.Error(f"{resource.name}.{spec.name}: {error}", obj=resource.model, id="shuke.E006"))
    return found
