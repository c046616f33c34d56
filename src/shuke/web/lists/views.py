"""The tabs above a list: its views, what has been changed in the present one, and keeping, sharing, deleting views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from shuke.engine.access.actor import Actor
from shuke.engine.commands.prepare import require
from shuke.engine.organisation.models import Role, Unit, User
from shuke.engine.views import saved
from shuke.engine.views.models import SavedView
from shuke.engine.views.saved import Audience, audience_of, may_change, may_share
from shuke.kernel.digits import whole_number, whole_numbers
from shuke.kernel.errors import Invalid, NotFound, ShukeError
from shuke.resource.registry import has_resource, resource_for, resource_of
from shuke.resource.spec import Resource
from shuke.web.frame.acting import PageRequest, require_actor
from shuke.web.lists.filters import ListState, first_key, list_views, read_state
from shuke.web.values.inputs import picker


@dataclass(frozen=True)
class Tab:
    """A view as a tab; ``shared`` ones are somebody else's or not one's alone."""

    title: str
    query: str
    current: bool
    shared: bool = False


def tabs_context(actor: Actor, state: ListState) -> dict[str, Any]:
    """The tabs, and what may be done with the present view."""
    view = state.view.saved
    mine = bool(view and may_change(actor, view))
    return {
        "tabs": tabs(actor, state),
        "view": state.view,
        "view_query": _view_query(state, state.view.key),
        "is_modified": state.is_modified,
        "may_change_view": mine,
        "opens_first": state.view.key == first_key(state.shelf, state.resource),
        "saved_view": view,
    }


def tabs(actor: Actor, state: ListState) -> list[Tab]:
    """Every view that the actor may open."""
    return [
        Tab(
            view.title,
            _view_query(state, view.key),
            view.key == state.view.key,
            bool(view.saved and not audience_of(view.saved).is_private),
        )
        for view in list_views(actor, state.resource, state.shelf)
    ]


def _view_query(state: ListState, key: str) -> str:
    return "" if key == first_key(state.shelf, state.resource) else f"view={key}"


@require_http_methods(["GET", "POST"])
def new_view(request: PageRequest, name: str) -> HttpResponse:
    """Ask for a name, then keep the list as it is – ``query`` – under it."""
    actor, resource = require_actor(request), resource_for(name)
    require(actor, resource, "view")
    data = request.POST if request.method == "POST" else request.GET
    query = data.get("query", "")
    state = read_state(actor, resource, QueryDict(query))
    if request.method == "GET":
        return _dialog(request, actor, resource, None, query=query)
    try:
        view = saved.create_view(
            actor,
            resource,
            request.POST.get("name", ""),
            state.definition,
            read_audience(request.POST),
            owner=whole_number(request.POST.get("owner", "")),
        )
    except ShukeError as error:
        return _dialog(request, actor, resource, None, query=query, error=error)
    messages.success(request, _("“%(name)s” saved") % {"name": view.name})
    return HttpResponseClientRedirect(_address(resource, view if view.owner_id == actor.user_id else None))


@require_http_methods(["GET", "POST"])
def edit_view(request: PageRequest, name: str, pk: int) -> HttpResponse:
    """Another name, another audience."""
    actor, resource, view = _view(request, name, pk)
    if request.method == "GET":
        return _dialog(request, actor, resource, view)
    try:
        audience = read_audience(request.POST) if may_share(actor, resource) else None
        view = saved.change_view(actor, pk, name=request.POST.get("name", ""), audience=audience)
    except ShukeError as error:
        return _dialog(request, actor, resource, view, error=error)
    messages.success(request, _("“%(name)s” saved") % {"name": view.name})
    return HttpResponseClientRedirect(_address(resource, view))


@require_POST
def save_view(request: PageRequest, name: str, pk: int) -> HttpResponse:
    """Keep what was changed in a view."""
    actor, resource, _old = _view(request, name, pk)
    state = read_state(actor, resource, QueryDict(request.POST.get("query", "")))
    view = saved.change_view(actor, pk, definition=state.definition)
    messages.success(request, _("“%(name)s” saved") % {"name": view.name})
    return HttpResponseClientRedirect(_address(resource, view))


@require_POST
def delete_view(request: PageRequest, name: str, pk: int) -> HttpResponse:
    """Take a view away; the message offers to bring it back."""
    actor, resource, _old = _view(request, name, pk)
    view = saved.remove_view(actor, pk)
    undo = reverse("web:view-restore", args=[name, pk])
    messages.success(request, _("View “%(name)s” deleted") % {"name": view.name}, extra_tags=undo)
    return HttpResponseClientRedirect(_address(resource, None))


@require_POST
def restore_view(request: PageRequest, name: str, pk: int) -> HttpResponse:
    """Bring a deleted view back."""
    view = saved.restore_view(require_actor(request), pk)
    messages.success(request, _("“%(name)s” is back") % {"name": view.name})
    return redirect(_address(resource_for(name), view))


@require_POST
def open_first(request: PageRequest, name: str) -> HttpResponse:
    """Let the list open with a view, for oneself."""
    actor, resource = require_actor(request), resource_for(name)
    saved.open_with(actor, resource, request.POST.get("key", ""))
    messages.success(request, _("The list opens with this view from now on."))
    return HttpResponseClientRedirect(_address(resource, None))


def _view(request: PageRequest, name: str, pk: int) -> tuple[Actor, Resource, SavedView]:
    actor, resource = require_actor(request), resource_for(name)
    view = saved.view_for(actor, pk)
    if view.resource != name:
        raise NotFound
    return actor, resource, view


def _address(resource: Resource, view: SavedView | None) -> str:
    address = reverse("web:list", args=[resource.name])
    return f"{address}?view={view.key}" if view else address


def read_audience(data: QueryDict) -> Audience:
    """Whom the dialog says a view is for."""
    lists = {name: tuple(_ids(data.getlist(name))) for name in ("units", "roles", "default_roles")}
    shared = data.get("audience") == "some"
    return Audience(
        everyone=data.get("audience") == "everyone",
        units=lists["units"] if shared else (),
        roles=lists["roles"] if shared else (),
        default_roles=lists["default_roles"],
    )


def _ids(texts: Sequence[str]) -> list[int]:
    return whole_numbers(texts)


def _dialog(
    request: PageRequest,
    actor: Actor,
    resource: Resource,
    view: SavedView | None,
    *,
    query: str = "",
    error: ShukeError | None = None,
) -> HttpResponse:
    """The dialog of a new view, or of one that is to be renamed and shared."""
    posted = request.method == "POST"
    audience = read_audience(request.POST) if posted else audience_of(view) if view else Audience()
    fields = error.fields if isinstance(error, Invalid) else {}
    context = {
        "resource": resource,
        "view": view,
        "query": query,
        "name": request.POST.get("name", "") if posted else view.name if view else "",
        "name_errors": [str(message) for message in fields.get("name", ())],
        "general": [] if not error or fields.get("name") else [str(error)],
        "may_share": may_share(actor, resource),
        "chosen": "everyone" if audience.everyone else "some" if audience.units or audience.roles else "me",
        "units": _picker(actor, Unit, "units", _("Units, with all below them"), audience.units),
        "roles": _picker(actor, Role, "roles", _("Roles"), audience.roles),
        "default_roles": _picker(actor, Role, "default_roles", _("Opens first for these roles"), audience.default_roles)
        if actor.is_administrator
        else "",
        "owner": _picker(actor, User, "owner", _("For"), (), many=False) if actor.is_administrator and not view else "",
        "post_to": reverse("web:view", args=[resource.name, view.pk])
        if view
        else reverse("web:view-new", args=[resource.name]),
    }
    return render(request, "web/lists/view_dialog.html", context, status=422 if error else 200)


def _picker(
    actor: Actor, model: Any, name: str, label: str, ids: Sequence[int], *, many: bool = True
) -> dict[str, Any] | None:
    """A chooser among records of a model, for those who may look at them."""
    if not has_resource(model) or not actor.may(resource_of(model).name, "view"):
        return None
    titles = {row.pk: str(row) for row in model.objects.visible_to(actor).filter(pk__in=ids)}
    html: SafeString = picker(
        name=name,
        address=reverse("web:lookup", args=[resource_of(model).name]),
        input_id=f"view-{name}",
        label=label,
        chosen=[(str(pk), titles[pk]) for pk in ids if pk in titles],
        many=many,
    )
    return {"id": f"view-{name}", "label": label, "html": html}
