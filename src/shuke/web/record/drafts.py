"""Tells the browser that what it kept of a form is stored now (``drafts.ts``)."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse


def draft_stored(request: HttpRequest, response: HttpResponse, key: str) -> HttpResponse:
    """The answer to a form whose content is stored: its draft, kept by ``key``, is done."""
    response.set_cookie("sk_saved", quote(key, safe=""), max_age=3600, samesite="Lax", secure=request.is_secure())
    return response
