"""The root of all addresses."""

from __future__ import annotations

from captcha.urls import urlpatterns as captcha_patterns
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from shuke.config.health import healthz

# The pictures are needed by those who are about to sign in.
for _pattern in captcha_patterns:
    login_not_required(_pattern.callback)

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("captcha/", include(captcha_patterns)),
    path("language", login_not_required(set_language), name="set_language"),
    path("api/v1/", include("shuke.api.urls")),
    path("", include("shuke.web.urls")),
]

handler400 = "shuke.web.errors.bad_request"
handler403 = "shuke.web.errors.not_allowed"
handler404 = "shuke.web.errors.not_found"
handler500 = "shuke.web.errors.broken"
