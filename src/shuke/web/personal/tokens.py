"""One's own API tokens: seen once when they are made, listed with their last use, ended at any time."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from shuke.engine.audit.context import change
from shuke.engine.organisation.actors import find_user
from shuke.engine.signing.tokens import issue, revoke, tokens_of
from shuke.kernel.errors import Invalid
from shuke.kernel.text import tidy
from shuke.web.frame.acting import require_actor, visitor_of

DAYS = (30, 90, 365)
_LONGEST_LABEL = 64


@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """GET lists the tokens; POST makes one and shows it, this once."""
    actor = require_actor(request)
    user_id, made, error = actor.user_id or 0, "", ""
    if request.method == "POST":
        try:
            label, days = _read(request)
        except Invalid as invalid:
            error = str(invalid)
        else:
            user = find_user(user_id)
            assert user is not None
            with change(actor, "token", "users", reason=label):
                made = issue(user, label, timedelta(days=days), visitor_of(request))
    now = timezone.now()
    rows = [(row, row.expires_at is not None and row.expires_at <= now) for row in tokens_of(user_id)]
    context = {"tokens": rows, "made": made, "error": error, "days": DAYS, "default": DAYS[-1]}
    response = render(request, "web/personal/tokens.html", context, status=422 if error else 200)
    # The secret must not come back from a cache.
    response["Cache-Control"] = "no-store"
    return response


def _read(request: HttpRequest) -> tuple[str, int]:
    label = tidy(request.POST.get("label", ""))
    if not 1 <= len(label) <= _LONGEST_LABEL:
        raise Invalid(_("Say in 1 to %(most)d characters what the token is for.") % {"most": _LONGEST_LABEL})
    days = next((days for days in DAYS if str(days) == request.POST.get("days")), None)
    if days is None:
        raise Invalid(_("Choose how long the token is valid."))
    return label, days


@require_POST
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """End a token: programs that use it are refused from now on."""
    actor = require_actor(request)
    with change(actor, "untoken", "users"):
        revoke(actor.user_id or 0, pk, visitor_of(request))
    messages.success(request, _("The token is ended."))
    return redirect("web:tokens")
