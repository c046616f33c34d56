"""The addresses of the way in, home, search, notices and the profile."""

from __future__ import annotations

from django.urls import path

from shuke.web.personal import devices, home, me, notices, searching, second_factor, sign_in, telling, tokens

urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in", sign_in.sign_in, name="sign-in"),
    path("sign-in/code", sign_in.second_step, name="sign-in-code"),
    path("sign-in/captcha", sign_in.captcha, name="captcha"),
    path("sign-out", sign_in.sign_out, name="sign-out"),
    path("me", me.me, name="me"),
    path("me/password", me.password, name="password"),
    path("me/second-factor", second_factor.second_factor, name="second-factor"),
    path("me/sessions/end", devices.end, name="session-end"),
    path("me/language", me.language, name="language"),
    path("search", searching.search_page, name="search"),
    path("search/palette", searching.palette, name="palette"),
    path("notices", notices.notices, name="notices"),
    path("notices/read", notices.read_notices, name="notices-read"),
    path("me/tokens", tokens.tokens, name="tokens"),
    path("me/tokens/<id:pk>/revoke", tokens.revoke_token, name="token-revoke"),
    path("notices/count", notices.bell, name="bell"),
    path("me/notices", telling.notice_settings, name="notice-settings"),
]
