"""The second factor in the profile: setting it up with a telephone, new recovery codes, turning it off."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from shuke.engine.access.actor import Actor
from shuke.engine.organisation.actors import find_user
from shuke.engine.organisation.models import User
from shuke.engine.signing import second_factor as factors
from shuke.engine.signing.sessions import end_sessions
from shuke.kernel.errors import Invalid, ShukeError
from shuke.web.frame.acting import before_second_factor, owes_second_factor, require_actor, visitor_of


@before_second_factor
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """How it stands; POST with ``do`` = confirm, codes or off and the password changes that."""
    actor = require_actor(request)
    user = find_user(actor.user_id or 0)
    assert user is not None
    error, codes = "", None
    if request.method == "POST":
        try:
            codes = _do(request, actor, user)
        except ShukeError as problem:
            error = str(problem)
        else:
            if codes is None:
                messages.success(request, _("The second factor is turned off."))
                return redirect("web:second-factor")
    standing = factors.standing(user)
    owed = owes_second_factor(request) and standing is None
    context = {
        "error": error,
        "codes": codes,
        "standing": standing,
        "demanded": actor.demands_second_factor,
        **({} if standing else _offer(user)),
    }
    template = "web/personal/second_factor_owed.html" if owed else "web/personal/second_factor.html"
    return render(request, template, context, status=422 if error else 200)


def _do(request: HttpRequest, actor: Actor, user: User) -> list[str] | None:
    """The recovery codes to show, this once; None once it is turned off."""
    if not user.check_password(request.POST.get("password", "")):
        raise Invalid(_("The present password is not right."))
    doing: dict[str, Callable[[], list[str] | None]] = {
        "confirm": lambda: factors.confirm(actor, user, request.POST.get("code", ""), visitor_of(request)),
        "codes": lambda: factors.renew_codes(actor, user),
        "off": lambda: factors.turn_off(actor, user, visitor_of(request)),
    }
    wanted = request.POST.get("do", "")
    if wanted not in doing:
        raise Invalid(_("Choose what is to be done."))
    made = doing[wanted]()
    if wanted == "confirm":
        # Whoever else is in with the password alone is out.
        end_sessions(user, visitor_of(request), but=request.session.session_key)
    return made


def _offer(user: User) -> dict[str, str]:
    """The picture to point the telephone at, and the same as a key to type."""
    secret = factors.begin_set_up(user)
    import segno

    picture = segno.make(factors.address_for(user, secret, _("Shuke CRM")), error="m")
    return {
        "picture": picture.svg_data_uri(scale=5, border=3, light="#fff"),
        "key": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
    }
