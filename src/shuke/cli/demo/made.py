"""Rows as plain values, ready to be copied into the database."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import Any


@cache
def defaults(model: Any) -> dict[str, Any]:
    """Column attribute -> what a row holds that says nothing about it."""
    fields = model._meta.concrete_fields
    return {field.attname: None if field.primary_key else field.get_default() for field in fields}


def made(model: Any, **values: Any) -> Any:
    """A row of a model: these attributes, and of the others their defaults."""
    return SimpleNamespace(**{**defaults(model), **values})
