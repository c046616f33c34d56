"""Rules of dictionaries and their options, and the order in which options stand."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.bulk.merging import merge
from shuke.engine.commands import write
from shuke.engine.commands.ordering import STEP, number
from shuke.engine.options.catalogue import forget
from shuke.engine.options.depending import in_columns
from shuke.engine.options.models import Dictionary, Option
from shuke.kernel.errors import Invalid
from shuke.kernel.pinyin import full
from shuke.resource.describe import fields_of
from shuke.resource.registry import all_resources, resource_of
from shuke.resource.spec import Related

_KEY = re.compile(r"[a-z][a-z0-9_-]{0,63}")
# The options of a dictionary, in an order of the company's own.
OPTIONS = Related(Option, "dictionary", ("name", "parent", "tone", "retired"), order="position", opens=True)
# More lines than this nobody pastes at once.
_LINES = 500


def key_is_plain(actor: Actor, dictionary: Dictionary) -> None:
    """The key consists of small letters, digits, - and _; it is made from the name where none was given."""
    if not dictionary.key:
        dictionary.key = _free_key(dictionary.name)
    if not _KEY.fullmatch(dictionary.key):
        raise Invalid(
            fields={"key": _("A key begins with a letter and has small letters, digits, - and _ (at most 64).")}
        )
    if Dictionary.plain.filter(key=dictionary.key).exclude(pk=dictionary.pk).exists():
        raise Invalid(fields={"key": _("There is a dictionary with this key already.")})


def _free_key(name: str) -> str:
    spelled = next(iter(full(name)), "")
    plain = re.sub(r"[^a-z0-9]+", "-", spelled.lower()).strip("-")[:48] or "dictionary"
    base = plain if plain[0].isalpha() else f"d-{plain}"
    taken = set(Dictionary.plain.filter(key__startswith=base).values_list("key", flat=True))
    return next(key for key in (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3))) if key not in taken)


def dictionary_is_unused(actor: Actor, dictionary: Dictionary) -> None:
    """A dictionary that fields take their values from stays."""
    for resource in all_resources():
        for info in fields_of(resource).values():
            if info.spec.dictionary == dictionary.key:
                raise Invalid(
                    _("“%(dictionary)s” stays: the field “%(field)s” of %(objects)s takes its values from it.")
                    % {"dictionary": dictionary.name, "field": info.label, "objects": resource.label_plural}
                )


def option_stays_in_its_dictionary(actor: Actor, option: Option) -> None:
    """New options go to the end of their dictionary; a name stands in it once."""
    others = Option.plain.filter(dictionary_id=option.dictionary_id).exclude(pk=option.pk)
    if option._state.adding and not option.position:
        last = others.order_by("-position").values_list("position", flat=True).first()
        option.position = 0 if last is None else last + STEP
    same = others.filter(name=option.name).values_list("deleted_at", flat=True).first()
    if others.filter(name=option.name).exists():
        message = (
            _("The dictionary has this option already.")
            if same is None
            else _("The dictionary has this option in the recycle bin: bring it back from there.")
        )
        raise Invalid(fields={"name": message})


def options_belong_above(actor: Actor, dictionary: Dictionary) -> None:
    """The dictionary above stays as long as options belong to one of its options."""
    strangers = Option.plain.filter(dictionary_id=dictionary.pk, parent__isnull=False, deleted_at__isnull=True)
    if dictionary.pk and strangers.exclude(parent__dictionary_id=dictionary.above_id).exists():
        raise Invalid(fields={"above": _("Options belong to others already. Take them away from there first.")})


def parent_is_above(actor: Actor, option: Option) -> None:
    """An option belongs to one of the dictionary above its own, and in the end not to itself."""
    if option.parent_id is None:
        return
    above = option.dictionary.above
    if above is None:
        words = _("First say at the dictionary “%(dictionary)s” to the options of which other one its own belong.")
        raise Invalid(fields={"parent": words % {"dictionary": option.dictionary}})
    if option.parent is None or option.parent.dictionary_id != above.pk:
        raise Invalid(fields={"parent": _("Choose an option of “%(dictionary)s”.") % {"dictionary": above}})
    met: Option | None = option.parent
    while met is not None and met.pk != option.pk:
        met = met.parent
    if met is not None and option.pk:
        raise Invalid(fields={"parent": _("An option cannot belong to itself or to what belongs to it.")})


def add_block(actor: Actor, dictionaries: Sequence[Dictionary], block: str) -> None:
    """Add the options of a pasted block to a dictionary; those that are there are put below what stands before them.

    Raises ``Invalid`` for more than 500 lines, and for what an option shall belong to and is not there.
    """
    lines = in_columns(block)
    if not 0 < len(lines) <= _LINES:
        raise Invalid(fields={"block": _("One to %(most)d lines, please.") % {"most": _LINES}})
    for dictionary in dictionaries:
        present = dict(Option.plain.filter(dictionary=dictionary).values_list("name", "pk"))
        for above, name in lines:
            parent = _option_above(dictionary, above) if above else None
            if name not in present:
                values = {"name": name, "dictionary": dictionary.pk, "parent": parent}
                present[name] = write.create(actor, resource_of(Option), values).record.pk
            elif above:
                write.update(actor, resource_of(Option), present[name], {"parent": parent})


def _option_above(dictionary: Dictionary, name: str) -> int:
    found = Option.plain.filter(dictionary_id=dictionary.above_id, name=name, deleted_at__isnull=True).first()
    if found is None:
        words = _("“%(option)s” is no option of what “%(dictionary)s” belongs to.")
        raise Invalid(fields={"block": words % {"option": name, "dictionary": dictionary}})
    return int(found.pk)


def show_at_once(actor: Actor, record: Dictionary | Option, changed: frozenset[str]) -> None:
    """Forms offer what was changed at once in this process, in others after seconds."""
    forget()
    transaction.on_commit(forget)


def move_up(actor: Actor, options: Sequence[Option]) -> None:
    """One place nearer to the beginning of their dictionaries; several keep their order among themselves."""
    _move(actor, options, towards_end=False)


def move_down(actor: Actor, options: Sequence[Option]) -> None:
    """One place nearer to the end of their dictionaries."""
    _move(actor, options, towards_end=True)


def merge_into(actor: Actor, options: Sequence[Option], into: int) -> None:
    """One option stands for these from now on, on every record; see ``engine/bulk/merging.py``."""
    merge(actor, options, into)


def _move(actor: Actor, options: Sequence[Option], *, towards_end: bool) -> None:
    chosen = {option.pk for option in options}
    for dictionary in {option.dictionary_id for option in options}:
        rows = Option.plain.filter(dictionary_id=dictionary, deleted_at__isnull=True)
        order = list(rows.order_by("position", "pk").select_for_update(of=("self",)))
        order = order[::-1] if towards_end else order
        for at in range(1, len(order)):
            if order[at].pk in chosen and order[at - 1].pk not in chosen:
                order[at - 1], order[at] = order[at], order[at - 1]
        number(actor, OPTIONS, order[::-1] if towards_end else order)
