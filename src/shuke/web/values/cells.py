"""Cells as HTML. Written as plain functions because a list draws 450 of them: a template include each costs 10 ms more.

Every text goes through ``quote``; nothing else may put a value into markup.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from html import escape as quote
from typing import Any
from urllib.parse import quote as quote_address

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shuke.engine.options.catalogue import option
from shuke.engine.organisation.models import User
from shuke.engine.present.cells import SETTLED, Cell, Presenter
from shuke.engine.record.rich import clean
from shuke.engine.stored.content import PDF
from shuke.resource.describe import FieldInfo, Kind
from shuke.web.frame.markup import hue, icon, initial
from shuke.web.frame.when import Clock, due_words, time_tag
from shuke.web.values.file_looks import icon_of
from shuke.web.values.grants import summary_of

_TIMES = frozenset({Kind.DATE, Kind.DATETIME})
# What says nothing without the name of its field, on a card that has no column heads.
_BARE = frozenset({Kind.BOOLEAN, Kind.INTEGER, Kind.DECIMAL, Kind.MONEY})
_RECURRING = frozenset({Kind.OPTION, Kind.CHOICE, Kind.LINK, Kind.BOOLEAN})
NUMBERS = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.MONEY})
_DASH = '<span class="dim">—</span>'

# How many columns a phone's card shows beside the title.
_CARD_FIELDS = 4


def address_of(resource: str, pk: int) -> str:
    """The address of a record's page."""
    return f"{_records(resource)}{pk}"


@cache
def _records(resource: str) -> str:
    return reverse("web:record", args=[resource, 0])[:-1]


def cell_html(cell: Cell, info: FieldInfo, clock: Clock | None = None) -> SafeString:
    """What stands in a table cell or behind a label."""
    if not says_something(cell, info) and cell.kind is not Kind.JSON:
        return SafeString(_DASH)
    if cell.masked:
        return SafeString(f'<span class="dim">{quote(cell.text)}</span>')
    if cell.kind in _TIMES:
        return SafeString(_moment(cell, info, clock or Clock.here()))
    return SafeString(_BY_KIND.get(cell.kind, _plain)(cell, info))


def says_something(cell: Cell, info: FieldInfo) -> bool:
    """Is it worth a place among others? An empty value is not, nor the “no” with which every record begins."""
    return bool(cell.text) and not (info.kind is Kind.BOOLEAN and cell.value is False and _begins_with_no(info))


def _begins_with_no(info: FieldInfo) -> bool:
    return info.source.has_default() and info.source.get_default() is False


def whole_html(cell: Cell, info: FieldInfo) -> SafeString:
    """What stands on the record's page: as a cell, but formatting is shown where there is room, and every “no”."""
    if cell.kind is Kind.RICH_TEXT and cell.text and not cell.masked:
        return SafeString(f'<div class="sk-rich">{clean(cell.value)}</div>')
    if cell.kind is Kind.FILES and cell.text and not cell.masked:
        return SafeString(f'<ul class="sk-held">{"".join(f"<li>{_file(one)}</li>" for one in cell.value)}</ul>')
    if cell.kind is Kind.BOOLEAN and cell.text:
        return SafeString(quote(cell.text))
    return cell_html(cell, info)


def _plain(cell: Cell, info: FieldInfo) -> str:
    return _tagged(cell) if info.spec.badge else quote(cell.text)


def _tagged(cell: Cell) -> str:
    return f'<span class="sk-tag {cell.tone}">{quote(cell.text)}</span>'


def _option(cell: Cell, info: FieldInfo) -> str:
    return _tagged(cell) if info.spec.badge or cell.tone else quote(cell.text)


def _tags(cell: Cell, info: FieldInfo) -> str:
    found = [one for pk in cell.value if (one := option(pk))]
    return "".join(f'<span class="sk-tag {one.tone}">{quote(one.name)}</span>' for one in found)


def _files(cell: Cell, info: FieldInfo) -> str:
    first, more = cell.value[0], len(cell.value) - 1
    count = f'<span class="dim">+{more}</span>' if more else ""
    return f'<span class="sk-held-in">{_file(first)}{count}</span>'


def _file(told: Mapping[str, Any]) -> str:
    """A file that a field holds: its small picture or icon, and its name, which opens or downloads it."""
    address = _uploads(told["id"])
    drawn = (
        f'<img src="{address}/preview" alt="" loading="lazy">'
        if told["picture"]
        else f'<span class="ic">{icon(icon_of(told["media_type"]))}</span>'
    )
    shows = told["picture"] or told["media_type"] == PDF
    how = f'hx-get="{address}/view" hx-target="#sk-dialog-pane"' if shows else "download"
    return f'<a class="sk-file" href="{address}" {how}>{drawn}<span>{quote(told["name"])}</span></a>'


def _uploads(pk: int) -> str:
    return f"{_held()}{pk}"


@cache
def _held() -> str:
    return reverse("web:held", args=[0])[:-1]


def _long(cell: Cell, info: FieldInfo) -> str:
    return f'<span class="sk-multi">{quote(cell.text)}</span>'


def _link(cell: Cell, info: FieldInfo) -> str:
    text = quote(cell.text)
    if info.target is User:
        badge = f'<i class="hue-{hue(cell.text)}" aria-hidden="true">{quote(initial(cell.text))}</i>'
        return f'<span class="sk-who">{badge}{text}</span>'
    return f'<a href="{address_of(cell.link.resource, cell.link.id)}">{text}</a>' if cell.link else text


def _phone(cell: Cell, info: FieldInfo) -> str:
    number = "".join(sign for sign in str(cell.value) if sign in "+0123456789")
    return f'<a href="tel:{number}">{quote(cell.text)}</a>'


def _email(cell: Cell, info: FieldInfo) -> str:
    return f'<a href="mailto:{quote_address(cell.text, safe="@")}">{quote(cell.text)}</a>'


def _url(cell: Cell, info: FieldInfo) -> str:
    if not cell.text.startswith(("https://", "http://")):
        return quote(cell.text)
    return f'<a href="{quote(cell.text)}" target="_blank" rel="noopener noreferrer">{quote(cell.text)}</a>'


def _moment(cell: Cell, info: FieldInfo, clock: Clock) -> str:
    tone = cell.tone or ("dim" if info.spec.readonly else "")
    if not info.spec.due or cell.tone == SETTLED:
        return time_tag(cell.value, tone, clock)
    tone, words = due_words(cell.value, clock)
    return time_tag(cell.value, tone, clock, words)


def _json(cell: Cell, info: FieldInfo) -> str:
    return quote(summary_of(info.name, cell.value)) or _DASH


_BY_KIND: dict[Kind, Callable[[Cell, FieldInfo], str]] = {
    Kind.OPTION: _option,
    Kind.TAGS: _tags,
    Kind.FILES: _files,
    Kind.CHOICE: _option,
    Kind.LONG_TEXT: _long,
    Kind.RICH_TEXT: _long,
    Kind.LINK: _link,
    Kind.PHONE: _phone,
    Kind.EMAIL: _email,
    Kind.URL: _url,
    Kind.JSON: _json,
}


_Draw = Callable[[Cell, str, Any], str]


class RowWriter:
    """Writes the rows of one list: classes and edit places are worked out once, not per cell."""

    def __init__(
        self,
        presenter: Presenter,
        *,
        pick: bool,
        order: bool = False,
        claimable: Collection[int] = (),
        writable: frozenset[str] = frozenset(),
        widths: Mapping[str, int] | None = None,
    ) -> None:
        self._presenter = presenter
        self._resource = presenter.resource
        self._pick = pick
        self._order = order
        self._grip = icon("grip-vertical")
        self._label = quote(_("Select"))
        classes = column_classes(presenter.infos, self._resource.title, widths or {})
        clock = Clock.here()
        self._drawers = [
            _title_drawer(words, _claim_drawer(self._resource.name, claimable))
            if info.name == self._resource.title
            else _drawer(info, words, clock, editable=info.name in writable)
            for info, words in zip(presenter.infos, classes, strict=True)
        ]

    def rows(self, records: Sequence[Any]) -> SafeString:
        """All rows in one string."""
        cells = self._presenter.rows(records)
        return SafeString("".join(map(self._row, records, cells)))

    def _row(self, record: Any, cells: Sequence[Cell]) -> str:
        title = quote(str(getattr(record, self._resource.title)))
        address = address_of(self._resource.name, record.pk)
        pick = (
            f'<td class="sk-pick"><input type="checkbox" class="form-check-input" data-row name="ids" '
            f'value="{record.pk}" aria-label="{self._label} {title}"></td>'
            if self._pick
            else ""
        )
        if self._order:
            move = quote(_("Move %(name)s up or down") % {"name": getattr(record, self._resource.title)})
            pick = (
                f'<td class="sk-order"><button type="button" class="sk-handle" data-handle="{record.pk}" '
                f'aria-label="{move}">{self._grip}</button></td>'
            )
        drawn = [draw(cell, address, record) for draw, cell in zip(self._drawers, cells, strict=True)]
        return f"<tr>{pick}{''.join(drawn)}</tr>"


def _title_drawer(classes: str, claim: Callable[[Any, str], str]) -> _Draw:
    more, dots = quote(_("More: %(name)s") % {"name": ""}), icon("dots")

    def draw(cell: Cell, address: str, record: Any) -> str:
        name = quote(cell.text) or "—"
        return (
            f'<td class="{classes}"><a class="sk-title" href="{address}">{name}</a><button type="button" '
            f'class="sk-row-more" data-line-menu aria-haspopup="true" aria-label="{more}{name}">{dots}</button>'
            f"{claim(record, name)}</td>"
        )

    return draw


def _claim_drawer(resource: str, pools: Collection[int]) -> Callable[[Any, str], str]:
    """The button that claims a record which waits in one of the pools (CUS-08); nothing for the others."""
    if not pools:
        return lambda _record, _name: ""
    word, address = quote(_("Claim")), reverse("web:bulk-claim", args=[resource])

    def draw(record: Any, name: str) -> str:
        if record.pool_id not in pools:
            return ""
        return (
            f'<button type="button" class="sk-row-claim" hx-get="{address}?ids={record.pk}" '
            f'hx-target="#sk-dialog-pane" aria-label="{word} {name}">{word}</button>'
        )

    return draw


def _drawer(info: FieldInfo, classes: str, clock: Clock, *, editable: bool) -> _Draw:
    """How a column's cells are drawn; what recurs in it – a level, an owner – is made up once."""
    known: dict[Any, str] = {}
    recurs = info.kind in _RECURRING

    def inside(cell: Cell) -> str:
        if not recurs:
            return cell_html(cell, info, clock)
        html = known.get(cell.value)
        if html is None:
            html = known[cell.value] = cell_html(cell, info, clock)
        return html

    label = f' data-label="{quote(str(info.label))}"' if info.kind in _BARE else ""

    def draw(cell: Cell, address: str, record: Any) -> str:
        edit = f' data-edit="{address}/field/{info.name}?in=cell"' if editable else ""
        empty = "" if says_something(cell, info) else " none"
        return f'<td class="{classes}{empty}"{label}{edit}>{inside(cell)}</td>'

    return draw


def column_classes(infos: Sequence[FieldInfo], title: str, widths: Mapping[str, int]) -> list[str]:
    """Classes of each column: numbers stand right; on a phone's card come first the title, then a chip, then a few."""
    lead = next((info.name for info in infos if info.spec.badge and info.name != title), "")
    classes = []
    shown = 0
    for info in infos:
        words = ["num"] if info.kind in NUMBERS else []
        if info.name == title:
            words.append("first")
        elif info.name == lead:
            words.append("lead")
        else:
            shown += 1
            words += ["minor"] if shown > _CARD_FIELDS else []
        if info.name in widths:
            words.append(f"sk-w{widths[info.name]}")
        classes.append(" ".join(words))
    return classes
