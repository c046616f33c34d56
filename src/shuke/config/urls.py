"""The root of all addresses."""

from __future__ import annotations

from captcha.urls import urlpatterns as captcha_patterns
from django.contrib.auth.decorators import login_not_required
from django.urls import URLResolver, include, path
from django.urls.resolvers import RoutePattern
from django.views.i18n import set_language

from shuke.config.health import healthz

# The pictures are needed by those who are about to sign in.
for _pattern in captcha_patterns:
    login_not_required(_pattern.callback)


class _Late(URLResolver):
    """Routes that are made with the first request to them.

    Describing every object to the API takes most of a second and 15 MB, which a process that only shows pages never
    needs. Django would make them for the first address that it puts together, of whatever page.
    """

    def _populate(self) -> None:
        if "url_patterns" in self.__dict__:
            super()._populate()


urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("captcha/", include(captcha_patterns)),
    path("language", login_not_required(set_language), name="set_language"),
    _Late(RoutePattern("api/v1/"), "shuke.api.urls", app_name="ninja", namespace="api"),
    path("", include("shuke.web.urls")),
]

handler400 = "shuke.web.frame.errors.bad_request"
handler403 = "shuke.web.frame.errors.not_allowed"
handler404 = "shuke.web.frame.errors.not_found"
handler500 = "shuke.web.frame.errors.broken"
