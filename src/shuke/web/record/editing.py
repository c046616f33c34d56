"""Creating and changing records: the form page, the drawer, and editing one field in place."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.commands.duplicates import visible_duplicates
from shuke.engine.commands.lines import Given
from shuke.engine.commands.prepare import require
from shuke.engine.commands.rules import fill
from shuke.engine.commands.write import Saved, create, update
from shuke.engine.query.compile import offered
from shuke.engine.record.values import coerce
from shuke.kernel.criteria import Condition, Either, dump
from shuke.kernel.digits import whole_number
from shuke.kernel.errors import Conflict, Duplicate, Invalid, NotAllowed
from shuke.resource.describe import FieldInfo, fields_of
from shuke.resource.registry import resource_for
from shuke.resource.spec import Resource
from shuke.web.frame.acting import PageRequest, require_actor
from shuke.web.frame.addresses import whole_list
from shuke.web.record.belonging import belonging_section, chosen_place
from shuke.web.record.conflicts import Clashes, clashes_in, with_decisions
from shuke.web.record.drafts import draft_stored
from shuke.web.record.page import allowed, is_closed, require_record
from shuke.web.record.places import Entry, emptied_words, place_editor, saved_place
from shuke.web.record.suggesting import followed_by, suggested_texts
from shuke.web.values import forms
from shuke.web.values.cells import address_of
from shuke.web.values.line_grids import (
    TypedLines,
    after_conflict,
    conflict_words,
    draw_grids,
    for_commands,
    posted,
    stored,
)
from shuke.web.values.parts import editor_of

# How often a save is tried again when others change other fields of the record in the same moment.
_TRIES = 4

# Forms in a drawer: on a page, or – above another form that needs the new record – of what it lacks.
MAKER = "maker"
PANES = ("drawer", MAKER)


def save_changes(
    actor: Actor,
    resource: Resource,
    pk: int,
    infos: Mapping[str, FieldInfo],
    typed: forms.Typed,
    version: int | None,
    *,
    allow_duplicates: bool = True,
    lines: Mapping[str, Given] | None = None,
) -> Saved | None:
    """Write what a person changed, with the lines of a document. Changes of others to *other* fields are no conflict.

    Options that fit no more what was chosen above them are emptied in the same change.
    None when nothing was changed. Raises ``Clashes`` for fields that both changed, and whatever the commands raise.
    """
    changed = typed.changed()
    if not changed and not lines:
        return None
    for _try in range(_TRIES):
        try:
            values = {**forms.for_commands(infos, changed), **(lines or {})}
            return update(actor, resource, pk, values, version=version, allow_duplicates=allow_duplicates, loosely=True)
        except Conflict as conflict:
            if conflict.version is None:
                raise
            clashes = clashes_in(actor, resource, pk, infos, typed, conflict)
            if clashes:
                raise Clashes(str(conflict), clashes, conflict.version) from conflict
            version = conflict.version
    raise Conflict(_("The record is being changed by others right now. Please save again."))


# ---- the form --------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def create_page(request: PageRequest, name: str) -> HttpResponse:
    """A new record, on a page of its own or – ``pane=drawer`` – in the drawer."""
    actor, resource = require_actor(request), resource_for(name)
    require(actor, resource, "create")
    infos = forms.writable_fields(actor, resource)
    if resource.lines and request.htmx and request.GET.get("pane") in PANES:
        return HttpResponseClientRedirect(_without_pane(request))
    if request.method == "GET":
        texts = starting_texts(actor, resource, infos, request)
        sheet = Sheet(texts, place=request.GET, lines=stored(actor, resource, None))
        return _form(request, actor, resource, infos, sheet)
    typed, lines = forms.read_posted(infos, request.POST), posted(actor, resource, request.POST)
    sheet = Sheet(typed.values, was=typed.was, place=request.POST, lines=lines)
    try:
        values = _brought(actor, resource, request)
        values |= forms.for_commands(infos, {key: text for key, text in typed.values.items() if text})
        values |= for_commands(actor, lines)
        place = chosen_place(actor, resource, request.POST)
        allow = request.POST.get("allow_duplicates") == "1"
        saved = create(actor, resource, values, **place, allow_duplicates=allow)
    except Duplicate as error:
        return _form(request, actor, resource, infos, replace(sheet, duplicate=error))
    except Invalid as error:
        return _form(request, actor, resource, infos, replace(sheet, error=error))
    return _stored(request, _after_create(request, actor, resource, saved))


def _without_pane(request: PageRequest) -> str:
    """A document with lines wants a page: the address of its form there, with all that was brought along."""
    query = request.GET.copy()
    for name in ("pane", "stay", "level"):
        query.pop(name, None)
    return f"{request.path}?{query.urlencode()}" if query else request.path


def starting_texts(
    actor: Actor, resource: Resource, infos: Mapping[str, FieldInfo], request: PageRequest
) -> dict[str, str]:
    """Defaults of the model, what the address brings along (``?customer=12``), and what follows from these."""
    texts = forms.texts_of(infos, resource.model())
    texts |= {name: request.GET[name][:500] for name in infos if name in request.GET}
    if not resource.suggestions:
        return texts
    return texts | suggested_texts(actor, resource, infos, {name: text for name, text in texts.items() if text})


def _brought(actor: Actor, resource: Resource, request: PageRequest) -> dict[str, Any]:
    """What the address brings along for fields that the form does not have, e.g. what the new record hangs on."""
    left = forms.left_out_fields(actor, resource)
    return forms.for_commands(left, {name: request.GET[name][:500] for name in left if request.GET.get(name)})


def _after_create(request: PageRequest, actor: Actor, resource: Resource, saved: Saved) -> HttpResponse:
    words = _("%(object)s “%(title)s” created") % {
        "object": resource.label,
        "title": getattr(saved.record, resource.title),
    }
    undo = reverse("web:undo", args=[saved.change])
    if request.htmx and request.GET.get("pane") == MAKER:
        made = {"id": saved.record.pk, "title": str(getattr(saved.record, resource.title))}
        response = trigger_client_event(HttpResponse(""), "sk:made", made)
        return trigger_client_event(response, "sk:toast", {"text": words})
    if _stays(request):
        response = HttpResponse("")
        trigger_client_event(response, "sk:close")
        trigger_client_event(response, "sk:changed")
        return trigger_client_event(response, "sk:toast", {"text": words, "undo": undo})
    messages.success(request, words, extra_tags=undo)
    address = _after_making(actor, resource, saved.record.pk)
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def _after_making(actor: Actor, resource: Resource, pk: int) -> str:
    """Where one goes on with what was made: in its editor, else at the record, where one may see it."""
    if not actor.may(resource.name, "view"):
        return reverse("web:home")
    editor = editor_of(actor, resource, pk)
    return editor.address if editor else address_of(resource.name, pk)


def _stays(request: PageRequest) -> bool:
    """Was the drawer opened from a record whose page shall stay?"""
    return bool(request.htmx) and request.GET.get("stay") == "1"


def _require_open(resource: Resource, record: Any) -> None:
    """No form for what its rules would refuse."""
    if is_closed(resource, record):
        raise NotAllowed(_("“%(record)s” is closed: it changes no more.") % {"record": record})


@require_http_methods(["GET", "POST"])
def edit_page(request: PageRequest, name: str, pk: int) -> HttpResponse:
    """All fields of a record in one form."""
    actor, resource = require_actor(request), resource_for(name)
    record = require_record(actor, resource, pk)
    if not allowed(actor, resource, pk, "edit"):
        raise NotAllowed(_("You may see this record, but not change it."))
    infos = forms.writable_fields(actor, resource, new=False)
    if request.method == "GET":
        _require_open(resource, record)
        sheet = Sheet(forms.texts_of(infos, record), record, lines=stored(actor, resource, record))
        return _form(request, actor, resource, infos, sheet)
    typed = with_decisions(request.POST, forms.read_posted(infos, request.POST))
    lines = posted(actor, resource, request.POST)
    sheet = Sheet(typed.values, record, typed.was, _version(request), lines=lines)
    try:
        allow = request.POST.get("allow_duplicates") == "1"
        forms.require_filled(actor, resource, infos, typed.values)
        saved = save_changes(
            actor, resource, pk, infos, typed, sheet.version, allow_duplicates=allow, lines=for_commands(actor, lines)
        )
    except Clashes as error:
        was = typed.was | {clash.name: clash.theirs_text for clash in error.clashes}
        again = replace(sheet, was=was, version=error.version, clashes=error)
        return _form(request, actor, resource, infos, again)
    except Conflict as error:
        if not any(one.lines.name in error.theirs for one in lines):
            raise
        told = conflict_words(actor, lines, error)
        return _form(request, actor, resource, infos, replace(sheet, lines=after_conflict(lines, error), error=told))
    except Duplicate as error:
        return _form(request, actor, resource, infos, replace(sheet, duplicate=error))
    except Invalid as error:
        return _form(request, actor, resource, infos, replace(sheet, error=error))
    if saved:
        messages.success(
            request, emptied_words(_("Saved"), resource, saved), extra_tags=reverse("web:undo", args=[saved.change])
        )
    return _stored(request, redirect(address_of(name, pk)))


def _stored(request: PageRequest, response: HttpResponse) -> HttpResponse:
    return draft_stored(request, response, _draft_key(request))


def _draft_key(request: PageRequest) -> str:
    """What the browser keeps a form's draft by: the form and what it started with, wherever it stands."""
    return _without_pane(request)


def _version(request: PageRequest) -> int | None:
    return whole_number(request.POST.get("version", ""), 9)


@dataclass(frozen=True)
class Sheet:
    """A form on its way to the person: the texts in it, where they started, and why it comes back, if it does.

    ``place``: of a new record, what was chosen for its owner and pool.
    """

    texts: Mapping[str, str]
    record: Any = None
    was: Mapping[str, str] | None = None
    version: int | None = None
    error: Invalid | None = None
    duplicate: Duplicate | None = None
    clashes: Clashes | None = None
    place: QueryDict | None = None
    lines: Sequence[TypedLines] = ()

    @property
    def status(self) -> int:
        """The answer's HTTP status."""
        if self.clashes or self.duplicate:
            return 409
        return 422 if self.error else 200


def _form(
    request: PageRequest, actor: Actor, resource: Resource, infos: Mapping[str, FieldInfo], sheet: Sheet
) -> HttpResponse:
    drawer = request.GET.get("pane") in PANES and bool(request.htmx)
    prefix = _prefix(request) if drawer else "f"
    errors = sheet.error.fields if sheet.error else {}
    beside = forms.held_beside(actor, resource, infos, sheet.record)
    sections = forms.draw_sections(actor, resource, infos, sheet.texts, errors, prefix=prefix, beside=beside)
    if sheet.place is not None:
        sections += belonging_section(actor, resource, sheet.place, errors, prefix=prefix)
    grids = draw_grids(actor, resource, sheet.record, sheet.lines, errors)
    grid_names = [grid.name for grid in grids]
    was = sheet.was if sheet.was is not None else sheet.texts
    context = {
        "resource": resource,
        "record": sheet.record,
        "title": getattr(sheet.record, resource.title) if sheet.record else "",
        "sections": sections,
        "beside": forms.spelled(resource, beside),
        "was": json.dumps(dict(was), ensure_ascii=False),
        "version": sheet.version if sheet.version is not None else getattr(sheet.record, "version", ""),
        "error": sheet.error,
        "grids": grids,
        "general": forms.general_messages(sheet.error, _names(sections), grid_names) if sheet.error else [],
        "marked": [one for section in sections for one in section.fields if one.errors],
        "duplicate": sheet.duplicate,
        "clashes": sheet.clashes,
        "dirty": sheet.status != 200,
        "compares": bool(resource.duplicates),
        "follows": "" if sheet.record else followed_by(resource),
        "post_to": request.get_full_path(),
        "draft": _draft_key(request),
        "heading": f"sk-maker-{prefix[1:]}" if prefix[1:] else "sk-drawer-title",
    }
    return render(
        request, "web/record/form_drawer.html" if drawer else "web/record/form.html", context, status=sheet.status
    )


def _names(sections: Sequence[forms.DrawnSection]) -> set[str]:
    return {field.name for section in sections for field in section.fields}


def _prefix(request: PageRequest) -> str:
    """What the ids of a drawer's inputs begin with: drawers that stand on one another have different ones."""
    level = request.GET.get("level", "")
    return f"m{level}" if request.GET["pane"] == MAKER and level.isdecimal() and len(level) < 3 else "d"


@require_GET
def duplicates(request: PageRequest, name: str) -> HttpResponse:
    """While typing: the records that look like the one being entered (a fragment; CUS-02)."""
    actor, resource = require_actor(request), resource_for(name)
    require(actor, resource, "create")
    infos = forms.writable_fields(actor, resource)
    typed: dict[str, Any] = {}
    for field in {name for match in resource.duplicates for name in match.fields} & set(infos):
        try:
            typed[field] = coerce(infos[field], request.GET.get(field, ""))
        except Invalid:
            continue
    record = resource.model()
    fill(record, typed, resource)
    record.pk = whole_number(request.GET.get("record", ""))
    visible, hidden = visible_duplicates(actor, resource, record)
    matches = [(address_of(resource.name, row.pk), str(getattr(row, resource.title))) for row in visible]
    context = {"matches": matches, "hidden": hidden, "wider": _wider(actor, resource, typed)}
    return render(request, "web/record/matches.html", context)


def _wider(actor: Actor, resource: Resource, typed: Mapping[str, Any]) -> str:
    """The list of all that has one of the compared values in it, with conditions open to change (CUS-02)."""
    access, infos = FieldAccess(actor, resource), fields_of(resource)
    parts = tuple(
        Condition(name, "contains", text)
        for name, text in typed.items()
        if text and isinstance(text, str) and offered(infos[name]) and access.compares(name)
    )
    where = json.dumps(dump(Either(parts)), ensure_ascii=False, separators=(",", ":"))
    return whole_list(resource, where=where) if parts else ""


# ---- one field in place ----------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def field_in_place(request: PageRequest, name: str, pk: int, field: str) -> HttpResponse:
    """One field: GET answers with its input, POST saves it and answers with the value as it is shown."""
    actor, resource = require_actor(request), resource_for(name)
    record = require_record(actor, resource, pk)
    info = fields_of(resource).get(field)
    if info is None or not FieldAccess(actor, resource).changes(field) or not allowed(actor, resource, pk, "edit"):
        raise NotAllowed(_("You may not change this here."))
    if request.method == "GET" and not request.htmx:
        return redirect("web:edit", name, pk)
    if request.method == "GET":
        _require_open(resource, record)
        text = forms.texts_of({field: info}, record)[field]
        return place_editor(request, actor, resource, record, info, Entry(text, text, record.version))
    typed = forms.read_posted({field: info}, request.POST)
    entry = Entry(typed.values.get(field, ""), typed.was.get(field, ""), _version(request) or record.version)
    try:
        saved = save_changes(actor, resource, pk, {field: info}, typed, entry.version)
    except Clashes as error:
        clash = error.clashes[0]
        entry = replace(entry, was=clash.theirs_text, version=error.version, clash=clash)
        return place_editor(request, actor, resource, record, info, entry)
    except Invalid as error:
        return place_editor(request, actor, resource, record, info, replace(entry, error=error))
    if not request.htmx:
        return redirect(address_of(name, pk))
    return saved_place(request, actor, resource, pk, info, saved)
