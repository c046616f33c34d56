"""Tags: options of which a record holds several, made while they are used."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _

from shuke.engine.options.catalogue import define, forget, options_of, standing, store
from shuke.engine.options.models import Option
from shuke.kernel.digits import whole_number
from shuke.kernel.errors import Invalid
from shuke.kernel.text import INVISIBLE, fold, tidy
from shuke.resource.describe import FieldInfo

# More tags of one object than this nobody tells apart; more on one record nobody reads.
MOST, MOST_ON_ONE = 500, 30
_BETWEEN = re.compile("[,，、;；\n]")


def tags_meant(info: FieldInfo, raw: Any, *, may_make: bool) -> list[int]:
    """The ids, each once, that ids and names mean: a list, or a text with commas; ``may_make`` makes unknown names.

    Raises ``Invalid`` for what is no tag of the field.
    """
    items = raw if isinstance(raw, list) else _BETWEEN.split(raw) if isinstance(raw, str) else [raw]
    known = options_of(info.spec.dictionary or "", with_retired=True)
    by_name = {fold(one.name): one.pk for one in known}
    ids = {one.pk for one in known}
    found: set[int] = set()
    for item in items:
        if isinstance(item, bool) or not isinstance(item, (int, str)):
            raise _refused(info, item)
        word = tidy(INVISIBLE.sub("", str(item)))
        if not word:
            continue
        pk = whole_number(word)
        if pk is None:
            pk = by_name.get(fold(word))
        if pk is None and may_make:
            pk = _made(info, word)
            ids.add(pk)
        if pk not in ids:
            raise _refused(info, word)
        found.add(standing(pk))
    if len(found) > MOST_ON_ONE:
        raise Invalid(
            fields={info.name: _("%(field)s: at most %(most)d.") % {"field": info.label, "most": MOST_ON_ONE}}
        )
    return sorted(found)


def _refused(info: FieldInfo, item: Any) -> Invalid:
    return Invalid(
        fields={info.name: _("%(field)s: there is no value “%(value)s”.") % {"field": info.label, "value": item}}
    )


def _made(info: FieldInfo, word: str) -> int:
    if len(word) > 64:
        raise Invalid(fields={info.name: _("%(field)s: at most 64 characters.") % {"field": info.label}})
    key = info.spec.dictionary or ""
    if len(options_of(key, with_retired=True)) >= MOST:
        raise Invalid(
            fields={info.name: _("%(field)s: at most %(most)d different ones.") % {"field": info.label, "most": MOST}}
        )
    dictionary = define(key, str(info.label), [])
    made = Option.plain.filter(dictionary=dictionary, name=word).first()
    if made is None:
        made = Option(dictionary=dictionary, name=word, position=1_000)
        store(made)
        forget()
    return int(made.pk)
