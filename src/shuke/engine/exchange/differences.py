"""What an import changes in records that exist, in words: for the check, which writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shuke.engine.exchange.columns import column_of
from shuke.engine.exchange.plan import Plan
from shuke.engine.exchange.rows import Document, Row
from shuke.engine.query.reading import title_columns
from shuke.engine.record.values import storable
from shuke.resource.describe import FieldInfo, Kind, fields_of


def changes_of(plan: Plan, rows: Sequence[Row], most: int) -> list[dict[str, Any]]:
    """The first changed records among the rows: line, id, title, and by field the words before and after."""
    changed = [row for row in rows if row.outcome == "updated" and (row.changes or _in_lines(row)) and row.record.pk]
    changed = changed[:most]
    infos = fields_of(plan.resource)
    words: dict[str, dict[Any, str]] = {
        name: _words(infos[name], [value for row in changed for value in row.changes.get(name, ())])
        for name in dict.fromkeys(name for row in changed for name in row.changes)
    }
    return [
        {
            "line": row.line,
            "id": row.record.pk,
            "title": storable(str(getattr(row.record, plan.resource.title))),
            "fields": {
                name: [words[name].get(before, ""), words[name].get(after, "")]
                for name, (before, after) in row.changes.items()
            }
            | _in_lines(row),
        }
        for row in changed
    ]


def _in_lines(row: Row) -> dict[str, list[str]]:
    """By list: how many lines there are, and what becomes of them."""
    found = {}
    for sheet in row.sheets if isinstance(row, Document) else ():
        if sheet.new or sheet.changed or sheet.gone:
            before = len(sheet.order) - len(sheet.new) + len(sheet.gone)
            counts = {"new": len(sheet.new), "changed": len(sheet.changed), "gone": len(sheet.gone)}
            after = _("%(lines)s (%(new)d new, %(changed)d changed, %(gone)d removed)")
            found[sheet.name] = [_count(before), after % {"lines": _count(len(sheet.order)), **counts}]
    return found


def _count(lines: int) -> str:
    return ngettext("%(count)d line", "%(count)d lines", lines) % {"count": lines}


def _words(info: FieldInfo, values: Iterable[Any]) -> dict[Any, str]:
    known = [value for value in dict.fromkeys(values) if value is not None]
    if info.kind is Kind.LINK and info.target is not None:
        column = title_columns(info)[0]
        return dict(info.target._default_manager.filter(pk__in=known).values_list("pk", column))
    if info.kind is Kind.DATETIME:
        return {value: timezone.localtime(value).strftime("%Y-%m-%d %H:%M") for value in known}
    written = column_of(info).typed(known)
    return {value: "" if word is None else str(word) for value, word in zip(known, written, strict=True)}
