"""What follows from the lines of a form while it is filled in: amounts, totals, usual values, and pasted blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shuke.engine.access.actor import Actor
from shuke.engine.commands.lines import MOST, columns_of, living
from shuke.engine.commands.prepare import require
from shuke.engine.commands.rules import complete
from shuke.engine.customfields.computing import work_out
from shuke.engine.exchange.resolve import Resolver
from shuke.engine.present.cells import Presenter
from shuke.engine.record.values import coerce
from shuke.kernel.digits import whole_number
from shuke.kernel.errors import Invalid, NotFound
from shuke.resource.describe import FieldInfo, Kind, fields_of
from shuke.resource.registry import resource_for, resource_of
from shuke.resource.spec import Resource
from shuke.web.frame.acting import PageRequest, require_actor
from shuke.web.record.page import require_record
from shuke.web.values import forms
from shuke.web.values.inputs import as_text, new_key
from shuke.web.values.line_grids import TypedLines, TypedRow, draw_grids, posted, typed_columns


@require_POST
def lines_part(request: PageRequest, name: str, part: str) -> HttpResponse:
    """With ``paste``, the grid's rows with the block in them (a fragment); otherwise what they come to, as JSON."""
    actor, resource = require_actor(request), resource_for(name)
    pk = whole_number(request.POST.get("record", ""))
    require(actor, resource, "create" if pk is None else "edit")
    record = require_record(actor, resource, pk) if pk is not None else None
    typed = posted(actor, resource, request.POST)
    one = next((found for found in typed if found.lines.name == part), None)
    if one is None:
        raise NotFound(_("There is no such list."))
    if "paste" in request.POST:
        filled = pasted(actor, one, request.POST)
        [grid] = draw_grids(actor, resource, record, [filled])
        return render(request, "web/record/lines_rows.html", {"grid": grid})
    return JsonResponse(_worked_out(actor, resource, record, typed, request.POST))


def _worked_out(
    actor: Actor, resource: Resource, record: Any, typed: Sequence[TypedLines], data: QueryDict
) -> dict[str, dict[str, str]]:
    """Texts by ``<list>.<key>.<column>``: of worked out cells, of totals by field, of what completes new rows."""
    document = record if record is not None else resource.model()
    _take(document, forms.writable_fields(actor, resource, new=record is None), data)
    cells: dict[str, str] = {}
    fills: dict[str, str] = {}
    below: dict[str, list[Any]] = {}
    rows: list[tuple[TypedLines, TypedRow, Any]] = []
    for one in typed:
        target = resource_of(one.lines.model)
        present = {row.pk: row for row in living(one.lines, [record.pk])} if record is not None else {}
        for row in one.filled():
            line = present.get(row.id) or one.lines.model()
            _set(line, typed_columns(actor, one.lines, new=row.id is None), row.texts)
            if row.id is None:
                fills |= _completed(actor, one, row, line)
            rows.append((one, row, line))
            below.setdefault(target.name, []).append(line)
        below.setdefault(target.name, [])
    work_out(resource, document, below)
    for one, row, line in rows:
        target = resource_of(one.lines.model)
        derived = [name for name in columns_of(one.lines) if fields_of(target)[name].spec.formula]
        for cell in Presenter(actor, target, derived).row(line):
            cells[f"{one.lines.name}.{row.key}.{cell.name}"] = cell.text
    names = [name for one in typed for name in one.lines.totals]
    totals = {cell.name: cell.text or "—" for cell in Presenter(actor, resource, names).row(document)}
    return {"cells": cells, "totals": totals, "fills": fills}


def _take(document: Any, infos: Mapping[str, FieldInfo], data: QueryDict) -> None:
    _set(document, infos, forms.read_posted(infos, data).values)


def _set(record: Any, infos: Mapping[str, FieldInfo], texts: Mapping[str, str]) -> None:
    """Let a record that is never stored hold what was typed; what makes no sense yet is empty."""
    for name, text in texts.items():
        info = infos.get(name)
        if info is None or info.kind in (Kind.LINKS, Kind.FILES, Kind.JSON):
            continue
        try:
            setattr(record, info.column, coerce(info, text.split(",") if info.kind is Kind.TAGS else text))
        except Invalid:
            setattr(record, info.column, None)


def _completed(actor: Actor, one: TypedLines, row: TypedRow, line: Any) -> dict[str, str]:
    """What the suggestions of the lines' object put into cells that are empty, for inputs that hold a plain text."""
    infos = typed_columns(actor, one.lines, new=True)
    found = complete(actor, resource_of(one.lines.model), line)
    return {
        f"{one.lines.name}.{row.key}.{name}": as_text(infos[name], value)
        for name, value in found.items()
        if name in infos and infos[name].kind is not Kind.LINK
    }


def pasted(actor: Actor, one: TypedLines, data: QueryDict) -> TypedLines:
    """The rows with a block of a spreadsheet in them, from the cell ``at`` on to the right and down; more are added."""
    text = data.get("paste", "").replace("\r\n", "\n").rstrip("\n")
    block = [line.split("\t") for line in text.split("\n")][:MOST]
    infos = list(typed_columns(actor, one.lines, new=True).values())
    names = [info.name for info in infos]
    key, column = data.get("at", ""), data.get("column", "")
    left = names.index(column) if column in names else 0
    top = next((at for at, row in enumerate(one.rows) if row.key == key), len(one.rows))
    meaning = _Meaning(actor, infos[left:], block)
    rows = list(one.rows)
    for down, words in enumerate(block):
        if top + down == len(rows):
            rows.append(TypedRow(new_key(), {}))
        row = rows[top + down]
        fits = typed_columns(actor, one.lines, new=row.id is None)
        texts = {info.name: meaning.text(info, word) for info, word in zip(infos[left:], words, strict=False)}
        rows[top + down] = replace(row, texts={**row.texts, **{n: t for n, t in texts.items() if n in fits}})
    return replace(one, rows=rows[:MOST])


class _Meaning:
    """What the words of a block are as the inputs hold them: names become ids, dates and numbers are put straight."""

    def __init__(self, actor: Actor, infos: Sequence[FieldInfo], block: Sequence[Sequence[str]]) -> None:
        self._resolver = Resolver(actor)
        for at, info in enumerate(infos):
            self._resolver.learn(info, [words[at].strip() for words in block if at < len(words)])

    def text(self, info: FieldInfo, word: str) -> str:
        """The text of the input; a word that is not understood stays, and is marked when the form is saved."""
        try:
            return as_text(info, self._resolver.value_of(info, word.strip()))
        except Invalid:
            return word.strip()
