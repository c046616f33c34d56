"""Where I am signed in: seen in the profile, ended one by one or all but this one."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from shuke.engine.logs.sign_ins import own_sign_ins
from shuke.engine.organisation.actors import find_user
from shuke.engine.organisation.models import User
from shuke.engine.signing.models import Session
from shuke.engine.signing.sessions import end_session, end_sessions, handle_of, sessions_of
from shuke.web.frame.acting import require_actor, visitor_of
from shuke.web.setup.logs import told

_OTHERS = "others"


@dataclass(frozen=True)
class Place:
    """One browser that the person is signed in with; ``here`` is the one that asks."""

    session: Session
    handle: str
    here: bool


def signed_in(request: HttpRequest, user: User) -> dict[str, object]:
    """What the profile tells of one's sessions and of the latest happenings at the door."""
    here = request.session.session_key
    places = [Place(one, handle_of(one.session_key), one.session_key == here) for one in sessions_of(user.pk)]
    return {
        "places": sorted(places, key=lambda place: not place.here),
        "others": sum(not place.here for place in places),
        "doors": told(own_sign_ins(user.pk)),
    }


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """End the session whose handle is posted as ``session``, or all ``others``."""
    user = find_user(require_actor(request).user_id or 0)
    assert user is not None
    wanted = request.POST.get("session", "")
    if wanted == _OTHERS:
        count = end_sessions(user, visitor_of(request), but=request.session.session_key)
        words = ngettext("%(count)d session ended", "%(count)d sessions ended", count) % {"count": count}
    else:
        end_session(user, wanted, visitor_of(request))
        words = _("The session is ended.")
    messages.success(request, words)
    return redirect("web:me")
