"""The empty workbook to fill in: a column a field, drop-downs where there is a choice, a note on each title."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.exchange.line_columns import list_of, writable_in_lines
from shuke.engine.exchange.mapping import importable_fields
from shuke.engine.options.catalogue import options_of
from shuke.resource.describe import FieldInfo, Kind
from shuke.resource.spec import Resource

# Drop-downs and formats reach so far down.
_LINES = 5_000
_LISTS = "lists"


def write_template(
    actor: Actor, resource: Resource, path: Path, columns: Iterable[tuple[FieldInfo, str]] | None = None
) -> None:
    """Write the workbook: these columns under these titles, or else all fields that the actor may fill.

    Required ones stand out, and in the workbook of all fields have a star.
    """
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet(resource.label_plural[:31])
    lists = book.add_worksheet(_LISTS)
    lists.hide()
    must = book.add_format({"bold": True, "bg_color": "#FFF2CC", "border": 1})
    may = book.add_format({"bold": True, "bg_color": "#F1F3F5", "border": 1})
    as_text = book.add_format({"num_format": "@"})
    sheet.freeze_panes(1, 0)
    if columns is None:
        fields = (importable_fields(actor, resource) | writable_in_lines(actor, resource)).values()
        columns = [(info, capfirst(f"{info.label} *" if info.required else str(info.label))) for info in fields]
    for at, (info, title) in enumerate(columns):
        sheet.write_string(0, at, title, must if info.required else may)
        sheet.write_comment(0, at, "\n".join(notes_of(info)), {"x_scale": 1.6})
        # Telephone numbers keep their leading zeros.
        sheet.set_column(at, at, 30 if info.spec.wide else 18, as_text if info.is_text else None)
        _offer(sheet, lists, at, choices_of(info))
    book.close()


def _offer(sheet: Any, lists: Any, at: int, choices: list[str]) -> None:
    if not choices:
        return
    lists.write_column(0, at, choices)
    from xlsxwriter.utility import xl_range_abs

    source = f"={_LISTS}!{xl_range_abs(0, at, len(choices) - 1, at)}"
    sheet.data_validation(1, at, _LINES, at, {"validate": "list", "source": source, "ignore_blank": True})


def choices_of(info: FieldInfo) -> list[str]:
    """The words that a cell of this field may hold, where there are few."""
    if info.kind is Kind.OPTION:
        return [option.name for option in options_of(info.spec.dictionary or "")]
    if info.kind is Kind.CHOICE:
        return [str(label) for value, label in info.choices if value not in (None, "")]
    return [_("yes"), _("no")] if info.kind is Kind.BOOLEAN else []


def notes_of(info: FieldInfo) -> list[str]:
    """What to know about a column: whether it must be filled, how, and an example."""
    found = [_("Required.") if info.required else _("May stay empty.")]
    if list_of(info.name):
        found.append(_("A row for each line; the document’s own columns are filled on its first row alone."))
    if info.help:
        found.append(str(info.help))
    if form := _form(info):
        found.append(form)
    if info.is_text and info.max_length:
        found.append(_("At most %(count)d characters.") % {"count": info.max_length})
    return found


def _form(info: FieldInfo) -> str:
    forms = {
        Kind.DATE: _("A date, for example 2026-08-31."),
        Kind.DATETIME: _("A time, for example 2026-08-31 14:30."),
        Kind.INTEGER: _("A whole number, for example 12."),
        Kind.DECIMAL: _("A number, for example 12.5."),
        Kind.MONEY: _("An amount, for example 12800.00."),
        Kind.PHONE: _("For example 13800138000 or 0755-88886666."),
        Kind.EMAIL: _("For example name@example.com."),
        Kind.URL: _("For example https://www.example.com."),
        Kind.OPTION: _("Choose from the list."),
        Kind.TAGS: _("Names with commas between them."),
        Kind.CHOICE: _("Choose from the list."),
        Kind.BOOLEAN: _("Yes or no."),
        Kind.LINK: _("The name or number of a record that exists."),
    }
    return forms.get(info.kind, "")
