"""The pages of numbering rules: all of them, and one with a preview of what it makes and its history (SYS-03)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from shuke.engine.numbering import rules
from shuke.engine.numbering.models import NumberingRule
from shuke.kernel.digits import whole_number
from shuke.kernel.errors import Invalid
from shuke.web.frame.acting import require_actor

_WRONG_NUMBER = -1
_DIGITS = 15


@require_GET
def numbering(request: HttpRequest) -> HttpResponse:
    """Every numbered object with its rule and its next number."""
    context = {"outlooks": rules.outlooks(require_actor(request)), "resets": _resets()}
    return render(request, "web/setup/numbering.html", context)


@require_http_methods(["GET", "POST"])
def numbering_rule(request: HttpRequest, name: str) -> HttpResponse:
    """One rule; POST keeps it."""
    actor = require_actor(request)
    outlook = next(one for one in rules.outlooks(actor) if one.resource is rules.require_numbered(name))
    context: dict[str, Any] = {
        "resource": outlook.resource,
        "outlook": outlook,
        "typed": {"pattern": outlook.pattern, "reset": outlook.reset, "next": ""},
        "resets": _resets(),
        "past": rules.past(actor, name),
    }
    if request.method == "GET":
        return render(request, "web/setup/numbering_rule.html", context)
    try:
        made = rules.keep(actor, name, **_read(request.POST))
    except Invalid as error:
        context |= {"typed": request.POST, "errors": _errors(error), "outlook": None}
        return render(request, "web/setup/numbering_rule.html", context, status=422)
    if made is None:
        messages.info(request, _("Nothing was different."))
    else:
        messages.success(request, _("Saved"), extra_tags=reverse("web:undo", args=[made]))
    return redirect("web:numbering-rule", name)


@require_GET
def numbering_preview(request: HttpRequest, name: str) -> HttpResponse:
    """What the rule makes as it stands in the form (a fragment), or why it cannot be."""
    try:
        context: dict[str, Any] = {"outlook": rules.preview(require_actor(request), name, **_read(request.GET))}
    except Invalid as error:
        context = {"errors": _errors(error)}
    return render(request, "web/setup/numbering_preview.html", context)


def _read(data: QueryDict) -> dict[str, Any]:
    text = data.get("next", "").strip()
    start = whole_number(text, _DIGITS)
    wrong = text and start is None
    return {
        "pattern": data.get("pattern", ""),
        "reset": data.get("reset", ""),
        "start": _WRONG_NUMBER if wrong else start,
    }


def _errors(error: Invalid) -> dict[str, str]:
    return {name: " ".join(map(str, found)) for name, found in error.fields.items()}


def _resets() -> list[tuple[str, str]]:
    return [(str(value), str(label)) for value, label in NumberingRule.Reset.choices]
