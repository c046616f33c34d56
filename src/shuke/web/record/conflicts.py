"""Two people changed the same fields: both versions in words, who made the other one, and when."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.audit.history import Happening, history
from shuke.engine.record.rich import plain
from shuke.engine.record.words import listed
from shuke.kernel.errors import Conflict, ShukeError
from shuke.resource.describe import FieldInfo, Kind
from shuke.resource.spec import Resource
from shuke.web.values.forms import Typed
from shuke.web.values.grants import summary_of
from shuke.web.values.inputs import as_text
from shuke.web.values.titles import titles_of

# A form brings back, for each field that both changed, whose version stays.
KEEP, THEIRS = "_keep_", "theirs"


@dataclass(frozen=True)
class Clash:
    """A field that somebody else changed meanwhile: both versions in words, theirs as text, too; whose it is."""

    name: str
    label: str
    mine: str
    theirs: str
    theirs_text: str
    who: str
    at: Any


class Clashes(ShukeError):
    """The same fields were changed by two people."""

    status = 409

    def __init__(self, detail: object, clashes: list[Clash], version: int) -> None:
        super().__init__(detail)
        self.clashes = clashes
        self.version = version


def clashes_in(
    actor: Actor, resource: Resource, pk: int, infos: Mapping[str, FieldInfo], typed: Typed, conflict: Conflict
) -> list[Clash]:
    """The fields that both changed, to different values. Changes of other fields are no conflict."""
    found = {}
    for name, mine in typed.changed().items():
        text = as_text(infos[name], conflict.theirs.get(name))
        if text not in (typed.was.get(name, ""), mine):
            found[name] = (mine, text)
    past = history(actor, resource, pk) if found else []
    return [_clash(actor, infos[name], mine, theirs, past) for name, (mine, theirs) in found.items()]


def _clash(actor: Actor, info: FieldInfo, mine: str, theirs: str, past: list[Happening]) -> Clash:
    last = _last_change(info, past)
    who = str(last.change.actor or "") if last and last.change else ""
    return Clash(
        info.name, str(info.label), _words(actor, info, mine), _words(actor, info, theirs), theirs, who,
        last.at if last else None,
    )  # fmt: skip


def _last_change(info: FieldInfo, past: list[Happening]) -> Happening | None:
    """The latest change of the field; several links stand in rows of their own, and come with the latest of all."""
    own = (one for one in past if any(found.info.name == info.name for found in one.differences))
    return next(own, past[0] if past else None)


def _words(actor: Actor, info: FieldInfo, text: str) -> str:
    if not text:
        return "—"
    if info.kind in (Kind.OPTION, Kind.CHOICE, Kind.LINK, Kind.LINKS, Kind.TAGS, Kind.FILES):
        titles = titles_of(actor, info, text.split(","))
        return listed(titles.get(item, item) for item in text.split(","))
    if info.kind is Kind.BOOLEAN:
        return _("yes") if text == "1" else _("no")
    if info.kind is Kind.JSON:
        return summary_of(info.name, json.loads(text))
    if info.kind is Kind.RICH_TEXT:
        return plain(text)
    return text.replace("T", " ") if info.kind is Kind.DATETIME else text


def with_decisions(data: QueryDict, typed: Typed) -> Typed:
    """After a conflict: fields for which the other person's version was chosen are left as they are."""
    theirs = {key.removeprefix(KEEP) for key, value in data.items() if key.startswith(KEEP) and value == THEIRS}
    values = {name: typed.was.get(name, "") if name in theirs else value for name, value in typed.values.items()}
    return Typed(values, typed.was)
