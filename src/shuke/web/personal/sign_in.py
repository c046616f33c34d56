"""Signing in and out (WRK-01, WRK-02, WRK-04): captcha and password, then the second factor of those who have one."""

from __future__ import annotations

import time
from typing import Any, cast

from captcha.helpers import captcha_image_url
from captcha.models import CaptchaStore
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shuke.engine.organisation.actors import find_user
from shuke.engine.organisation.models import User
from shuke.engine.record.values import storable
from shuke.engine.signing.models import SignIn
from shuke.engine.signing.noting import note, note_refusal
from shuke.engine.signing.second_factor import standing
from shuke.engine.signing.sessions import begin
from shuke.web.frame.acting import before_second_factor, visitor_of
from shuke.web.frame.addresses import safe_next

# In the session of somebody whose password was right: who he is, and since when.
_HALF_IN = "half-in"
_HALF_IN_S = 5 * 60
# More than any login has, and no more than the lock-out can count by.
_LONGEST_LOGIN = 255


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page; a right answer rotates the session and goes on to ``next``, or to the second step."""
    if request.user.is_authenticated and request.method == "GET":
        return redirect(safe_next(request))
    error = _try(request) if request.method == "POST" else ""
    if request.method == "POST" and not error:
        return _onward(request)
    return _first_step(request, error)


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """Asks for a code of the telephone, or a recovery code, for some minutes after the password was right."""
    user = _half_in(request)
    if user is None:
        return redirect("web:sign-in")
    error = ""
    if request.method == "POST":
        code = request.POST.get("code", "")[:32]
        found = authenticate(request, username=user.login, one_time_password=code)
        locked = getattr(request, "axes_locked_out", False)
        if found is not None and not locked:
            _enter(request, found)
            return _onward(request)
        note_refusal(visitor_of(request), user.login, locked=locked, reason=SignIn.Reason.CODE)
        error = _("This code is not right, or it was used already. Wait for the next one.")
        if locked:
            request.session.flush()
            return _first_step(request, _locked_words())
    context = {"error": error, "next": safe_next(request)}
    return render(request, "web/personal/sign_in_code.html", context, status=422 if error else 200)


@login_not_required
@never_cache
@require_GET
def captcha(request: HttpRequest) -> HttpResponse:
    """A new picture for those who cannot read the old one (a fragment)."""
    return render(request, "web/personal/captcha.html", fresh_captcha())


@before_second_factor
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session; the page asks for confirmation first."""
    note(SignIn.Kind.OUT, visitor_of(request), user=cast("User", request.user))
    logout(request)
    return redirect("web:sign-in")


def keep_answer(_request: HttpRequest, response: HttpResponse, _credentials: object) -> HttpResponse:
    """What axes shall answer while an account is locked: our own page, which already says so."""
    return response


def fresh_captcha() -> dict[str, str]:
    """A new challenge: its key and the address of its picture."""
    CaptchaStore.remove_expired()
    key = CaptchaStore.generate_key()
    return {"captcha_key": key, "captcha_image": captcha_image_url(key)}


def _first_step(request: HttpRequest, error: str) -> HttpResponse:
    context = {"error": error, "login": request.POST.get("login", ""), "next": safe_next(request), **fresh_captcha()}
    return render(request, "web/personal/sign_in.html", context, status=422 if error else 200)


def _onward(request: HttpRequest) -> HttpResponse:
    """Where to go after a right answer: to the second step, or in."""
    if _HALF_IN in request.session:
        return redirect(f"{reverse('web:sign-in-code')}?{urlencode({'next': safe_next(request)})}")
    response = redirect(safe_next(request))
    language = getattr(request.user, "language", "") or settings.LANGUAGE_CODE
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax")
    return response


def _try(request: HttpRequest) -> str:
    """Check captcha, then password. Returns what was wrong, or "" after signing in, or half of it."""
    if not _captcha_holds(request.POST.get("captcha_key", ""), request.POST.get("captcha", "")):
        return _("The characters did not match the picture. Please type the new ones.")
    typed = storable(request.POST.get("login", ""))[:_LONGEST_LOGIN]
    user: Any = authenticate(request, username=typed, password=request.POST.get("password", ""))
    locked = getattr(request, "axes_locked_out", False)
    if user is None or locked:
        note_refusal(visitor_of(request), typed, locked=locked)
        return _locked_words() if locked else _("Login and password do not match.")
    if standing(user):
        # Nothing of an earlier session may come along, and nobody is signed in by this one yet.
        request.session.flush()
        request.session[_HALF_IN] = [user.pk, int(time.time())]
    else:
        _enter(request, user)
    return ""


def _enter(request: HttpRequest, user: User) -> None:
    request.session.pop(_HALF_IN, None)
    login(request, user)
    begin(request.session, visitor_of(request))
    note(SignIn.Kind.IN, visitor_of(request), user=user)


def _half_in(request: HttpRequest) -> User | None:
    """Who gave the right password a moment ago."""
    pk, since = request.session.get(_HALF_IN) or (0, 0)
    return find_user(pk) if time.time() - since < _HALF_IN_S else None


def _locked_words() -> str:
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    return _("Too many wrong passwords. Please wait %(minutes)d minutes, or ask the administrator.") % {
        "minutes": minutes
    }


def _captcha_holds(key: str, answer: str) -> bool:
    """Each challenge is good for one try: it is deleted whether the answer was right or not."""
    store = CaptchaStore.objects.filter(hashkey=key, expiration__gt=timezone.now()).first()
    if store is None:
        return False
    deleted, _per_model = CaptchaStore.objects.filter(pk=store.pk).delete()
    return bool(deleted) and store.response == answer.strip().lower()
