"""The columns of a spreadsheet that fill or show the lines of documents, called like “Lines·Product”.

Their fields are those of the lines' own object under a name with the list's before it: ``lines.product``.
"""

from __future__ import annotations

from dataclasses import replace

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.commands.lines import columns_of
from shuke.resource.describe import FieldInfo, Kind, fields_of
from shuke.resource.registry import resource_of
from shuke.resource.spec import Label, Lines, Resource

# What no cell of a spreadsheet can fill.
UNFILLED = (Kind.LINKS, Kind.FILES, Kind.JSON)


def writable_in_lines(actor: Actor, resource: Resource) -> dict[str, FieldInfo]:
    """The fields of a document's lines that an import may fill."""
    found = {}
    for lines in resource.lines:
        access = FieldAccess(actor, resource_of(lines.model))
        for name, info in fields_of(resource_of(lines.model)).items():
            if name in columns_of(lines) and access.writes(name) and info.kind not in UNFILLED:
                found[f"{lines.name}.{name}"] = _named(resource, lines, info)
    return found


def seen_in_lines(actor: Actor, resource: Resource) -> dict[str, FieldInfo]:
    """The fields of a document's lines that an export may show."""
    found = {}
    for lines in resource.lines:
        access, infos = FieldAccess(actor, resource_of(lines.model)), fields_of(resource_of(lines.model))
        for name in columns_of(lines):
            if access.sees(name):
                found[f"{lines.name}.{name}"] = _named(resource, lines, infos[name])
    return found


def list_of(name: str) -> str:
    """The list that a column belongs to; "" for the document's own."""
    return name.rpartition(".")[0]


def plain_name(name: str) -> str:
    """A line's field by the name that it has in its own object."""
    return name.rpartition(".")[2]


def _named(resource: Resource, lines: Lines, info: FieldInfo) -> FieldInfo:
    called: Label = _("Lines") if len(resource.lines) == 1 else lines.model._meta.verbose_name_plural
    return replace(info, name=f"{lines.name}.{info.name}", label=format_lazy("{}·{}", called, info.label))
