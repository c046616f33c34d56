"""Inputs of the rule editor, each under a name that says to which part of the rule it belongs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from shuke.engine.access.actor import Actor
from shuke.engine.options.catalogue import options_of
from shuke.resource.describe import FieldInfo, Kind
from shuke.resource.registry import resource_for
from shuke.web.values.forms import DrawnField, draw_field
from shuke.web.values.inputs import as_text, link_picker, picker
from shuke.web.values.titles import titles_of, titles_of_records


def drawn(name: str, label: str, html: SafeString, *, hint: str = "", wide: bool = False) -> DrawnField:
    """A labelled input."""
    return DrawnField(name, input_id(name), label, hint, html, (), required=False, wide=wide, tick=False)


def input_id(name: str) -> str:
    """The id of an input, by its name."""
    return "a-" + name.replace(".", "-")


def select(
    name: str, label: str, pairs: Sequence[tuple[str, Any]], chosen: str, *, redraw: str = "", empty: bool = False
) -> DrawnField:
    """A choice; ``redraw`` is the address that draws its fieldset anew when another one is taken."""
    rows = [("", "—"), *pairs] if empty else pairs
    options = [(value, SafeString(" selected") if value == chosen else "", str(text)) for value, text in rows]
    again = format_html(
        ' hx-post="{}" hx-include="closest fieldset" hx-target="closest fieldset" hx-swap="outerHTML"', redraw
    )
    html = format_html(
        '<select class="form-select" id="{}" name="{}"{}>{}</select>', input_id(name), name, again if redraw else "",
        format_html_join("", '<option value="{}"{}>{}</option>', options),
    )  # fmt: skip
    return drawn(name, label, html)


def text_input(
    name: str, label: str, value: Any, *, kind: str = "text", hint: str = "", wide: bool = False
) -> DrawnField:
    """One line of text, or another simple kind."""
    html = format_html(
        '<input class="form-control" type="{}" id="{}" name="{}" value="{}" autocomplete="off">',
        kind, input_id(name), name, "" if value is None else value,
    )  # fmt: skip
    return drawn(name, label, html, hint=hint, wide=wide)


def area(name: str, label: str, value: Any, *, hint: str = "") -> DrawnField:
    """Several lines of text."""
    html = format_html(
        '<textarea class="form-control" id="{}" name="{}" rows="3">\n{}</textarea>', input_id(name), name, value or ""
    )
    return drawn(name, label, html, hint=hint, wide=True)


def ticks(name: str, label: str, pairs: Sequence[tuple[str, Any]], chosen: Sequence[str]) -> DrawnField:
    """Boxes to tick."""
    rows = [(name, value, SafeString(" checked") if value in chosen else "", str(text)) for value, text in pairs]
    html = format_html(
        '<ul class="sk-options" id="{}">{}</ul>', input_id(name),
        format_html_join("", '<li><label><input type="checkbox" class="form-check-input" name="{}" value="{}"{}>{}'
                             "</label></li>", rows),
    )  # fmt: skip
    return drawn(name, label, html, wide=True)


def people(actor: Actor, name: str, label: str, target: str, ids: Sequence[Any]) -> DrawnField:
    """A choice of several people, departments or roles."""
    titles = titles_of_records(actor, resource_for(target), [int(pk) for pk in ids])
    html = picker(
        name=name,
        address=reverse("web:lookup", args=[target]),
        input_id=input_id(name),
        label=label,
        chosen=[(str(pk), titles.get(int(pk), str(pk))) for pk in ids],
        many=True,
    )
    return drawn(name, label, html)


def tags(info: FieldInfo, name: str, label: str, ids: Sequence[Any]) -> DrawnField:
    """A choice of several tags."""
    known = {one.pk: one.name for one in options_of(info.spec.dictionary or "", with_retired=True)}
    html = picker(
        name=name,
        address=f"{reverse('web:tag-lookup', args=[info.spec.dictionary])}?made=1",
        input_id=input_id(name),
        label=label,
        chosen=[(str(pk), known.get(pk, str(pk))) for pk in ids],
        many=True,
    )
    return drawn(name, label, html)


def labels(infos: Sequence[FieldInfo]) -> list[tuple[str, Any]]:
    """Fields to choose from."""
    return [(info.name, info.label) for info in infos]


def value_input(actor: Actor, info: FieldInfo, name: str, value: Any, label: str) -> DrawnField:
    """The input that the field itself has, under another name."""
    text = as_text(info, value)
    nullable = info.kind is Kind.BOOLEAN
    named = replace(info, name=name, label=label, required=False, nullable=info.nullable or nullable)
    if info.kind in (Kind.LINK,):
        titles = titles_of(actor, info, [text])
        return replace(draw_field(actor, named, text, prefix="a"), html=link_input(info, name, text, titles, label))
    found = draw_field(actor, named, text, prefix="a")
    return replace(found, label=label, help="", tick=False)


def link_input(info: FieldInfo, name: str, text: str, titles: Mapping[str, str], label: str) -> SafeString:
    """A choice of one record."""
    return link_picker(
        info,
        name=name,
        input_id=f"a-{name}",
        label=label,
        chosen=[(text, titles.get(text, text))] if text else [],
    )
