"""Turns the words of a spreadsheet into records: option names, regions, colleagues, parents – a query per batch."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.access.scope import combined
from shuke.engine.commands.prepare import option_by_name
from shuke.engine.numbering.numbers import bearing
from shuke.engine.options.models import Region
from shuke.engine.options.tags import tags_meant
from shuke.engine.organisation.models import User
from shuke.engine.record.index_text import title_key
from shuke.engine.record.models import Record
from shuke.engine.record.values import UNSTORABLE, coerce
from shuke.kernel.errors import Invalid
from shuke.kernel.text import compact, normalise
from shuke.resource.describe import FieldInfo, Kind, fields_of
from shuke.resource.registry import has_resource, resource_of
from shuke.resource.spec import Resource

_LINKS = (Kind.OPTION, Kind.LINK)
# Words a column: the value of each is worked out once. Columns of names would only fill the memory.
_REMEMBERED = 5_000


class Resolver:
    """Remembers what the words of one import meant; asks the database once for each new word."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._known: dict[tuple[str, str], list[int]] = {}
        self._values: defaultdict[str, dict[Any, Any]] = defaultdict(dict)
        # Dictionary → the words that are no options of it, with the number of cells they stand in.
        self.lacking: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def value_of(self, info: FieldInfo, raw: Any) -> Any:
        """What a cell means as a value of the field, checked. Raises ``Invalid`` or Django's ``ValidationError``."""
        known = self._values[info.name]
        # Not for numbers: 1 and True are one key, and two values.
        repeats = type(raw) is str
        if repeats and raw in known:
            return known[raw]
        value = self.id_of(info, raw) if info.kind in _LINKS else _checked(info, raw)
        if repeats and len(known) < _REMEMBERED:
            known[raw] = value
        return value

    def learn(self, info: FieldInfo, words: Iterable[Any]) -> None:
        """Look up every new word of a batch in one query."""
        if info.kind is not Kind.LINK or info.target is None:
            return
        new = {str(word) for word in words if word not in (None, "") and (info.name, str(word)) not in self._known}
        if not new:
            return
        found = _finder(info)(self._actor, info, {word for word in new if not UNSTORABLE.search(word)})
        for word in new:
            self._known[(info.name, word)] = found.get(normalise(word), [])

    def id_of(self, info: FieldInfo, word: Any) -> int | None:
        """The id that a word means. Raises ``Invalid`` when there is none, or more than one."""
        if word in (None, "") or not normalise(str(word)):
            return None
        if info.kind is Kind.OPTION:
            return self._option(info, str(word))
        ids = self._known.get((info.name, str(word)), [])
        if len(ids) == 1:
            return ids[0]
        message = (
            _("%(field)s: “%(value)s” is not unique.")
            if ids
            else _("%(field)s: there is no “%(value)s” that you may see.")
        )
        raise Invalid(fields={info.name: message % {"field": info.label, "value": word}})

    def _option(self, info: FieldInfo, word: str) -> int:
        try:
            return option_by_name(info, word)
        except Invalid:
            self.lacking[info.spec.dictionary or ""][word.strip()] += 1
            raise


def _checked(info: FieldInfo, raw: Any) -> Any:
    if info.kind is Kind.TAGS:
        return tags_meant(info, str(raw or ""), may_make=False)
    value = coerce(info, raw)
    if value not in (None, ""):
        info.source.run_validators(value)
    return value


Found = dict[str, list[int]]


def _finder(info: FieldInfo) -> Callable[[Actor, FieldInfo, set[str]], Found]:
    if info.target is Region:
        return _regions
    return _users if info.target is User else _records


def _regions(actor: Actor, info: FieldInfo, words: set[str]) -> Found:
    """By full name (“广东省 深圳市”, “广东深圳”), by short name, by code; the widest region of a name wins."""
    by_name: dict[str, list[int]] = {}
    for code, name, full_name in Region.objects.values_list("code", "name", "full_name"):
        shortened = "".join(_short(part) for part in full_name.split())
        for spelling in {compact(name), compact(full_name), _short(name), shortened, str(code)}:
            by_name.setdefault(spelling, []).append(code)
    return {normalise(word): sorted(by_name.get(compact(word), []))[:1] for word in words}


def _short(name: str) -> str:
    return compact(name).removesuffix("市").removesuffix("省") if len(name) > 2 else compact(name)


def _users(actor: Actor, info: FieldInfo, words: set[str]) -> Found:
    """By login or by name; colleagues who may not sign in any more are kept for old records."""
    found: Found = {}
    rows = (
        User.objects.visible_to(actor)
        if actor.may("users", "view")
        else User.objects.unscoped("oneself").filter(pk=actor.user_id)
    )
    for pk, login, name in rows.values_list("pk", "login", "name"):
        for spelling in {normalise(login), normalise(name)}:
            found.setdefault(spelling, []).append(pk)
    return found


def _records(actor: Actor, info: FieldInfo, words: set[str]) -> Found:
    """By the target's title or number, among the records that the actor may see."""
    assert info.target is not None
    if not has_resource(info.target):
        return {}
    target = resource_of(info.target)
    found: Found = {}
    names = [word.strip() for word in words]
    for column in _naming(target):
        rows = _named(target, column, names).filter(combined(actor, target), deleted_at__isnull=True)
        for pk, value in rows.values_list("pk", column):
            ids = found.setdefault(normalise(value), [])
            if pk not in ids:
                ids.append(pk)
    return found


def _named(target: Resource, column: str, names: list[str]) -> QuerySet[Any]:
    """The records with one of these titles or numbers, by what of them has an index."""
    rows = target.model._default_manager.all()
    if column != target.title or not issubclass(target.model, Record):
        return bearing(rows, column, names)
    # Rows that were put in past the commands have no key.
    keys = {title_key(name) for name in names} | {""}
    return rows.filter(title_key__in=keys, **{f"{column}__in": names})


def _naming(target: Resource) -> list[str]:
    number = [target.number.field] if target.number else []
    return [name for name in [target.title, *number] if name in fields_of(target)]
