"""Signing in and out (WRK-01, WRK-02, WRK-04)."""

from __future__ import annotations

from typing import cast

from captcha.helpers import captcha_image_url
from captcha.models import CaptchaStore
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shuke.engine.organisation.models import User
from shuke.engine.signing.models import SignIn
from shuke.engine.signing.noting import note, note_refusal
from shuke.engine.signing.sessions import begin
from shuke.web.acting import visitor_of


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page; a right answer rotates the session and goes on to ``next``."""
    if request.user.is_authenticated and request.method == "GET":
        return redirect(safe_next(request))
    error = _try(request) if request.method == "POST" else ""
    if request.method == "POST" and not error:
        response = redirect(safe_next(request))
        language = getattr(request.user, "language", "") or settings.LANGUAGE_CODE
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax")
        return response
    context = {"error": error, "login": request.POST.get("login", ""), "next": safe_next(request), **fresh_captcha()}
    return render(request, "web/sign_in.html", context, status=422 if error else 200)


@login_not_required
@never_cache
@require_GET
def captcha(request: HttpRequest) -> HttpResponse:
    """A new picture for those who cannot read the old one (a fragment)."""
    return render(request, "web/captcha.html", fresh_captcha())


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session; the page asks for confirmation first."""
    note(SignIn.Kind.OUT, visitor_of(request), user=cast("User", request.user))
    logout(request)
    return redirect("web:sign-in")


def keep_answer(_request: HttpRequest, response: HttpResponse, _credentials: object) -> HttpResponse:
    """What axes shall answer while an account is locked: our own page, which already says so."""
    return response


def safe_next(request: HttpRequest) -> str:
    """The address in ``next`` when it is one of ours, else the home page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return reverse("web:home")


def fresh_captcha() -> dict[str, str]:
    """A new challenge: its key and the address of its picture."""
    CaptchaStore.remove_expired()
    key = CaptchaStore.generate_key()
    return {"captcha_key": key, "captcha_image": captcha_image_url(key)}


def _try(request: HttpRequest) -> str:
    """Check captcha, then password. Returns what was wrong, or "" after signing in."""
    if not _captcha_holds(request.POST.get("captcha_key", ""), request.POST.get("captcha", "")):
        return _("The characters did not match the picture. Please type the new ones.")
    typed = request.POST.get("login", "")
    user = authenticate(request, username=typed, password=request.POST.get("password", ""))
    locked = getattr(request, "axes_locked_out", False)
    if user is None or locked:
        note_refusal(visitor_of(request), typed, locked=locked)
    if locked:
        minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
        return _("Too many wrong passwords. Please wait %(minutes)d minutes, or ask the administrator.") % {
            "minutes": minutes
        }
    if user is None:
        return _("Login and password do not match.")
    login(request, user)
    begin(request.session, visitor_of(request))
    note(SignIn.Kind.IN, visitor_of(request), user=user)
    return ""


def _captcha_holds(key: str, answer: str) -> bool:
    """Each challenge is good for one try: it is deleted whether the answer was right or not."""
    store = CaptchaStore.objects.filter(hashkey=key, expiration__gt=timezone.now()).first()
    if store is None:
        return False
    deleted, _per_model = CaptchaStore.objects.filter(pk=store.pk).delete()
    return bool(deleted) and store.response == answer.strip().lower()
