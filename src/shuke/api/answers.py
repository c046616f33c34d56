"""Answers as JSON, written once: dates in ISO form, decimals as strings, Chinese unescaped."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from shuke.kernel.json import dumps


def json_answer(data: Any, status: int = 200) -> HttpResponse:
    """An answer past ninja's second serialisation, which a list of 200 records would feel."""
    return HttpResponse(dumps(data), status=status, content_type="application/json; charset=utf-8")
