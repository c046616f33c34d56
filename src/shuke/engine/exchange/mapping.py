"""Finds the header of a sheet and guesses which column belongs to which field."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType
from typing import Any

from django.utils import translation

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.exchange.line_columns import UNFILLED, list_of, plain_name, writable_in_lines
from shuke.engine.exchange.sheets import Sheet
from shuke.engine.record.values import storable
from shuke.kernel.text import compact
from shuke.resource.describe import FieldInfo, Kind, fields_of, spellings
from shuke.resource.registry import children_of
from shuke.resource.spec import Resource

_LOOK = 20
_SURE = 88
_LANGUAGES = ("zh-hans", "en")
_NONE: Mapping[str, str] = MappingProxyType({})

# What companies call these columns beside the product's own words.
_ALIASES: dict[str, tuple[str, ...]] = {
    "name": ("名称", "姓名", "公司名称", "单位名称", "公司", "客户", "企业名称", "name", "company"),
    "phone": ("电话", "联系电话", "公司电话", "单位电话", "电话号码", "座机", "固话", "tel", "phone"),
    "mobile": ("手机", "手机号", "手机号码", "移动电话", "mobile"),
    "email": ("邮箱", "电子邮箱", "电子邮件", "邮件", "email", "mail"),
    "owner": ("所属人", "负责人", "业务员", "销售", "销售员", "客户经理", "owner"),
    "address": ("地址", "联系地址", "公司地址", "详细地址"),
    "region": ("地区", "区域", "省市", "城市", "所在地区", "所在城市", "所在地", "所在省市", "省份"),
    "note": ("备注", "说明", "描述", "remark", "notes"),
    "level": ("等级", "级别", "客户等级", "客户级别"),
    "source": ("来源", "客户来源"),
    "classification": ("分类", "客户分类"),
    "industry": ("行业", "所属行业"),
    "customer": ("客户", "客户名称", "所属客户", "公司", "公司名称"),
    "title": ("职位", "职务", "岗位"),
    "created_at": ("创建时间", "创建日期", "录入时间", "录入日期", "建档日期", "created"),
    "created_by": ("创建人", "录入人", "建档人"),
    "number": ("编号", "编码", "客户编号", "客户编码", "客户代码", "代码", "no", "code"),
    "next_contact_at": ("下次联系", "下次联系时间", "下次跟进时间"),
}


@dataclass(frozen=True)
class _Words:
    """What titles are compared with: a template's own ones, the fields' names, those with the object's name before
    them; and what the objects are called whose rows go with this one's.
    """

    own: Mapping[str, str]
    names: Mapping[str, str]
    called: Mapping[str, str]
    others: tuple[str, ...]


@dataclass(frozen=True)
class Guess:
    """Where the header is (line from 1), the columns' titles, the field guessed for each (or None), and first rows."""

    header_line: int
    titles: tuple[str, ...]
    fields: tuple[str | None, ...]
    sample: tuple[tuple[Any, ...], ...]


def importable_fields(actor: Actor, resource: Resource) -> dict[str, FieldInfo]:
    """The fields that an import may fill: the writable ones, and the owner where the actor may assign."""
    access = FieldAccess(actor, resource)
    found = {
        name: info for name, info in fields_of(resource).items() if access.writes(name) and info.kind not in UNFILLED
    }
    owner = fields_of(resource).get("owner")
    if owner and not resource.scope.parent and actor.may(resource.name, "assign"):
        found["owner"] = owner
    return found


ORIGINALS = ("created_by", "created_at")


def mappable_fields(actor: Actor, resource: Resource) -> dict[str, FieldInfo]:
    """What columns can be matched with: the importable fields and those of lines; the number, by which records are
    recognised; and for administrators, who bring old records over, who made them and when.
    """
    infos = fields_of(resource)
    found = importable_fields(actor, resource) | writable_in_lines(actor, resource)
    if resource.number and resource.number.field in infos:
        found[resource.number.field] = infos[resource.number.field]
    if actor.is_administrator:
        found |= {name: infos[name] for name in ORIGINALS if name in infos}
    return found


def missing(infos: Mapping[str, FieldInfo], chosen: Collection[str]) -> list[FieldInfo]:
    """The fields that a new record cannot do without and that are not among the chosen ones; those of lines only where
    others of the same list are.
    """
    lists = {"", *map(list_of, chosen)}
    return [
        info
        for name, info in infos.items()
        if info.required and name not in chosen and not info.starts_filled and list_of(name) in lists
    ]


def keys_for(resource: Resource) -> dict[str, str]:
    """By what existing records can be recognised: key → words. The empty key stands for all of the object's rules."""
    infos = fields_of(resource)
    rules = {
        "+".join(match.fields): " + ".join(str(infos[name].label) for name in match.fields)
        for match in resource.duplicates
    }
    found = {"": " / ".join(rules.values())} if rules else {}
    if resource.number:
        found[resource.number.field] = str(infos[resource.number.field].label)
    return found | (rules if len(rules) > 1 else {})


def guess(actor: Actor, resource: Resource, sheet: Sheet, own: Mapping[str, str] = _NONE) -> Guess:
    """Looks at the first rows of a sheet. The header is the row that names most fields, titles above it are skipped.

    ``own`` are the titles of an import template (compact) with their fields; they go before all that is guessed.
    """
    head = list(islice(sheet.rows(), _LOOK))
    infos = mappable_fields(actor, resource)
    words = _Words(own, _names(infos), _called_names(resource, infos), tuple(_called(children_of(resource))))
    scores = [sum(match is not None for match in _match(row, words)) for row in head]
    at = scores.index(max(scores)) if any(scores) else _first_filled(head)
    titles = _titles(head[at] if head else [])
    sample = tuple(tuple(row) for row in head[at + 1 : at + 6])
    return Guess(at + 1, tuple(titles), tuple(_match(titles, words)), sample)


def titles_in(sheet: Sheet, header_line: int) -> list[str]:
    """The titles in a line (from 1) of a sheet; none behind its end."""
    return _titles(next(islice(sheet.rows(), header_line - 1, None), []))


def _titles(row: Sequence[Any]) -> list[str]:
    return [storable(str(cell)).strip() for cell in row]


def _first_filled(rows: Sequence[Sequence[Any]]) -> int:
    return next((n for n, row in enumerate(rows) if sum(cell not in ("", None) for cell in row) > 1), 0)


def belongs_to(resource: Resource, titles: Sequence[str]) -> list[Resource]:
    """The objects whose rows go with this one's that some of the titles call by their name: a list of customers often
    has a column of contacts, with their telephones.
    """
    cells = [compact(title) for title in titles]
    return [
        child
        for child in children_of(resource)
        if child.importable and any(cell.startswith(word) for cell in cells for word in _called((child,)))
    ]


def _called(resources: Sequence[Resource]) -> Iterator[str]:
    """What the objects are called, in all languages."""
    for language in _LANGUAGES:
        with translation.override(language):
            yield from (compact(str(one.label)) for one in resources)


def _called_names(resource: Resource, infos: dict[str, FieldInfo]) -> dict[str, str]:
    """Fields by the object's name before their own (“contact telephone”), the title by the object's name alone."""
    found: dict[str, str] = {}
    for word in _called((resource,)):
        found |= {word: resource.title} if resource.title in infos else {}
        for name, info in infos.items():
            for alias in (*_ALIASES.get(name, ()), *_labels(info)):
                found.setdefault(word + compact(alias), name)
    plain = _names(infos)
    return {word: name for word, name in found.items() if word not in plain}


def _names(infos: dict[str, FieldInfo]) -> dict[str, str]:
    """Every spelling of every field's name → the field; the product's own words win over aliases, links over texts."""
    found: dict[str, str] = {}
    for name in sorted(infos, key=lambda name: infos[name].kind is not Kind.LINK):
        for alias in _ALIASES.get(name, ()):
            found.setdefault(compact(alias), name)
    for name, info in infos.items():
        for label in _labels(info):
            found[compact(label)] = name
        found[compact(name)] = name
    for name, info in infos.items():
        for label in spellings(info.source.verbose_name) if list_of(name) else ():
            found.setdefault(compact(label), name)
        found.setdefault(compact(plain_name(name)), name)
    return found


def _labels(info: FieldInfo) -> Iterator[str]:
    for language in _LANGUAGES:
        with translation.override(language):
            yield str(info.label)


def _match(titles: Sequence[Any], words: _Words) -> list[str | None]:
    """A field for each title, each field once: a template's own titles first, then exact names, then close ones.

    What begins with the name of an object that goes with this one is that one's, however close it sounds.
    """
    cells = [compact(str(title)) if isinstance(title, str) else "" for title in titles]
    found: list[str | None] = [None] * len(cells)
    taken: set[str] = set()
    for known, exact in ((words.own, True), (words.called, True), (words.names, True), (words.names, False)):
        for at, cell in enumerate(cells):
            is_open = cell and found[at] is None and (exact or not cell.startswith(words.others))
            field = _find(cell, known, exact=exact) if is_open else None
            if field and field not in taken:
                found[at] = field
                taken.add(field)
    return found


def _find(cell: str, names: Mapping[str, str], *, exact: bool) -> str | None:
    if exact:
        return names.get(cell)
    if len(cell) > 16:
        return None
    from rapidfuzz import fuzz, process

    close = process.extractOne(cell, list(names), scorer=fuzz.ratio, score_cutoff=_SURE)
    return names[close[0]] if close else None
