"""The company's profile as one page: name, logo, how to reach it, whom to ask for help (WRK-02)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shuke.engine.access.actor import require_administrator
from shuke.engine.company import profile as company
from shuke.engine.organisation.models import Company
from shuke.kernel.errors import Invalid
from shuke.web.frame.acting import require_actor
from shuke.web.frame.addresses import safe_next


@require_http_methods(["GET", "POST"])
def company_page(request: HttpRequest) -> HttpResponse:
    """The profile with its history; POST keeps the fields."""
    actor = require_actor(request)
    require_administrator(actor)
    found = company.profile(request.user)
    typed: Any = {name: getattr(found, name) for name in company.FIELDS}
    errors: dict[str, str] = {}
    if request.method == "POST":
        typed = {name: request.POST[name] for name in company.FIELDS if name in request.POST}
        try:
            made = company.keep(actor, typed)
        except Invalid as error:
            errors = {name: " ".join(map(str, texts)) for name, texts in error.fields.items()}
        else:
            return _kept(request, made)
    return _page(request, typed, errors)


@require_POST
def logo(request: HttpRequest) -> HttpResponse:
    """Keep the posted picture as the logo; ``remove`` goes back to the product's seal."""
    actor = require_actor(request)
    require_administrator(actor)
    if request.POST.get("remove") == "1":
        return _kept(request, company.drop_logo(actor))
    file = request.FILES.get("logo")
    try:
        if file is None or not file.name:
            raise Invalid(fields={"logo": _("Choose a file first.")})
        made = company.keep_logo(actor, file.name, file.file, file.size or 0)
    except Invalid as error:
        found = company.profile(request.user)
        return _page(request, {name: getattr(found, name) for name in company.FIELDS}, {"logo": str(error)})
    return _kept(request, made)


@login_not_required
@require_GET
def logo_picture(request: HttpRequest, digest: str) -> FileResponse:
    """The logo, which the sign-in page shows as well; its address changes with it."""
    response = FileResponse(company.logo_content(digest), content_type="image/webp")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _kept(request: HttpRequest, made: int | None) -> HttpResponse:
    if made is None:
        messages.info(request, _("Nothing was different."))
    else:
        messages.success(request, _("Saved"), extra_tags=reverse("web:undo", args=[made]))
    return redirect(safe_next(request) if "next" in request.POST else "web:company")


def _page(request: HttpRequest, typed: Any, errors: dict[str, str]) -> HttpResponse:
    columns = {field.name: field for field in Company._meta.concrete_fields}
    labels = {name: column.verbose_name for name, column in columns.items()}
    texts = [name for name in company.FIELDS if name != "language"]
    context = {
        "fields": [
            (name, labels[name], columns[name].max_length, typed.get(name, ""), errors.get(name, "")) for name in texts
        ],
        "language": typed.get("language", ""),
        "languages_offered": settings.LANGUAGES,
        "errors": errors,
        "past": [
            (one, [str(labels[name]) for name in one.values if name in labels])
            for one in company.past(require_actor(request))
        ],
    }
    return render(request, "web/setup/company.html", context, status=422 if errors else 200)
