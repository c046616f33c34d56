"""People as others see them: by their name."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import models

_Row = TypeVar("_Row", bound=models.Model)


def with_names(rows: models.QuerySet[_Row], link: str) -> models.QuerySet[_Row]:
    """The rows with the person whom ``link`` points at, of whom no more than the name is read."""
    own: list[Any] = [field.name for field in rows.model._meta.concrete_fields]
    return rows.select_related(link).only(*own, f"{link}__name")
