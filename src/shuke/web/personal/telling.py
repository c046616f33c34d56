"""What I am told, and how: the page of one's own wishes about notices."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shuke.engine.dispatch.wishes import BELL, KINDS, MAIL, OFF, wish, wish_of
from shuke.engine.organisation.actors import find_user
from shuke.kernel.digits import whole_number
from shuke.kernel.errors import Invalid
from shuke.web.frame.acting import require_actor


@require_http_methods(["GET", "POST"])
def notice_settings(request: HttpRequest) -> HttpResponse:
    """GET shows, POST keeps how one wants to be told of each kind of thing."""
    actor = require_actor(request)
    if request.method == "POST":
        hour = whole_number(request.POST.get("hour", ""), 2)
        if hour is None:
            raise Invalid(fields={"hour": _("The hour is a number from 0 to 23.")})
        wish(actor, {kind: request.POST.get(kind, BELL) for kind in KINDS}, hour)
        messages.success(request, _("Saved"))
        return redirect("web:notice-settings")
    mine, user = wish_of(actor.user_id or 0), find_user(actor.user_id or 0)
    kinds, ways = kind_words(), way_words()
    context = {
        "kinds": [(kind, kinds[kind], mine.ways.get(kind, BELL)) for kind in KINDS],
        "ways": list(ways.items()),
        "hour": mine.hour,
        "hours": range(24),
        "email": user.email if user else "",
        "sends": bool(settings.EMAIL_HOST),
    }
    return render(request, "web/personal/notice_settings.html", context)


def kind_words() -> dict[str, str]:
    """What there is to be told of."""
    return {
        "assigned": _("Records are handed to me"),
        "mentioned": _("I am mentioned in a comment"),
        "commented": _("Comments on what I follow"),
        "changed": _("Changes of what I follow"),
        "filed": _("Files on what I follow"),
        "told": _("What automation has to tell me"),
        "daily": _("What is still to be written down today"),
    }


def way_words() -> dict[str, str]:
    """How one can be told."""
    return {BELL: _("In the bell"), MAIL: _("In the bell and by daily mail"), OFF: _("Not at all")}
