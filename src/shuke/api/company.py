"""The company's profile for programs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from shuke.api.answers import json_answer
from shuke.api.signing import actor_of
from shuke.engine.company import profile as company

router = Router(tags=["company"])


class ProfileInput(Schema):
    """What to set; what is left out stays."""

    name: str | None = Field(None, max_length=80)
    short_name: str | None = Field(None, max_length=16)
    phone: str | None = Field(None, max_length=40)
    address: str | None = Field(None, max_length=200)
    support: str | None = Field(None, max_length=120)
    language: str | None = Field(None, max_length=12, description="Of new people: zh-hans or en.")


@router.get("", response=dict[str, Any])
def read(request: HttpRequest) -> HttpResponse:
    """The company's name, how to reach it, and whom to ask for help; for everybody who is signed in."""
    return json_answer(_told())


@router.patch("", response=dict[str, Any])
def edit(request: HttpRequest, data: ProfileInput) -> HttpResponse:
    """Change the profile (administrators)."""
    given = {name: value for name, value in data.model_dump(exclude_unset=True).items() if value is not None}
    change = company.keep(actor_of(request), given)
    return json_answer(_told() | {"change": change})


@router.post("/logo", response=dict[str, Any])
def keep_logo(request: HttpRequest, file: File[UploadedFile]) -> HttpResponse:
    """Set the logo (administrators): multipart ``file``, a PNG, JPEG, GIF or WebP by its content."""
    change = company.keep_logo(actor_of(request), file.name or "", file.file, file.size or 0)
    return json_answer(_told() | {"change": change})


@router.delete("/logo", response=dict[str, Any])
def drop_logo(request: HttpRequest) -> HttpResponse:
    """Take the logo away (administrators)."""
    change = company.drop_logo(actor_of(request))
    return json_answer(_told() | {"change": change})


def _told() -> dict[str, Any]:
    found = company.profile()
    return {name: getattr(found, name) for name in company.FIELDS} | {
        "logo": f"/company/logo/{found.logo}" if found.logo else None
    }
