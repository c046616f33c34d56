"""Nothing is usable before signing in: closed by default, a view must ask to be open (``login_not_required``)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from shuke.web.frame.acting import owes_second_factor

API_PREFIX = "/api/"

# Without 0/O, 1/I/L, 2/Z, 5/S, 8/B: nobody should fail for guessing what a distorted sign is.
_SIGNS = "ACDEFGHJKMNPQRTUVWXY34679"


class SignInRequired(LoginRequiredMiddleware):
    """Django's closed-by-default middleware; the API answers for itself (bearer tokens)."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        """None: go on. Otherwise the way to the sign-in page, or to the second factor that a role demands."""
        if request.path_info.startswith(API_PREFIX):
            return None
        answer = super().process_view(request, view_func, view_args, view_kwargs)
        if answer is None and _is_closed(view_func) and owes_second_factor(request):
            return redirect_whole(request, reverse("web:second-factor"))
        return answer

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseBase:
        """To the sign-in page, and from there back to the page that the person was on."""
        return redirect_whole(request, f"{reverse('web:sign-in')}?{urlencode({'next': _page_of(request)})}")


def _page_of(request: HttpRequest) -> str:
    """The page that a request came from: fragments and what forms post to are nothing to come back to."""
    htmx = getattr(request, "htmx", None)
    if htmx:
        return str(htmx.current_url_abs_path or "/")
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    came_from = urlsplit(request.headers.get("Referer", ""))
    ours = came_from.netloc == request.get_host()
    return urlunsplit(("", "", came_from.path, came_from.query, "")) if ours and came_from.path else "/"


def redirect_whole(request: HttpRequest, address: str) -> HttpResponseBase:
    """A redirect of the whole window, also for a fragment."""
    return HttpResponseClientRedirect(address) if getattr(request, "htmx", False) else HttpResponseRedirect(address)


def _is_closed(view_func: Callable[..., Any]) -> bool:
    """Is the view for people who are in, all of it – who owes a second factor is not yet?"""
    return getattr(view_func, "login_required", True) and not getattr(view_func, "before_second_factor", False)


def captcha_challenge() -> tuple[str, str]:
    """Four random signs: what to draw, and what to type (compared without regard to case)."""
    text = "".join(secrets.choice(_SIGNS) for _ in range(4))
    return text, text.lower()


def counted_name(_request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """Under which name wrong passwords are counted: logins know no case, so neither may the count."""
    return str((credentials or {}).get("username") or "").casefold()
