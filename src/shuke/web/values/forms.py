"""Forms drawn from a resource's sections, and what was typed into them read back – nothing typed is ever lost."""

from __future__ import annotations

import json
from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.commands.verbs import SECRET
from shuke.engine.customfields.computing import meets
from shuke.engine.layouts.arranging import form_for
from shuke.engine.options.catalogue import option
from shuke.engine.record.values import coerce
from shuke.kernel.criteria import EVERYTHING, conditions, dump
from shuke.kernel.errors import Invalid
from shuke.kernel.json import dumps
from shuke.resource.describe import FieldInfo, Kind, fields_of
from shuke.resource.spec import Resource
from shuke.web.values.field_files import in_order
from shuke.web.values.grants import read_grid
from shuke.web.values.inputs import Input, as_text, draw
from shuke.web.values.titles import titles_of

# The state that the form started from: a field that was not touched is not sent to the commands.
WAS = "_was"

Values = Mapping[str, Any]


@dataclass(frozen=True)
class DrawnField:
    """One field of a form: label, input, messages."""

    name: str
    id: str
    label: str
    help: str
    html: SafeString
    errors: Sequence[str]
    required: bool
    wide: bool
    tick: bool
    must: bool = False
    show: str = ""
    need: str = ""
    away: bool = False


@dataclass(frozen=True)
class DrawnSection:
    """A titled group of fields."""

    title: str
    fields: list[DrawnField]


@dataclass(frozen=True)
class Typed:
    """What came with a form: the text of each field, and the texts that it started from."""

    values: dict[str, str]
    was: dict[str, str] = field(default_factory=dict)

    def changed(self) -> dict[str, str]:
        """Only what the person changed."""
        return {name: value for name, value in self.values.items() if value != self.was.get(name, "")}


def writable_fields(actor: Actor, resource: Resource, *, new: bool = True) -> dict[str, FieldInfo]:
    """The fields of the form that the actor may write – of a ``new`` record or one that is there – in their order."""
    access = FieldAccess(actor, resource)
    may_write = access.writes if new else access.changes
    infos = fields_of(resource)
    names = [name for section in form_for(actor, resource).sections for name in section.fields]
    return {name: infos[name] for name in names if name in infos and may_write(name)}


def left_out_fields(actor: Actor, resource: Resource) -> dict[str, FieldInfo]:
    """The fields that the actor may write and that his layout leaves out of the form of a new record."""
    access = FieldAccess(actor, resource)
    names = form_for(actor, resource).left_out
    return {name: info for name, info in fields_of(resource).items() if name in names and access.writes(name)}


def texts_of(infos: Mapping[str, FieldInfo], record: Any) -> dict[str, str]:
    """A record's values as they stand in the inputs."""
    return {name: as_text(info, value_of(record, info)) for name, info in infos.items()}


def value_of(record: Any, info: FieldInfo) -> Any:
    """The raw value of a record's field; ids for links."""
    if info.kind is Kind.LINKS:
        return list(getattr(record, info.name).values_list("pk", flat=True)) if record.pk else []
    return getattr(record, info.column)


def held_beside(actor: Actor, resource: Resource, infos: Mapping[str, FieldInfo], record: Any) -> dict[str, str]:
    """What a stored record holds, as texts, in fields that its form lacks and that fields of the form go by."""
    if record is None:
        return {}
    access = FieldAccess(actor, resource)
    asked = {info.spec.depends for info in infos.values()} | {
        condition.field
        for info in infos.values()
        for criteria in (info.spec.show, info.spec.need or EVERYTHING)
        for condition in conditions(criteria)
    }
    others = {name: info for name, info in fields_of(resource).items() if name in asked and name not in infos}
    return texts_of({name: info for name, info in others.items() if access.sees(name)}, record)


def spelled(resource: Resource, held: Mapping[str, str]) -> list[tuple[str, str]]:
    """Such texts as conditions compare them: options by name."""
    infos = fields_of(resource)
    found = {name: option(int(text)) for name, text in held.items() if infos[name].kind is Kind.OPTION and text}
    return [(name, getattr(found.get(name), "name", text)) for name, text in held.items()]


def read_posted(infos: Mapping[str, FieldInfo], data: QueryDict) -> Typed:
    """What was typed. Fields that the form did not hold are left out."""
    values = {name: _read(info, data) for name, info in infos.items() if name in data or _is_grid(info, data)}
    return Typed(values, _read_was(data.get(WAS, "")))


def _read(info: FieldInfo, data: QueryDict) -> str:
    if info.kind in (Kind.LINKS, Kind.TAGS):
        return ",".join(sorted({item for item in data.getlist(info.name) if item}))
    if info.kind is Kind.FILES:
        return ",".join(item for item in data.getlist(info.name) if item)
    if info.kind is Kind.JSON:
        return read_grid(info, data)
    return data.getlist(info.name)[-1].replace("\r\n", "\n")


def _is_grid(info: FieldInfo, data: QueryDict) -> bool:
    return info.kind is Kind.JSON and any(name.startswith(f"{info.name}.") for name in data)


def _read_was(text: str) -> dict[str, str]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}


def for_commands(infos: Mapping[str, FieldInfo], texts: Mapping[str, str]) -> dict[str, Any]:
    """Texts as the commands take them: lists for several links, objects for JSON."""
    return {name: _input(infos[name], text) for name, text in texts.items() if name in infos}


def _input(info: FieldInfo, text: str) -> Any:
    if info.kind in (Kind.LINKS, Kind.TAGS, Kind.FILES):
        return [item for item in text.split(",") if item]
    if info.kind is Kind.JSON:
        try:
            return json.loads(text or "{}")
        except ValueError:
            raise Invalid(fields={info.name: _("%(field)s is not understood.") % {"field": info.label}}) from None
    return text


def draw_sections(
    actor: Actor,
    resource: Resource,
    infos: Mapping[str, FieldInfo],
    texts: Mapping[str, str],
    errors: Mapping[str, Sequence[object]] | None = None,
    *,
    prefix: str = "f",
    beside: Mapping[str, str] | None = None,
) -> list[DrawnSection]:
    """The form's sections with the given texts in their inputs; ``beside`` as ``held_beside`` gives it."""
    held = beside or {}
    compared = {name for match in resource.duplicates for name in match.fields}
    arranged = form_for(actor, resource)
    found = []
    for section in arranged.sections:
        fields = [
            draw_field(
                actor,
                infos[name],
                texts.get(name, ""),
                _messages(errors, name),
                prefix=prefix,
                compared=name in compared,
                above=int(held[infos[name].spec.depends] or 0) if infos[name].spec.depends in held else None,
            )
            for name in section.fields
            if name in infos
        ]
        fields = [
            replace(
                one,
                away=not _is_shown(resource, infos[one.name], {**held, **texts}),
                wide=arranged.wide.get(one.name, one.wide),
                must=one.must or one.name in arranged.required,
            )
            for one in fields
        ]
        if fields:
            found.append(DrawnSection(str(section.title), fields))
    return found


def require_filled(actor: Actor, resource: Resource, infos: Mapping[str, FieldInfo], texts: Mapping[str, str]) -> None:
    """Raises ``Invalid`` for fields that the actor's layout asks for and that the form leaves empty.

    Commands ask the same of new records; forms of old ones, too.
    """
    empty = [
        infos[name]
        for name in form_for(actor, resource).required
        if name in infos and name in texts and not texts[name] and _is_shown(resource, infos[name], texts)
    ]
    if empty:
        messages = {info.name: _("%(field)s is required.") % {"field": info.label} for info in empty}
        raise Invalid(_("Please correct the marked fields."), fields=messages)


def _is_shown(resource: Resource, info: FieldInfo, texts: Mapping[str, str]) -> bool:
    """Is the field on the form while it holds these texts? The script asks the same after every keystroke."""
    if info.spec.show == EVERYTHING:
        return True

    def raw(other: FieldInfo) -> Any:
        try:
            return coerce(other, texts.get(other.name, ""))
        except Invalid:
            return None

    return meets(resource, info.spec.show, raw)


def draw_field(
    actor: Actor,
    info: FieldInfo,
    text: str,
    errors: Sequence[str] = (),
    *,
    prefix: str = "f",
    compared: bool = False,
    above: int | None = None,
) -> DrawnField:
    """One labelled input; ``above`` as of ``Input``."""
    id_ = f"{prefix}-{info.name}"
    titles = titles_of(actor, info, text.split(",")) if info.kind in (Kind.LINK, Kind.LINKS, Kind.TAGS) else {}
    files = in_order(actor, info, text) if info.kind is Kind.FILES else ()
    one = Input(info, text, id_, errors, titles, compared, above, files)
    return DrawnField(
        name=info.name,
        id=id_,
        label=str(info.label),
        help=str(info.help),
        html=draw(one),
        errors=errors,
        required=info.required,
        wide=is_wide(info),
        tick=info.kind is Kind.BOOLEAN and not info.nullable,
        must=info.spec.asked or (info.required and not info.starts_filled),
        show="" if info.spec.show == EVERYTHING else dumps(dump(info.spec.show)),
        need="" if info.spec.need is None else dumps(dump(info.spec.need)),
    )


def is_wide(info: FieldInfo) -> bool:
    """Does the field take the whole width of a form unless a layout says otherwise?"""
    return info.spec.wide or info.kind in (Kind.LONG_TEXT, Kind.RICH_TEXT, Kind.JSON)


def _messages(errors: Mapping[str, Sequence[object]] | None, name: str) -> list[str]:
    return [str(message) for message in (errors or {}).get(name, ())]


def general_messages(error: Invalid, names: Container[str], lists: Collection[str] = ()) -> list[str]:
    """Messages that belong to none of the form’s fields, which ``names`` lists, and to none of its lists of lines."""
    placed = {name for name in error.fields if name in names or name.partition(".")[0] in lists}
    found = [str(message) for name, messages in error.fields.items() if name not in placed for message in messages]
    return found or ([] if error.fields else [str(error)])


def plain_input(name: str, kind: str, id_: str, text: str) -> SafeString:
    """An input for a question that belongs to no field: a verb's parameter. ``kind`` is a ``Kind``'s word."""
    types = {"integer": "number", "date": "date", "datetime": "datetime-local", "phone": "tel", "email": "email"}
    if kind == SECRET:
        return format_html(
            '<input class="form-control" type="password" id="{}" name="{}" autocomplete="new-password">', id_, name
        )
    if kind == "long_text":
        return format_html('<textarea class="form-control" id="{}" name="{}" rows="3">\n{}</textarea>', id_, name, text)
    return format_html(
        '<input class="form-control" type="{}" id="{}" name="{}" value="{}" autocomplete="off">',
        types.get(kind, "text"), id_, name, text,
    )  # fmt: skip


def plain_select(name: str, id_: str, pairs: Sequence[tuple[str, str]], chosen: str, empty: str = "") -> SafeString:
    """A choice for a question that belongs to no field; the only option there is, is taken already.

    Where nothing need be chosen, ``empty`` says what that means.
    """
    chosen = pairs[0][0] if len(pairs) == 1 and not empty else chosen
    rows = [
        (value, SafeString(" selected") if value == chosen else "", text)
        for value, text in (("", empty or _("Choose…")), *pairs)
    ]
    options = format_html_join("", '<option value="{}"{}>{}</option>', rows)
    must = "" if empty else SafeString(" required")
    return format_html('<select class="form-select" id="{}" name="{}"{}>{}</select>', id_, name, must, options)
