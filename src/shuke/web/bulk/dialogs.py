"""Something is done to ticked records: a dialog asks, the commands do it, a message offers to take it back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from shuke.engine.access.actor import Actor
from shuke.engine.bulk.acting import AT_ONCE, Work, act, ids_of, order
from shuke.engine.commands.prepare import require
from shuke.engine.query.paging import select
from shuke.kernel.digits import whole_numbers
from shuke.kernel.errors import Invalid, NotAllowed
from shuke.resource.registry import resource_for
from shuke.resource.spec import Resource
from shuke.web.frame.acting import PageRequest, require_actor
from shuke.web.lists.actions import has_pools
from shuke.web.lists.filters import read_state
from shuke.web.values import forms
from shuke.web.values.inputs import picker

# The right to take a record: that it waits in a pool that is open to the actor.
CLAIM = "claim"


@dataclass(frozen=True)
class Question:
    """One input of a dialog."""

    id: str
    label: str
    html: SafeString
    required: bool
    errors: Sequence[str] = ()


@dataclass(frozen=True)
class Dialog:
    """What a bulk dialog says and asks; ``tick`` is what the box below the questions orders."""

    title: str
    words: str
    button: str
    questions: Sequence[Question] = ()
    danger: bool = False
    chooser: Sequence[tuple[str, str, bool]] = ()
    left_out: Sequence[str] = ()
    tick: str = ""


@dataclass(frozen=True)
class BulkDeed:
    """What is done to ticked records.

    ``ask`` makes the dialog for so many of them, with what is wrong with the answers; ``work`` reads these, raising
    ``Invalid``; ``said`` makes the message of how many it was done to, and of the change. ``right`` is what the actor
    must be allowed with each of them; what ``leaves`` is not where it was any more.
    """

    ask: Callable[[int, Mapping[str, Any]], Dialog]
    work: Callable[[], Work]
    said: Callable[[int, int], str]
    right: str = "edit"
    leaves: bool = False


def in_dialog(grant: str | None) -> Callable[[Callable[..., BulkDeed]], Callable[..., HttpResponse]]:
    """Make a page of a function that says what is done: GET asks, POST does it, or has it done.

    Who holds no ``grant`` is turned away; None: the function sees to that.
    """

    def view_of(deed_of: Callable[..., BulkDeed]) -> Callable[..., HttpResponse]:
        @require_http_methods(["GET", "POST"])
        @wraps(deed_of)
        def view(request: PageRequest, name: str, **more: str) -> HttpResponse:
            actor, resource = require_actor(request), resource_for(name)
            if grant:
                require(actor, resource, grant)
            return _answer(request, actor, resource, deed_of(request, actor, resource, **more))

        return view

    return view_of


def asked_in(request: PageRequest) -> QueryDict:
    """Where the ticked records stand, before and after the dialog was answered."""
    return request.POST if request.method == "POST" else request.GET


def chosen_ids(actor: Actor, resource: Resource, data: QueryDict) -> list[int]:
    """The ticked records, or – ``whole=1`` – all of the list that ``query`` describes.

    Raises ``Invalid`` for none and for too many.
    """
    if data.get("whole") == "1":
        state = read_state(actor, resource, QueryDict(data.get("query", "")))
        ids = ids_of(select(actor, resource, criteria=state.criteria, q=state.q))
    else:
        ids = whole_numbers(data.getlist("ids"))
    if not ids:
        raise Invalid(_("Tick at least one record first."))
    return ids


def choose(
    name: str,
    label: str,
    looked_up: str,
    errors: Mapping[str, Any],
    *,
    required: bool = True,
    many: bool = False,
) -> Question:
    """The question for a record, or for ``many``: ``looked_up`` is the address that finds some by what is typed."""
    id_ = f"bulk-{name}"
    html = picker(name=name, address=looked_up, input_id=id_, label=label, many=many)
    return Question(id_, label, html, required, texts(errors, name))


def select_one(
    name: str, label: str, pairs: Sequence[tuple[str, str]], chosen: str, errors: Mapping[str, Any]
) -> Question:
    """The question for one of a few: ``pairs`` of value and words."""
    id_ = f"bulk-{name}"
    return Question(id_, label, forms.plain_select(name, id_, pairs, chosen), True, texts(errors, name))


def named(resource: Resource, count: int) -> dict[str, Any]:
    """What messages say of so many records."""
    return {"count": count, "name": resource.label, "names": resource.label_plural}


def texts(errors: Mapping[str, Any], name: str) -> list[str]:
    """What is wrong with one answer."""
    return [str(message) for message in errors.get(name, ())]


def _answer(request: PageRequest, actor: Actor, resource: Resource, deed: BulkDeed) -> HttpResponse:
    """The dialog, or what came of it; what is wrong with the answers comes back in the dialog."""
    data = asked_in(request)
    ticked = ids = chosen_ids(actor, resource, data)
    error: Invalid | None = None
    if request.method == "POST":
        try:
            return _do(request, actor, resource, deed, ids)
        except (Invalid, NotAllowed) as refused:
            error = refused if isinstance(refused, Invalid) else Invalid(str(refused))
    elif data.get("whole") != "1":
        ids = _doable(actor, resource, ticked, deed.right)
    dialog = deed.ask(len(ids), error.fields if error else {})
    if not ids:
        dialog = replace(dialog, words="", button="", questions=(), chooser=())
    dialog = replace(dialog, left_out=_left_out(actor, resource, len(ticked) - len(ids), deed.right))
    known = {one.id.removeprefix("bulk-") for one in dialog.questions}
    context = {
        "dialog": dialog,
        "post_to": request.path,
        "in_background": len(ids) > AT_ONCE,
        "ids": ids if data.get("whole") != "1" else [],
        "query": data.get("query", ""),
        "general": forms.general_messages(error, known) if error else [],
    }
    return render(request, "web/bulk/bulk_dialog.html", context, status=422 if error else 200)


def _do(request: PageRequest, actor: Actor, resource: Resource, deed: BulkDeed, ids: Sequence[int]) -> HttpResponse:
    """Do it to all or to none, more than a few in the background. Raises what the commands raise."""
    work = deed.work()
    if len(ids) > AT_ONCE:
        return HttpResponseClientRedirect(reverse("web:job", args=[order(actor, resource, work, ids).pk]))
    change = act(actor, resource, work, ids)
    messages.success(request, deed.said(len(ids), change), extra_tags=reverse("web:undo", args=[change]))
    return _done(request, resource, leaves=deed.leaves)


def _doable(actor: Actor, resource: Resource, ids: Sequence[int], right: str) -> list[int]:
    """Those of the ticked records with which the actor may do this: what he sees is more than what he may change."""
    objects = resource.model.objects  # type: ignore[attr-defined]
    rows = (
        objects.visible_to(actor).filter(pool__in=actor.pools) if right == CLAIM else objects.visible_to(actor, right)
    )
    allowed = set(rows.filter(pk__in=ids).values_list("pk", flat=True))
    return [pk for pk in ids if pk in allowed]


def _left_out(actor: Actor, resource: Resource, count: int, right: str) -> list[str]:
    """What is said of ticked records that stay as they are."""
    if not count:
        return []
    if right == CLAIM:
        words = ngettext(
            "%(count)d of the ticked records stays as it is: it waits in no pool that is open to you.",
            "%(count)d of the ticked records stay as they are: they wait in no pool that is open to you.",
            count,
        )
        return [words % {"count": count}]
    words = ngettext(
        "%(count)d of the ticked records stays as it is: you may not do this with it.",
        "%(count)d of the ticked records stay as they are: you may not do this with them.",
        count,
    )
    claim_first = [_("What waits in a pool has to be claimed first.")] if has_pools(actor, resource) else []
    return [words % {"count": count}, *claim_first]


def _done(request: PageRequest, resource: Resource, *, leaves: bool) -> HttpResponse:
    """The page again as it is now; a record that is gone leads back to its list."""
    here = request.htmx.current_url_abs_path or ""
    address = reverse("web:list", args=[resource.name])
    if leaves and here.startswith(f"{address}/"):
        return HttpResponseClientRedirect(address)
    return HttpResponseClientRefresh()
