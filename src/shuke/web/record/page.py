"""The page of one record: key facts, timeline, related lists, and every field to be edited in place."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import trigger_client_event

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.access.scope import EVERY_ROW
from shuke.engine.commands.joining import has_members
from shuke.engine.commands.ordering import put_in_order
from shuke.engine.commands.sight import rights_on
from shuke.engine.customfields.computing import meets
from shuke.engine.files.keeping import latest_files
from shuke.engine.layouts.arranging import form_for
from shuke.engine.marks.marking import see
from shuke.engine.present.cells import Presenter
from shuke.engine.query.paging import get, page, select
from shuke.engine.query.sources import count_each_up_to
from shuke.engine.timeline.gather import CHANGE, COMMENT, FILE, gather, kinds_of, options_in
from shuke.kernel.criteria import EVERYTHING
from shuke.kernel.digits import whole_number, whole_numbers
from shuke.kernel.errors import NotAllowed, NotFound
from shuke.resource.describe import STANDARD, FieldInfo, fields_of
from shuke.resource.registry import document_of, related_of, resource_for, resource_of
from shuke.resource.spec import Related, Resource
from shuke.web.frame.acting import PageRequest, require_actor
from shuke.web.frame.addresses import whole_list
from shuke.web.lists.actions import BulkAction, has_pools, may_hand_over
from shuke.web.lists.page import headings_plain
from shuke.web.lists.rows import write_rows
from shuke.web.lists.siblings import place_in_list
from shuke.web.record.attachments import files_panel
from shuke.web.record.discussion import composer
from shuke.web.record.members import members_context, pointing_at
from shuke.web.record.offering import offers
from shuke.web.record.rights import rights_panel, shows_rights
from shuke.web.record.timeline import lines
from shuke.web.values.automation_words import automation_links
from shuke.web.values.cells import address_of, cell_html, whole_html
from shuke.web.values.file_looks import limit_words
from shuke.web.values.line_grids import shown_lines
from shuke.web.values.parts import WORDS, editor_of

STRETCH = 20
# The keys of the tabs that are no objects.
TIMELINE, FILES, RIGHTS = "timeline", "files", "rights"
RELATED = 20
# Tabs count no further.
COUNTED = 99
# Rows that are put in order are all to be seen.
ORDERED = 200


@dataclass(frozen=True)
class Shown:
    """A labelled value of the record page."""

    name: str
    label: str
    html: SafeString
    edit: str
    help: str


@dataclass(frozen=True)
class Group:
    """A titled group of values."""

    title: str
    fields: list[Shown]


@dataclass(frozen=True)
class RelatedTab:
    """A tab with the rows that point at this record."""

    key: str
    title: str
    icon: str
    count: str
    create: str
    opens: bool


def require_record(actor: Actor, resource: Resource, pk: int) -> Any:
    """The record with all of its fields. Raises ``NotFound`` alike for a missing one and for one out of sight."""
    columns = [info.name for info in FieldAccess(actor, resource).visible()]
    record = get(actor, resource, pk, columns=columns)
    if record is None:
        raise NotFound(_("There is no such record, or it is not yours to see."))
    return record


def allowed(actor: Actor, resource: Resource, pk: int, action: str) -> bool:
    """May the actor do this with this very record?"""
    return action in rights_on(actor, resource, pk, [action])


def is_closed(resource: Resource, record: Any) -> bool:
    """Does the record change no more, whoever one is?"""
    return resource.closed is not None and meets(resource, resource.closed, lambda info: getattr(record, info.column))


@require_GET
@vary_on_headers("HX-Request", "HX-Target")
def record_page(request: PageRequest, name: str, pk: int) -> HttpResponse:
    """The page, or – for htmx – the panel of one tab.

    ``fresh``: what was done on the page may have changed the record too; what shows its values comes along.
    """
    actor, resource = require_actor(request), resource_for(name)
    record = require_record(actor, resource, pk)
    if (document := document_of(name)) is not None:
        return redirect("web:record", document.name, getattr(record, f"{resource.scope.parent}_id"))
    asked = request.GET
    kind, option, after = asked.get("kind", ""), asked.get("option", ""), asked.get("after", "")
    if request.htmx and after:
        panel = timeline_panel(actor, resource, pk, kind, option, after)
        return render(request, "web/record/timeline_items.html", {"resource": resource, "record": record, **panel})
    tabs, file_count = tabs_and_files(actor, resource, pk)
    has_rights = shows_rights(actor, resource, pk)
    first = next((one.key for one in tabs if one.opens), TIMELINE)
    tab = asked.get("tab", TIMELINE if kind else first)
    if tab not in {TIMELINE, FILES, *([RIGHTS] if has_rights else []), *(one.key for one in tabs)}:
        tab = first
    rights = rights_on(actor, resource, pk, ("edit", "delete", "share"))
    context = {"resource": resource, "record": record, "tabs": tabs, "tab": tab, "has_rights": has_rights}
    context["timeline_at"] = f"{address_of(name, pk)}{'' if first == TIMELINE else f'?tab={TIMELINE}'}"
    context |= {"file_count": file_count} | file_context(resource, pk, rights)
    context |= panel_of(actor, resource, pk, tab, kind, option)
    if request.htmx.target == "tab-panel":
        if asked.get("fresh") == "1":
            context |= record_context(actor, resource, record, rights) | {"oob": True}
        return render(request, "web/record/record_tabs.html", context)
    context |= record_context(actor, resource, record, rights) | place_in_list(resource, pk, request.GET)
    context["marked"] = see(actor, resource, pk)
    return render(request, "web/record/record.html", context)


def panel_of(actor: Actor, resource: Resource, pk: int, tab: str, kind: str, option: str) -> dict[str, Any]:
    """What the chosen tab shows: files, rights, related records, or the timeline."""
    if tab == FILES:
        return files_panel(resource, pk)
    if tab == RIGHTS:
        return rights_panel(resource, pk)
    if tab == TIMELINE:
        return timeline_panel(actor, resource, pk, kind, option)
    return related_panel(actor, resource, pk, tab)


def file_context(resource: Resource, pk: int, rights: Collection[str]) -> dict[str, Any]:
    """Where new files are dropped by who may edit the record, and how large they may be."""
    return {
        "drop_at": reverse("web:files", args=[resource.name, pk]) if "edit" in rights else "",
        "file_limit": limit_words(),
    }


def record_context(actor: Actor, resource: Resource, record: Any, rights: Collection[str]) -> dict[str, Any]:
    """Title, facts, groups of fields, and what may be done."""
    is_open = not is_closed(resource, record)
    may_edit = is_open and "edit" in rights
    doable = [*pool_verbs(actor, resource, record), *record_verbs(actor, resource, record)]
    title = str(getattr(record, resource.title) or "—")
    return {
        "title": title,
        "box": composer(resource, record.pk),
        "subtitle": subtitle(actor, resource, record),
        "badges": badges(actor, resource, record),
        "facts": facts(actor, resource, record),
        "line_lists": shown_lines(actor, resource, record),
        "groups": groups(actor, resource, record, may_edit=may_edit),
        "may_edit": may_edit,
        "may_delete": is_open and "delete" in rights,
        "offers": offers(actor, resource, record.pk),
        "steps": [verb for verb in doable if verb.first],
        "verbs": [verb for verb in doable if not verb.first],
        "automation": automation_links(resource, record.pk),
        "editor": editor_of(actor, resource, record.pk),
        "may_overlook": actor.is_administrator or "share" in rights,
        "may_assign": may_hand_over(actor, resource),
    }


def subtitle(actor: Actor, resource: Resource, record: Any) -> str:
    """What tells namesakes apart, e.g. the number."""
    cells = Presenter(actor, resource, [resource.subtitle] if resource.subtitle else []).row(record)
    return cells[0].text if cells else ""


def badges(actor: Actor, resource: Resource, record: Any) -> list[SafeString]:
    """The chips beside the title."""
    names = [spec.name for spec in resource.fields if spec.badge]
    presenter = Presenter(actor, resource, names)
    cells = zip(presenter.row(record), presenter.infos, strict=True)
    return [cell_html(cell, info) for cell, info in cells if cell.text]


def facts(actor: Actor, resource: Resource, record: Any) -> list[Shown]:
    """The facts that head the page; chips stand beside the title already."""
    names = [name for name in resource.facts if not fields_of(resource)[name].spec.badge]
    presenter = Presenter(actor, resource, names)
    cells = zip(presenter.row(record), presenter.infos, strict=True)
    return [Shown(info.name, str(info.label), cell_html(cell, info), "", "") for cell, info in cells]


def groups(actor: Actor, resource: Resource, record: Any, *, may_edit: bool) -> list[Group]:
    """The form's sections with their values, then what the system itself notes."""
    arranged = form_for(actor, resource)
    placed = {name for section in arranged.sections for name in section.fields} | arranged.left_out
    standard = [spec.name for spec in STANDARD if spec.name not in placed]
    rest = [name for name in fields_of(resource) if name not in placed and name not in standard]
    found = [
        Group(str(section.title), shown(actor, resource, record, section.fields, may_edit=may_edit))
        for section in arranged.sections
    ]
    found.append(Group(_("Record"), shown(actor, resource, record, (*rest, *standard), may_edit=may_edit)))
    return [group for group in found if group.fields]


def shown(actor: Actor, resource: Resource, record: Any, names: tuple[str, ...], *, may_edit: bool) -> list[Shown]:
    """Labelled values; those the actor may write carry the address that edits them in place."""
    access = FieldAccess(actor, resource)
    presenter = Presenter(actor, resource, names)
    found = []
    for cell, info in zip(presenter.row(record), presenter.infos, strict=True):
        if not _concerns(resource, record, info):
            continue
        in_place = may_edit and access.changes(info.name) and info.name not in WORDS
        edit = field_address(resource, record.pk, info) if in_place else ""
        found.append(Shown(info.name, str(info.label), whole_html(cell, info), edit, str(info.help)))
    return found


def _concerns(resource: Resource, record: Any, info: FieldInfo) -> bool:
    """Does the field say anything about this record, as it is?"""
    show = info.spec.show
    return show == EVERYTHING or meets(resource, show, lambda other: getattr(record, other.column))


def field_address(resource: Resource, pk: int, info: FieldInfo) -> str:
    """Where a field of a record is edited in place."""
    return reverse("web:field", args=[resource.name, pk, info.name])


def pool_verbs(actor: Actor, resource: Resource, record: Any) -> list[BulkAction]:
    """Out of the pool for those in one, into it for the others."""
    if not has_pools(actor, resource) or not actor.may(resource.name, "edit"):
        return []
    if getattr(record, resource.scope.pool or "", None) is None:
        address = reverse("web:bulk-release", args=[resource.name])
        return [BulkAction(_("Put into a pool"), icon="pool", address=address)]
    address = reverse("web:bulk-claim", args=[resource.name])
    return [BulkAction(_("Claim"), icon="hand-grab", address=address, first=True)]


def record_verbs(actor: Actor, resource: Resource, record: Any) -> list[BulkAction]:
    """The object's own verbs that the actor holds the grant for and that make sense for the record as it is."""
    return [
        BulkAction(
            str(verb.label),
            verb.icon,
            reverse("web:bulk-verb", args=[resource.name, verb.name]),
            danger=verb.danger,
            first=verb.settles,
        )
        for verb in resource.verbs
        if actor.may(resource.name, verb.grant)
        and meets(resource, verb.when, lambda other: getattr(record, other.column))
    ]


def timeline_panel(
    actor: Actor, resource: Resource, pk: int, kind: str = "", option: str = "", after: str = ""
) -> dict[str, Any]:
    """A stretch of the record's timeline, of one kind or all, of one of its options or all; ``earlier`` leads on."""
    known = kinds_of(actor, resource)
    kind = kind if kind in known else ""
    options = {str(one.pk): one.name for one in options_in(actor, resource, kind)}
    option = option if option in options else ""
    found = gather(
        actor, resource, pk, kinds=[kind] if kind else (), option=whole_number(option), cursor=after, limit=STRETCH
    )
    here = address_of(resource.name, pk)
    kinds = [("", f"{here}?tab={TIMELINE}", _("Everything"))]
    kinds += [(name, f"{here}?kind={name}", _kind_words(name)) for name in known]
    told_apart = options if option or found.items else {}
    every = [("", f"{here}?kind={kind}", _("All"))] if told_apart else []
    return {
        "lines": lines(actor, resource, found.items),
        "earlier": f"{here}?kind={kind}&option={option}&after={found.next}" if found.next else "",
        "kind": kind,
        "option": option,
        "kinds": kinds,
        "options": [*every, *((key, f"{here}?kind={kind}&option={key}", name) for key, name in told_apart.items())],
    }


def _kind_words(kind: str) -> str:
    fixed = {COMMENT: _("Comments"), FILE: _("Files"), CHANGE: _("Changes")}
    return fixed.get(kind) or resource_for(kind).label_plural


def tabs_and_files(actor: Actor, resource: Resource, pk: int) -> tuple[list[RelatedTab], str]:
    """A tab for each kind of record that points here and that the actor may view; how many files there are.

    All are counted in one statement, each up to ``COUNTED``.
    """
    followed = [
        (related, target)
        for related in related_of(resource)
        if _may_follow(actor, target := resource_of(related.model), related.by)
    ]
    selections = [select(actor, target, criteria=pointing_at(related, pk), pinned=True) for related, target in followed]
    counted = [*(one.all() for one in selections), latest_files(resource, pk)]
    *numbers, files = count_each_up_to([(rows, (EVERY_ROW,)) for rows in counted], COUNTED + 1)
    found = []
    for (related, target), number in zip(followed, numbers, strict=True):
        create = ""
        if actor.may(target.name, "create") and not has_members(related):
            create = f"{reverse('web:create', args=[target.name])}?pane=drawer&stay=1&{related.by}={pk}"
        title = str(related.title or target.label_plural)
        found.append(RelatedTab(target.name, title, target.icon, _up_to(number), create, related.opens))
    return found, _up_to(files)


def _up_to(number: int) -> str:
    return str(number) if number <= COUNTED else f"{COUNTED}+"


def _may_follow(actor: Actor, target: Resource, by: str) -> bool:
    """May the actor see these records, and by which field they hang on this one?"""
    return actor.may(target.name, "view") and FieldAccess(actor, target).compares(by)


def related_panel(actor: Actor, resource: Resource, pk: int, key: str) -> dict[str, Any]:
    """The rows of one related tab."""
    related = next(one for one in related_of(resource) if resource_of(one.model).name == key)
    target = resource_of(related.model)
    presenter = Presenter(actor, target, related_columns(related))
    selection = select(actor, target, criteria=pointing_at(related, pk), pinned=True)
    ordered, members = may_order(actor, related), members_context(actor, resource, pk, related)
    found = page(selection, columns=presenter.columns, limit=ORDERED if ordered or members else RELATED)
    return {
        "target": target,
        "order_at": reverse("web:order", args=[resource.name, pk, key]) if ordered else "",
        "headings": headings_plain(presenter.infos),
        "rows": write_rows(actor, presenter, found.rows, pick=bool(members), order=ordered),
        "more": whole_list(target, **{related.by: pk}) if found.next else "",
        **members,
    }


def may_order(actor: Actor, related: Related) -> bool:
    """May the actor put the rows of a related tab in order?"""
    target = resource_of(related.model)
    return bool(related.order and actor.may(target.name, "edit") and FieldAccess(actor, target).changes(related.order))


@require_POST
def order_related(request: PageRequest, name: str, pk: int, key: str) -> HttpResponse:
    """Put the rows of a related tab in the order of ``ids``."""
    actor, resource = require_actor(request), resource_for(name)
    require_record(actor, resource, pk)
    related = next((one for one in resource.related if resource_of(one.model).name == key), None)
    if related is None or not may_order(actor, related):
        raise NotAllowed(_("You may not change this here."))
    texts = request.POST.get("ids", "").split(",")
    ids = whole_numbers(texts)
    undo = reverse("web:undo", args=[put_in_order(actor, related, pk, ids)])
    return trigger_client_event(HttpResponse(""), "sk:toast", {"text": _("Order saved"), "undo": undo})


def related_columns(related: Related) -> tuple[str, ...]:
    """The columns of a related tab, without the one that always says the same."""
    columns = related.columns or resource_of(related.model).table.columns
    return tuple(name for name in columns if name != related.by)
