"""Rules of custom fields, and what follows when one is made or changed."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.customfields import columns, jobs
from shuke.engine.customfields.computing import without_a_circle
from shuke.engine.customfields.kinds import FILES
from shuke.engine.customfields.models import CustomField, is_extensible
from shuke.engine.options.catalogue import define, options_of, put_below, retire_all_but
from shuke.engine.options.depending import in_columns
from shuke.kernel.errors import Invalid
from shuke.kernel.pinyin import full
from shuke.resource.describe import Kind as FieldKind
from shuke.resource.describe import fields_of
from shuke.resource.registry import all_resources, document_of, resource_for

MOST = 200
# More files in one field than this belong on the record itself.
MOST_FILES = 50
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
    has_choices = field.kind in (Kind.OPTION, Kind.OPTIONS)
    if has_choices and not choices_of(field):
        raise Invalid(fields={"options": _("Write the choices, one a line.")})
    if has_choices and field.depends:
        _choices_belong_somewhere(field)
    if field.kind == Kind.FORMULA:
        _formula_makes_sense(field)
    if not 0 <= field.places <= 6:
        raise Invalid(fields={"places": _("Between 0 and 6.")})
    if field.kind in FILES:
        _files_have_a_place(field)


def _files_have_a_place(field: CustomField) -> None:
    """Files are uploaded for a record of its own; the lines of a document are none."""
    if not 1 <= field.most <= MOST_FILES:
        raise Invalid(fields={"most": _("Between 1 and %(most)d.") % {"most": MOST_FILES}})
    if document_of(field.object):
        raise Invalid(fields={"kind": _("Lines of a document hold no files; the document itself does.")})


def _choices_belong_somewhere(field: CustomField) -> None:
    """The field depended upon, by its name or label, holds a choice too, and does not depend on this one."""
    infos = fields_of(resource_for(field.object))
    found = next((one for one in infos.values() if field.depends in (one.name, str(one.label))), None)
    if field.kind != Kind.OPTION or found is None or found.kind is not FieldKind.OPTION:
        raise Invalid(fields={"depends": _("“%(field)s” is no field with one choice.") % {"field": field.depends}})
    field.depends = found.name
    while found is not None:
        if found.name == field.name:
            raise Invalid(fields={"depends": _("A field cannot depend on itself.")})
        found = infos.get(found.spec.depends)
    known = {one.name for one in options_of(infos[field.depends].spec.dictionary or "", with_retired=True)}
    if unknown := [above for above, _name in choices_of(field) if above and above not in known]:
        words = _("“%(value)s” is no choice of “%(field)s”.")
        raise Invalid(fields={"options": words % {"value": unknown[0], "field": infos[field.depends].label}})


def _formula_makes_sense(field: CustomField) -> None:
    try:
        without_a_circle(resource_for(field.object), field.name, field.formula)
    except Invalid as error:
        raise Invalid(fields={"formula": str(error)}) from None


def choices_of(field: CustomField) -> list[tuple[str, str]]:
    """The choices as they were written, each once, behind what each belongs to, or ""."""
    if field.depends:
        return in_columns(field.options)
    return [
        ("", name) for name in dict.fromkeys(filter(None, (one.strip()[:64] for one in field.options.splitlines())))
    ]


def store(actor: Actor, field: CustomField, changed: frozenset[str]) -> None:
    """Make the column of a new field, keep its choices, have its index made. A trigger tells every process of it."""
    if field.version == 1:
        columns.add(field)
    if field.dictionary:
        _keep_choices(field, field.dictionary)
    if field.kind == Kind.FORMULA:
        jobs.order_formulas(field.object)
    jobs.order()


def _keep_choices(field: CustomField, key: str) -> None:
    choices = choices_of(field)
    other = fields_of(resource_for(field.object))[field.depends] if field.depends else None
    above = other.spec.dictionary if other else None
    dictionary = define(key, field.label, [(name, "") for _above, name in choices])
    retire_all_but(key, [name for _above, name in choices])
    parents = {one.name: one.pk for one in options_of(above, with_retired=True)} if above else {}
    put_below(dictionary, above, {name: parents.get(parent) for parent, name in choices})
