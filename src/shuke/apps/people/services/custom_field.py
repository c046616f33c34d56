"""Rules of custom fields, and what follows when one is made or changed."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.customfields import columns, jobs
from shuke.engine.customfields.computing import without_a_circle
from shuke.engine.customfields.models import CustomField, is_extensible
from shuke.engine.options.catalogue import define, retire_all_but
from shuke.kernel.errors import Invalid
from shuke.kernel.pinyin import full
from shuke.resource.registry import all_resources, resource_for

MOST = 200
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
Kind = CustomField.Kind


def is_known(actor: Actor, field: CustomField) -> None:
    """The object is there, may have more fields, and has not too many of them."""
    if field.object not in {one.name for one in all_resources() if is_extensible(one.model)}:
        raise Invalid(fields={"object": _("Choose an object.")})
    if not field.pk and CustomField.plain.filter(object=field.object).count() >= MOST:
        raise Invalid(fields={"object": _("An object has at most %(most)d custom fields.") % {"most": MOST}})


def key_is_plain(actor: Actor, field: CustomField) -> None:
    """The key consists of small letters, digits and _; it is made from the label where none was given."""
    if not field.key:
        field.key = _free_key(field)
    if not _KEY.fullmatch(field.key):
        raise Invalid(fields={"key": _("A key begins with a letter and has small letters, digits and _ (at most 40).")})


def _free_key(field: CustomField) -> str:
    spelled = next(iter(full(field.label)), "")
    plain = re.sub(r"[^a-z0-9]+", "_", spelled.lower()).strip("_")[:32] or "field"
    base = plain if plain[0].isalpha() else f"f_{plain}"
    taken = set(CustomField.plain.filter(object=field.object).values_list("key", flat=True))
    return next(key for key in (base, *(f"{base}_{number}" for number in range(2, MOST + 2))) if key not in taken)


def has_what_its_kind_needs(actor: Actor, field: CustomField) -> None:
    """Choices that are more than blank lines, a formula that can be worked out, decimals that fit."""
    if field.kind in (Kind.OPTION, Kind.OPTIONS) and not choices_of(field):
        raise Invalid(fields={"options": _("Write the choices, one a line.")})
    if field.kind == Kind.FORMULA:
        _formula_makes_sense(field)
    if not 0 <= field.places <= 6:
        raise Invalid(fields={"places": _("Between 0 and 6.")})


def _formula_makes_sense(field: CustomField) -> None:
    try:
        without_a_circle(resource_for(field.object), field.name, field.formula)
    except Invalid as error:
        raise Invalid(fields={"formula": str(error)}) from None


def choices_of(field: CustomField) -> list[str]:
    """The choices as they were written, each once."""
    return list(dict.fromkeys(line.strip()[:64] for line in field.options.splitlines() if line.strip()))


def store(actor: Actor, field: CustomField, changed: frozenset[str]) -> None:
    """Make the column of a new field, keep its choices, have its index made. A trigger tells every process of it."""
    if field.version == 1:
        columns.add(field)
    if field.dictionary:
        define(field.dictionary, field.label, [(name, "") for name in choices_of(field)])
        retire_all_but(field.dictionary, choices_of(field))
    if field.kind == Kind.FORMULA:
        jobs.order_formulas(field.object)
    jobs.order()
