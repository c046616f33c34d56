"""What happened to a record, in words: every change with the values before and after, and a way to take it back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shuke.engine.access.actor import Actor
from shuke.engine.audit.history import Difference, Happening
from shuke.engine.commands.verbs import verb_of
from shuke.engine.present.cells import text_of
from shuke.engine.record.values import coerce
from shuke.kernel.errors import Invalid, NotFound
from shuke.resource.describe import FieldInfo, Kind
from shuke.resource.spec import Resource
from shuke.web.titles import titles_of

_REFERENCES = frozenset({Kind.OPTION, Kind.LINK, Kind.LINKS, Kind.CHOICE})


@dataclass(frozen=True)
class Deed:
    """How a verb is shown."""

    icon: str
    words: Any


# Verbs of the engine itself. Verbs of a resource bring their own.
_KNOWN = {
    "create": Deed(icon="sparkles", words=gettext_lazy("created")),
    "edit": Deed(icon="pencil", words=gettext_lazy("changed")),
    "bulk": Deed(icon="pencil", words=gettext_lazy("changed, with others")),
    "delete": Deed(icon="trash", words=gettext_lazy("put into the recycle bin")),
    "restore": Deed(icon="trash-off", words=gettext_lazy("brought back")),
    "assign": Deed(icon="user-share", words=gettext_lazy("handed over")),
    "release": Deed(icon="pool", words=gettext_lazy("put into a pool")),
    "claim": Deed(icon="hand-grab", words=gettext_lazy("claimed")),
    "import": Deed(icon="upload", words=gettext_lazy("imported")),
    "export": Deed(icon="download", words=gettext_lazy("exported")),
    "undo": Deed(icon="arrow-back-up", words=gettext_lazy("took a change back")),
    "share": Deed(icon="share", words=gettext_lazy("shared")),
    "password": Deed(icon="key", words=gettext_lazy("changed the password")),
}
_FALLBACK = Deed(icon="point", words="")
_WAYS = {
    "api": gettext_lazy("through the API"),
    "import": gettext_lazy("by an import"),
    "job": gettext_lazy("by a job"),
    "cli": gettext_lazy("on the command line"),
}


@dataclass(frozen=True)
class Row:
    """One field's change in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Event:
    """One line of the timeline."""

    icon: str
    words: str
    person: str
    way: str
    at: Any
    change: int | None
    rows: Sequence[Row]
    undoable: bool
    undone: bool


def events(actor: Actor, resource: Resource, happenings: Sequence[Happening]) -> list[Event]:
    """The happenings of a record in words; ids are named in one query for each field that holds some."""
    titles = _titles(actor, [difference for one in happenings for difference in one.differences])
    return [_event(actor, resource, one, titles) for one in happenings]


def verb_words(resource: Resource, verb: str) -> tuple[str, str]:
    """Icon and words of a verb, the engine's or the resource's own."""
    if verb in _KNOWN:
        return _KNOWN[verb].icon, str(_KNOWN[verb].words)
    try:
        declared = verb_of(resource, verb)
    except NotFound:
        return _FALLBACK.icon, verb
    return declared.icon, str(declared.label)


def way_in(via: str) -> str:
    """How a change came in, where it was not by hand in the browser."""
    return str(_WAYS.get(via, ""))


def _event(actor: Actor, resource: Resource, one: Happening, titles: dict[str, dict[str, str]]) -> Event:
    icon, words = verb_words(resource, one.verb)
    change = one.change
    return Event(
        icon=icon,
        words=words,
        person=str(change.actor) if change and change.actor else _("The system"),
        way=(way_in(change.via) if change.actor_id else "") if change else _("past the application"),
        at=one.at,
        change=change.pk if change else None,
        rows=[_row(difference, titles.get(difference.info.name, {})) for difference in one.differences],
        undoable=change is not None and not one.wide and (change.actor_id == actor.user_id or actor.is_administrator),
        undone=one.undone,
    )


def _row(difference: Difference, titles: dict[str, str]) -> Row:
    info = difference.info
    return Row(str(info.label), raw_text(info, difference.before, titles), raw_text(info, difference.after, titles))


def raw_text(info: FieldInfo, raw: Any, titles: dict[str, str]) -> str:
    """A value of the trail (plain JSON) as a person reads it."""
    if raw in (None, "", [], {}):
        return "—"
    if info.kind in _REFERENCES:
        items = raw if isinstance(raw, list) else [raw]
        return "、".join(titles.get(str(item), "?") for item in items)
    if info.kind is Kind.JSON:
        return _("(details)")
    try:
        return text_of(info, coerce(info, raw))
    except Invalid:
        return str(raw)


def _titles(actor: Actor, differences: Sequence[Difference]) -> dict[str, dict[str, str]]:
    wanted: dict[str, set[Any]] = defaultdict(set)
    infos: dict[str, FieldInfo] = {}
    for one in differences:
        if one.info.kind in _REFERENCES:
            infos[one.info.name] = one.info
            for raw in (one.before, one.after):
                wanted[one.info.name].update(raw if isinstance(raw, list) else [raw])
    return {name: titles_of(actor, infos[name], ids) for name, ids in wanted.items()}
