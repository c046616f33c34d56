"""Gives the models of this process the fields that are defined; every process looks again when the stamp has risen."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from shuke.engine.customfields.computing import know
from shuke.engine.customfields.kinds import model_field, spec_of
from shuke.engine.customfields.models import CustomField
from shuke.resource.describe import Added, extend, spellings
from shuke.resource.registry import all_resources, resource_for
from shuke.resource.spec import Resource, Section

_lock = threading.RLock()
_MARK = "shuke_custom"


def sync(**_options: Any) -> None:
    """Bring models and descriptions up to the definitions. Does nothing before their table is there."""
    with _lock:
        if not _is_migrated():
            return
        take_over(CustomField.plain.order_by("position", "pk"))


def take_over(definitions: Iterable[CustomField]) -> None:
    """Let exactly these fields be attached, and those of them that are not retired be described."""
    defined: dict[str, list[CustomField]] = defaultdict(list)
    for definition in definitions:
        if definition.key:
            defined[definition.object].append(definition)
    for resource in all_resources():
        _attach(resource.model, defined[resource.name])
    living = {
        resource.name: [one for one in defined[resource.name] if one.deleted_at is None] for resource in all_resources()
    }
    know(living)
    extend({name: _added(resource_for(name), found) for name, found in living.items()})


def _is_migrated() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [CustomField._meta.db_table])
        return bool(cursor.fetchone()[0])


def _attach(model: type[models.Model], definitions: list[CustomField]) -> None:
    """Retired ones stay attached: their columns are there, and a record of the recycle bin keeps their values."""
    wanted = {definition.name: definition for definition in definitions}
    present = attached(model)
    for name in present.keys() - wanted.keys():
        _detach(model, present[name])
    for name, definition in wanted.items():
        field = model_field(definition)
        if name in present:
            # What may change of a field: how it is called, whether it must be filled, and how many files it takes.
            for trait in ("verbose_name", "help_text", "blank", "most"):
                if hasattr(field, trait):
                    setattr(present[name], trait, getattr(field, trait))
        else:
            setattr(field, _MARK, True)
            model.add_to_class(name, field)


def attached(model: type[models.Model]) -> dict[str, models.Field[Any, Any]]:
    """The custom fields that a model has in this process, retired ones too."""
    return {field.name: field for field in model._meta.local_fields if getattr(field, _MARK, False)}


def _detach(model: type[models.Model], field: models.Field[Any, Any]) -> None:
    """The definition was never stored after all: its transaction was rolled back."""
    model._meta.local_fields.remove(field)
    for name in {field.name, field.attname}:
        if name in model.__dict__:
            delattr(model, name)
    model._meta._expire_cache()  # type: ignore[attr-defined]


def _added(resource: Resource, living: list[CustomField]) -> Added:
    titles = {spelling: section.title for section in resource.form for spelling in spellings(section.title)}
    sections: dict[Any, list[str]] = defaultdict(list)
    for definition in living:
        title = titles.get(definition.section.strip(), definition.section.strip()) or _("More information")
        sections[title].append(definition.name)
    return Added(
        fields=tuple(spec_of(definition) for definition in living),
        sections=tuple(Section(title, tuple(names)) for title, names in sections.items()),
    )
