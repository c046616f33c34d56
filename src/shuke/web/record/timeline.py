"""What happened around a record, in words: changes with the values before and after, comments, new records below it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.audit.history import Difference, Happening, LineDeed
from shuke.engine.commands.verbs import verb_of
from shuke.engine.comments.models import Comment
from shuke.engine.files.keeping import files_on
from shuke.engine.files.models import Attachment
from shuke.engine.present.cells import Presenter, text_of
from shuke.engine.record.values import coerce
from shuke.engine.record.words import listed
from shuke.engine.timeline.gather import CHANGE, COMMENT, FILE, Item
from shuke.kernel.errors import Invalid, NotFound
from shuke.resource.describe import FieldInfo, Kind
from shuke.resource.registry import resource_for
from shuke.resource.spec import Resource
from shuke.web.record.attachments import Shown, shown
from shuke.web.record.discussion import comment_html, may_correct, may_remove
from shuke.web.values.cells import address_of, cell_html, says_something
from shuke.web.values.titles import titles_of

# What ids stand for, by the model's field that holds them: a document and its lines may have fields of one name.
Titles = dict[Any, dict[str, str]]
_REFERENCES = frozenset({Kind.OPTION, Kind.LINK, Kind.LINKS, Kind.CHOICE, Kind.TAGS, Kind.FILES})


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
    "automate": Deed(icon="robot", words=gettext_lazy("changed, as the rule says")),
    "undo": Deed(icon="arrow-back-up", words=gettext_lazy("took a change back")),
    "share": Deed(icon="share", words=gettext_lazy("shared")),
    "unshare": Deed(icon="share-off", words=gettext_lazy("no longer shares")),
    "comment": Deed(icon="message", words=gettext_lazy("commented")),
    "correct": Deed(icon="message", words=gettext_lazy("changed a comment")),
    "attach": Deed(icon="paperclip", words=gettext_lazy("added a file")),
    "detach": Deed(icon="paperclip", words=gettext_lazy("removed a file")),
    "purge": Deed(icon="trash-x", words=gettext_lazy("deleted for good")),
    "token": Deed(icon="key", words=gettext_lazy("made an API token")),
    "untoken": Deed(icon="key-off", words=gettext_lazy("ended an API token")),
    "unsay": Deed(icon="message-off", words=gettext_lazy("removed a comment")),
    "company": Deed(icon="building-skyscraper", words=gettext_lazy("changed the company profile")),
    "number": Deed(icon="hash", words=gettext_lazy("changed the numbering")),
    "order": Deed(icon="grip-vertical", words=gettext_lazy("put in order")),
    "merge": Deed(icon="arrow-merge", words=gettext_lazy("merged options")),
    "region": Deed(icon="map-pin", words=gettext_lazy("changed the regions")),
    "secret": Deed(icon="key", words=gettext_lazy("made a new secret")),
    "demo": Deed(icon="sparkles", words=gettext_lazy("made the demo company")),
    "join": Deed(icon="users", words=gettext_lazy("changed the members")),
    "move": Deed(icon="arrows-move", words=gettext_lazy("moved in the organisation")),
    "dissolve": Deed(icon="trash", words=gettext_lazy("deleted with everybody in it")),
    "remind": Deed(icon="alarm", words=gettext_lazy("reminded")),
    "settle": Deed(icon="circle-check", words=gettext_lazy("put the last contact right")),
    "second-factor": Deed(icon="shield-check", words=gettext_lazy("set up the second factor")),
    "second-factor-off": Deed(icon="shield-off", words=gettext_lazy("turned off the second factor")),
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


@dataclass(frozen=True)
class Remark:
    """A comment in the timeline."""

    id: int
    person: str
    html: SafeString
    at: Any
    edited_at: Any
    may_correct: bool
    may_remove: bool


@dataclass(frozen=True)
class Told:
    """One field of a newcomer: ``kind`` says whether it is a chip, a text of its own, or a labelled value."""

    kind: str
    label: str
    html: SafeString


@dataclass(frozen=True)
class Newcomer:
    """A record that came into being below this one, with what it tells and its files."""

    icon: str
    person: str
    words: str
    title: str
    address: str
    at: Any
    told: Sequence[Told]
    files: Sequence[Shown]


@dataclass(frozen=True)
class Line:
    """One line of the timeline: what ``kind`` says it is."""

    kind: str
    what: Event | Remark | Newcomer | Shown


def lines(actor: Actor, resource: Resource, items: Sequence[Item]) -> list[Line]:
    """The items of a timeline as they are shown, in their order."""
    changes = [item.what for item in items if item.kind == CHANGE]
    told = iter(events(actor, resource, changes))
    newcomers = iter(_newcomers(actor, [item for item in items if item.kind not in (CHANGE, COMMENT, FILE)]))
    found = []
    for item in items:
        if item.kind == CHANGE:
            found.append(Line(CHANGE, next(told)))
        elif item.kind == COMMENT:
            found.append(Line(COMMENT, _remark(actor, item.what)))
        elif item.kind == FILE:
            found.append(Line(FILE, shown(resource, item.what.object_id, item.what)))
        else:
            found.append(Line("child", next(newcomers)))
    return found


def _remark(actor: Actor, comment: Comment) -> Remark:
    return Remark(
        id=comment.pk,
        person=str(comment.by) if comment.by else _("The system"),
        html=comment_html(comment),
        at=comment.at,
        edited_at=comment.edited_at,
        may_correct=may_correct(actor, comment),
        may_remove=may_remove(actor, comment),
    )


def _newcomers(actor: Actor, items: Sequence[Item]) -> list[Newcomer]:
    """The child records of a stretch in their order; their files are read at once."""
    files = files_on([(one.kind, one.id) for one in items])
    return [_newcomer(actor, resource_for(one.kind), one.what, files.get((one.kind, one.id), ())) for one in items]


def _newcomer(actor: Actor, child: Resource, row: Any, files: Sequence[Attachment]) -> Newcomer:
    shows_person = FieldAccess(actor, child).sees("created_by") and row.created_by
    titles = Presenter(actor, child, [child.title]).row(row)
    return Newcomer(
        icon=child.icon,
        person=str(row.created_by) if shows_person else _("The system"),
        words=_("added the %(name)s") % {"name": child.label},
        title=titles[0].text if titles and titles[0].text else f"#{row.pk}",
        address=address_of(child.name, row.pk),
        at=row.created_at,
        told=_told(actor, child, row),
        files=[shown(child, row.pk, one) for one in files],
    )


def _told(actor: Actor, child: Resource, row: Any) -> list[Told]:
    presenter = Presenter(actor, child, child.told)
    cells = zip(presenter.row(row), presenter.infos, strict=True)
    return [
        Told(_told_as(info), str(info.label), cell_html(cell, info))
        for cell, info in cells
        if says_something(cell, info)
    ]


def _told_as(info: FieldInfo) -> str:
    if info.spec.badge:
        return "chip"
    return "text" if info.kind in (Kind.LONG_TEXT, Kind.RICH_TEXT) else "value"


def events(actor: Actor, resource: Resource, happenings: Sequence[Happening]) -> list[Event]:
    """The happenings of a record in words; ids are named in one query for each field that holds some."""
    own = [difference for one in happenings for difference in one.differences]
    of_lines = [difference for one in happenings for deed in one.lines for difference in deed.differences]
    titles = _titles(actor, [*own, *of_lines])
    return [_event(actor, resource, one, titles) for one in happenings]


def verb_words(resource: Resource | None, verb: str) -> tuple[str, str]:
    """Icon and words of a verb, the engine's or the resource's own."""
    if verb in _KNOWN:
        return _KNOWN[verb].icon, str(_KNOWN[verb].words)
    if resource is None:
        return _FALLBACK.icon, verb
    try:
        declared = verb_of(resource, verb)
    except NotFound:
        return _FALLBACK.icon, verb
    return declared.icon, str(declared.label)


def way_in(via: str) -> str:
    """How a change came in, where it was not by hand in the browser."""
    return str(_WAYS.get(via, ""))


def _event(actor: Actor, resource: Resource, one: Happening, titles: Titles) -> Event:
    icon, words = verb_words(resource, one.verb)
    change = one.change
    return Event(
        icon=icon,
        words=words,
        person=change.maker if change else _("The system"),
        way=(way_in(change.via) if change.actor_id else "") if change else _("past the application"),
        at=one.at,
        change=change.pk if change else None,
        rows=[
            *(_row(difference, titles) for difference in one.differences),
            *(row for deed in one.lines for row in _line_rows(deed, titles)),
        ],
        undoable=change is not None and not one.wide and (change.actor_id == actor.user_id or actor.is_administrator),
        undone=one.undone,
    )


def _row(difference: Difference, titles: Titles, of: str = "") -> Row:
    info = difference.info
    known = titles.get(info.source, {})
    return Row(f"{of}{info.label}", raw_text(info, difference.before, known), raw_text(info, difference.after, known))


def _line_rows(deed: LineDeed, titles: Titles) -> list[Row]:
    """What became of a line of a document: it came, it went, or the fields of it that differ."""
    if deed.verb in ("create", "restore"):
        return [Row(deed.resource.label, "—", deed.title)]
    if deed.verb == "delete":
        return [Row(deed.resource.label, deed.title, "—")]
    return [_row(difference, titles, f"{deed.title} · ") for difference in deed.differences]


def raw_text(info: FieldInfo, raw: Any, titles: dict[str, str]) -> str:
    """A value of the trail (plain JSON) as a person reads it."""
    if raw in (None, "", [], {}):
        return "—"
    if info.kind in _REFERENCES:
        items = raw if isinstance(raw, list) else [raw]
        return listed(titles.get(str(item), "?") for item in items)
    if info.kind is Kind.JSON:
        return _("(details)")
    try:
        return text_of(info, coerce(info, raw))
    except Invalid:
        return str(raw)


def _titles(actor: Actor, differences: Sequence[Difference]) -> Titles:
    wanted: dict[Any, set[Any]] = defaultdict(set)
    infos: dict[Any, FieldInfo] = {}
    for one in differences:
        if one.info.kind in _REFERENCES:
            infos[one.info.source] = one.info
            for raw in (one.before, one.after):
                wanted[one.info.source].update(raw if isinstance(raw, list) else [raw])
    return {source: titles_of(actor, infos[source], ids) for source, ids in wanted.items()}
