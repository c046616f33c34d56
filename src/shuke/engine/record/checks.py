"""``manage.py check`` for models: a record that lost its base's indexes or managers would be slow or leak."""

from __future__ import annotations

from typing import Any

from django.core import checks
from django.db import models

from shuke.engine.record.guarded import GuardedQuerySet
from shuke.engine.record.models import Owned, Personal, Record
from shuke.resource.registry import all_resources


def check_records(**_: Any) -> list[checks.CheckMessage]:
    """Every registered model is a ``Record`` that inherits its base's ``Meta`` and keeps the guarded manager."""
    found: list[checks.CheckMessage] = []
    for resource in all_resources():
        model = resource.model
        if not issubclass(model, Record):
            found.append(checks.Error(f"{model.__name__} is registered but no Record.", obj=model, id="shuke.E002"))
            continue
        base: Any = next(base for base in (Owned, Personal, Record) if issubclass(model, base))
        if len(model._meta.indexes) < len(base.Meta.indexes):
            hint = f"Write class Meta({base.__name__}.Meta)."
            found.append(
                checks.Error(f"{model.__name__} has lost its base's indexes.", hint=hint, obj=model, id="shuke.E003")
            )
        if not isinstance(model.objects.all(), GuardedQuerySet):
            found.append(
                checks.Error(f"{model.__name__}.objects is not the guarded manager.", obj=model, id="shuke.E004")
            )
        found += [_reverse(model, field) for field in model._meta.local_fields if _has_reverse(field)]
    return found


def _has_reverse(field: models.Field[Any, Any]) -> bool:
    """Would other records reach these rows past ``visible_to``?"""
    target = field.related_model
    leads_to_record = isinstance(target, type) and issubclass(target, Record)
    return leads_to_record and not field.remote_field.hidden  # type: ignore[union-attr]


def _reverse(model: type[models.Model], field: models.Field[Any, Any]) -> checks.Error:
    return checks.Error(
        f"{model.__name__}.{field.name} has a reverse accessor, a way to rows around visible_to().",
        hint='Write related_name="+".',
        obj=model,
        id="shuke.E005",
    )
