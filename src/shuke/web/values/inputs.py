"""The input of each kind of field, as HTML; used by forms, in-place edits and the questions of verbs alike."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shuke.engine.options.catalogue import is_offered, option
from shuke.engine.options.depending import fits, offered
from shuke.engine.options.models import Region
from shuke.engine.stored.models import FieldFile
from shuke.kernel.digits import whole_number
from shuke.resource.describe import FieldInfo, Kind
from shuke.resource.registry import has_resource, resource_of
from shuke.web.frame.markup import icon
from shuke.web.values.field_files import files_input
from shuke.web.values.grants import GRANTS, RULES, canonical, grid


@dataclass(frozen=True)
class Input:
    """One input to draw. ``value`` is typed or what the person typed; ``titles`` names the ids it holds.

    ``above``: what the field holds that this one depends on, where that has no input beside it. ``files``: those that
    it holds.
    """

    info: FieldInfo
    value: Any
    id: str
    errors: Sequence[str] = ()
    titles: dict[str, str] = field(default_factory=dict)
    compared: bool = False
    above: int | None = None
    files: Sequence[FieldFile] = ()

    @property
    def described(self) -> SafeString:
        """Attributes that tie the input to its error for screen readers, and mark it."""
        parts = []
        if self.errors:
            parts.append(format_html('aria-invalid="true" aria-describedby="{}-error"', self.id))
        if self.info.required:
            parts.append(SafeString("required"))
        if self.compared:
            parts.append(SafeString("data-compared"))
        return SafeString(" ".join(parts))

    @property
    def mark(self) -> str:
        """Class of a wrong input."""
        return " is-invalid" if self.errors else ""


def draw(one: Input) -> SafeString:
    """The input's HTML, without label and messages."""
    return _BY_KIND.get(one.info.kind, _text)(one)


def new_key() -> str:
    """What tells the inputs of one row – a line of a document, an action of a rule – from those of the others."""
    return secrets.token_hex(3)


def as_text(info: FieldInfo, value: Any) -> str:
    """A value as it stands in its input; what was typed stays as typed."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime.datetime):
        return timezone.localtime(value).strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, dict):
        return canonical(value)
    if info.kind is Kind.FILES:
        return ",".join(str(item) for item in value)
    if isinstance(value, (list, tuple, set)) and info.kind is not Kind.JSON:
        return ",".join(str(item) for item in sorted(value, key=str))
    return str(value)


def _typed(kind: str, extra: str = "") -> Callable[[Input], SafeString]:
    def render(one: Input) -> SafeString:
        length = format_html(' maxlength="{}"', one.info.max_length) if one.info.max_length else ""
        return format_html(
            '<input class="form-control{}" type="{}" id="{}" name="{}" value="{}" autocomplete="off"{} {} {}>',
            one.mark, kind, one.id, one.info.name, as_text(one.info, one.value), length, SafeString(extra),
            one.described,
        )  # fmt: skip

    return render


_text = _typed("text")


def _long_text(one: Input) -> SafeString:
    text = as_text(one.info, one.value)
    return format_html(
        '<textarea class="form-control{}" id="{}" name="{}" rows="{}" {}>\n{}</textarea>',
        one.mark, one.id, one.info.name, min(12, max(3, text.count("\n") + 2)), one.described, text,
    )  # fmt: skip


def _rich(one: Input) -> SafeString:
    """A text area with markup, and what ``islands/rich.ts`` makes an editor of."""
    tools = (
        ("bold", _("Bold"), icon("bold")),
        ("italic", _("Italic"), icon("italic")),
        ("underline", _("Underlined"), icon("underline")),
        ("bullets", _("Bulleted list"), icon("list")),
        ("numbers", _("Numbered list"), icon("list-numbers")),
        ("link", _("Link"), icon("link")),
        ("none", _("Without formatting"), icon("clear-formatting")),
    )
    buttons = format_html_join(
        "", '<button type="button" class="sk-icon-button" data-do="{}" aria-label="{}" title="{}">{}</button>',
        [(do, words, words, drawn) for do, words, drawn in tools],
    )  # fmt: skip
    return format_html(
        '<div class="sk-rich-edit{}" data-rich data-label="{}"><div class="sk-rich-bar" role="toolbar" aria-label="{}" '
        'hidden>{}<input type="url" class="form-control" data-link hidden aria-label="{}" placeholder="https://">'
        "</div>{}</div>",
        one.mark, one.info.label, _("Formatting"), buttons, _("Address of the link"), _long_text(one),
    )  # fmt: skip


def _json(one: Input) -> SafeString:
    return grid(one.info, as_text(one.info, one.value)) if one.info.name in (GRANTS, RULES) else _long_text(one)


def _boolean(one: Input) -> SafeString:
    if one.info.nullable:
        pairs = [("", "—"), ("1", _("yes")), ("0", _("no"))]
        return _select(one, pairs, as_text(one.info, one.value))
    on = one.value in (True, "1", "on", "true")
    return format_html(
        '<span class="sk-check"><input type="hidden" name="{}" value="0">'
        '<input class="form-check-input" type="checkbox" id="{}" name="{}" value="1"{} {}></span>',
        one.info.name, one.id, one.info.name, SafeString(" checked") if on else "", one.described,
    )  # fmt: skip


def _choice(one: Input) -> SafeString:
    pairs = [(str(value), str(label)) for value, label in one.info.choices if str(value)]
    return _select(one, [("", _empty_choice(one)), *pairs], as_text(one.info, one.value))


def _option(one: Input) -> SafeString:
    chosen = as_text(one.info, one.value)
    found = [item for item in offered(one.info) if one.above is None or fits(item, one.above)]
    pairs = [(str(item.pk), item.name) for item in found]
    above = {str(item.pk): str(item.parent_id) for item in found if item.parent_id}
    if chosen not in dict(pairs) and (held := option(whole_number(chosen))):
        pairs.append(
            (chosen, held.name if is_offered(held) else _("%(name)s (no longer offered)") % {"name": held.name})
        )
    return _select(one, [("", _empty_choice(one)), *pairs], chosen, above)


def _empty_choice(one: Input) -> str:
    return _("Choose…") if one.info.required else "—"


def _select(
    one: Input, pairs: Iterable[tuple[str, str]], chosen: str, above: Mapping[str, str] | None = None
) -> SafeString:
    """``above``: the options of another input to which these belong; ``islands/depending.ts`` offers what fits."""
    of = {value: format_html(' data-of="{}"', parent) for value, parent in (above or {}).items()}
    rows = [
        (value, of.get(value, ""), SafeString(" selected") if value == chosen else "", label) for value, label in pairs
    ]
    options = format_html_join("", '<option value="{}"{}{}>{}</option>', rows)
    # Within the lines of a document the other input is the one of the same line.
    line = one.info.name.removesuffix(one.info.source.name)
    depends = format_html(' data-depends="{}{}"', line, one.info.spec.depends) if one.info.spec.depends else ""
    return format_html(
        '<select class="form-select{}" id="{}" name="{}"{} {}>{}</select>',
        one.mark, one.id, one.info.name, depends, one.described, options,
    )  # fmt: skip


def _link(one: Input) -> SafeString:
    chosen = [item for item in [as_text(one.info, one.value)] if item]
    return link_picker(
        one.info,
        name=one.info.name,
        input_id=one.id,
        chosen=[(item, one.titles.get(item, item)) for item in chosen],
        makes=True,
        attributes=one.described,
    )


def _links(one: Input) -> SafeString:
    ids = [item for item in as_text(one.info, one.value).split(",") if item]
    return link_picker(
        one.info,
        name=one.info.name,
        input_id=one.id,
        chosen=[(item, one.titles.get(item, item)) for item in ids],
        many=True,
        makes=True,
        attributes=one.described if not one.info.required else SafeString(""),
    )


def _tags(one: Input) -> SafeString:
    ids = [item for item in as_text(one.info, one.value).split(",") if item]
    return picker(
        name=one.info.name,
        address=reverse("web:tag-lookup", args=[one.info.spec.dictionary]),
        input_id=one.id,
        label=str(one.info.label),
        chosen=[(item, one.titles.get(item, item)) for item in ids],
        many=True,
        attributes=one.described,
    )


def _files(one: Input) -> SafeString:
    return files_input(one.info, one.id, one.files, one.described if not one.info.required else SafeString(""))


def target_name(info: FieldInfo) -> str:
    """How the look-up calls what a link points at: the resource's name, or the model's for plain reference tables."""
    assert info.target is not None
    return resource_of(info.target).name if has_resource(info.target) else str(info.target._meta.model_name)


def link_picker(info: FieldInfo, *, label: str = "", makes: bool = False, **options: Any) -> SafeString:
    """The chooser of what a link may point at; regions are offered level by level. ``options`` as of ``picker``.

    ``makes``: in a form, where it offers to make what is missing, to who may – and only what belongs to the parent that
    the form holds beside it.
    """
    extra = SafeString(" data-makes" if makes else "")
    if (
        makes
        and info.target is not None
        and has_resource(info.target)
        and (parent := resource_of(info.target).scope.parent)
    ):
        extra = format_html(' data-makes data-within="{}"', parent)
    if info.target is Region:
        extra = format_html(' data-levels="{}"', reverse("web:region-levels"))
    address = reverse("web:lookup", args=[target_name(info)])
    if info.narrowed:
        address = f"{address}?for={resource_of(info.source.model).name}.{info.name}"
    return picker(address=address, label=label or str(info.label), extra=extra, **options)


def picker(
    *,
    name: str,
    address: str,
    input_id: str,
    label: str,
    chosen: Sequence[tuple[str, str]] = (),
    many: bool = False,
    attributes: str = "",
    extra: str = "",
) -> SafeString:
    """A search-as-you-type chooser; ``frontend/src/islands/picker.ts`` brings it to life.

    ``attributes`` are those of the input (``Input.described``), ``extra`` those of the chooser around it.
    """
    text = "" if many or not chosen else chosen[0][1]
    hidden: SafeString | str = "" if many else format_html(
        '<input type="hidden" name="{}" value="{}">', name, chosen[0][0] if chosen else ""
    )  # fmt: skip
    return format_html(
        '<div class="sk-picker" data-picker="{}" data-name="{}"{}{}>{}{}'
        '<input class="form-control{}" type="text" role="combobox" aria-expanded="false" aria-autocomplete="list" '
        'autocomplete="off" spellcheck="false" id="{}" aria-label="{}" value="{}" placeholder="{}" {}></div>',
        address, name, SafeString(" data-multiple") if many else "", extra, _chips(name, chosen) if many else "",
        hidden, " is-invalid" if "aria-invalid" in attributes else "", input_id, label, text, _("Type to search"),
        attributes,
    )  # fmt: skip


def _chips(name: str, chosen: Sequence[tuple[str, str]]) -> SafeString:
    drawn = format_html_join(
        "",
        '<span class="sk-chip"><span>{}</span><input type="hidden" name="{}" value="{}">'
        '<button type="button" class="sk-chip-remove btn-plain" data-unpick aria-label="{}">{}</button></span>',
        [(text, name, value, _("Remove %(name)s") % {"name": text}, icon("x")) for value, text in chosen],
    )
    # An empty value first, so that taking the last one away is sent, too.
    return format_html('<input type="hidden" name="{}" value=""><div class="sk-picker-chosen">{}</div>', name, drawn)


_BY_KIND: dict[Kind, Callable[[Input], SafeString]] = {
    Kind.LONG_TEXT: _long_text,
    Kind.RICH_TEXT: _rich,
    Kind.JSON: _json,
    Kind.INTEGER: _typed("text", 'inputmode="numeric"'),
    Kind.DECIMAL: _typed("text", 'inputmode="decimal"'),
    Kind.MONEY: _typed("text", 'inputmode="decimal"'),
    Kind.DATE: _typed("date"),
    Kind.DATETIME: _typed("datetime-local"),
    Kind.PHONE: _typed("tel"),
    Kind.EMAIL: _typed("email"),
    Kind.URL: _typed("url"),
    Kind.BOOLEAN: _boolean,
    Kind.CHOICE: _choice,
    Kind.OPTION: _option,
    Kind.LINK: _link,
    Kind.LINKS: _links,
    Kind.TAGS: _tags,
    Kind.FILES: _files,
}
