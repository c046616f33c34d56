"""Comments on a record: writing one, correcting it in its place, removing it."""

from __future__ import annotations

import re
from html import escape as quote
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from shuke.engine.access.actor import Actor
from shuke.engine.comments.models import Comment
from shuke.engine.comments.writing import comment_of, correct, say, unsay
from shuke.kernel.digits import whole_numbers
from shuke.kernel.errors import Invalid
from shuke.resource.registry import resource_for
from shuke.resource.spec import Resource
from shuke.web.frame.acting import require_actor


def comment_html(comment: Comment) -> SafeString:
    """The text of a comment with the names of those whom it calls standing out."""
    names = sorted({str(one["name"]) for one in comment.mentions}, key=len, reverse=True)
    if not names:
        return SafeString(quote(comment.text))
    calls = re.compile("|".join(re.escape(f"@{name}") for name in names))
    html, end = [], 0
    for found in calls.finditer(comment.text):
        html.append(f'{quote(comment.text[end : found.start()])}<span class="sk-call">{quote(found[0])}</span>')
        end = found.end()
    return SafeString("".join(html) + quote(comment.text[end:]))


def composer(resource: Resource, pk: int) -> dict[str, Any]:
    """What the box for a new comment needs."""
    return {"address": reverse("web:comments", args=[resource.name, pk]), "text": "", "calls": [], "errors": []}


@require_POST
def write_comment(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """Say something; the answer is the empty box again – or the full one with what is wrong."""
    actor, resource = require_actor(request), resource_for(name)
    box = composer(resource, pk)
    try:
        said = say(actor, resource, pk, request.POST.get("text", ""), read_calls(request))
    except Invalid as error:
        return render(request, "web/record/composer.html", {"box": _again(request, box, error)}, status=422)
    response = render(request, "web/record/composer.html", {"box": box})
    trigger_client_event(response, "sk:changed")
    undo = reverse("web:undo", args=[said.change])
    return trigger_client_event(response, "sk:toast", {"text": _("Comment added"), "undo": undo})


@require_http_methods(["GET", "POST"])
def edit_comment(request: HttpRequest, name: str, pk: int, comment: int) -> HttpResponse:
    """GET: the comment as a form in its place. POST: in other words; the timeline is drawn again."""
    actor, resource = require_actor(request), resource_for(name)
    found = comment_of(actor, resource, pk, comment)
    box = composer(resource, pk) | {
        "address": reverse("web:comment", args=[resource.name, pk, comment]),
        "text": found.text,
        "calls": [one["id"] for one in found.mentions],
        "editing": True,
    }
    if request.method == "GET":
        return render(request, "web/record/composer.html", {"box": box})
    try:
        said = correct(actor, resource, pk, comment, request.POST.get("text", ""), read_calls(request))
    except Invalid as error:
        return render(request, "web/record/composer.html", {"box": _again(request, box, error)}, status=422)
    return _changed(_("Comment changed"), said.change)


@require_POST
def remove_comment(request: HttpRequest, name: str, pk: int, comment: int) -> HttpResponse:
    """Remove a comment; the message offers to bring it back."""
    actor, resource = require_actor(request), resource_for(name)
    return _changed(_("Comment removed"), unsay(actor, resource, pk, comment))


def may_correct(actor: Actor, comment: Comment) -> bool:
    """Is it the actor's own?"""
    return comment.by_id == actor.user_id


def may_remove(actor: Actor, comment: Comment) -> bool:
    """Its writer, and administrators."""
    return may_correct(actor, comment) or actor.is_administrator


def read_calls(request: HttpRequest) -> list[int]:
    """The ids of the people chosen while typing ``@``."""
    return whole_numbers(request.POST.getlist("calls"))


def _again(request: HttpRequest, box: dict[str, Any], error: Invalid) -> dict[str, Any]:
    messages = [str(one) for found in error.fields.values() for one in found] or [str(error)]
    return box | {"text": request.POST.get("text", ""), "calls": read_calls(request), "errors": messages}


def _changed(words: str, change: int) -> HttpResponse:
    """Nothing to swap in: the timeline draws itself again."""
    response = HttpResponse(status=204)
    trigger_client_event(response, "sk:changed")
    return trigger_client_event(response, "sk:toast", {"text": words, "undo": reverse("web:undo", args=[change])})
