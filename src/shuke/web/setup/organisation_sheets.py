"""The organisation as a spreadsheet: a subtree out (ORG-08), a filled template in, checked first (ORG-09)."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from shuke.engine.access.actor import require_administrator
from shuke.engine.exchange.uploads import sheet_of
from shuke.engine.record.words import listed
from shuke.engine.structure.sheets import NEW, WRONG, load, read_lines, titles, write_organisation, write_template
from shuke.kernel.errors import Invalid
from shuke.web.bulk.uploads import LONGEST_NAME, take_in, workbook
from shuke.web.frame.acting import require_actor
from shuke.web.record.drafts import draft_stored
from shuke.web.setup.welcome import FROM as FIRST_RUN
from shuke.web.setup.welcome import PASTED


@require_GET
def export(request: HttpRequest, pk: int) -> FileResponse:
    """A unit with everything below it."""
    actor = require_actor(request)
    words = _("Organisation chart")
    filename = f"{words}-{timezone.localdate():%Y%m%d}.xlsx"
    return workbook(lambda path: write_organisation(actor, pk, path), filename)


@require_GET
def template(request: HttpRequest) -> FileResponse:
    """The blank template."""
    require_administrator(require_actor(request))
    return workbook(write_template, _("Organisation (template).xlsx"))


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Choose the filled file."""
    actor = require_actor(request)
    require_administrator(actor)
    problem = ""
    if request.method == "POST":
        try:
            token, name = take_in(actor, request)
            read_lines(sheet_of(actor, token, name))
        except Invalid as error:
            problem = str(error)
        else:
            address = reverse("web:organisation-check", args=[token])
            return redirect(f"{address}?{urlencode({'name': name[:LONGEST_NAME]})}")
    return render(request, "web/setup/organisation_upload.html", {"problem": problem}, status=422 if problem else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, token: str) -> HttpResponse:
    """What each row would do; POST does it and shows the first passwords, which are kept nowhere."""
    actor = require_actor(request)
    require_administrator(actor)
    name = request.GET.get("name", token)[:LONGEST_NAME]
    lines = read_lines(sheet_of(actor, token, name))
    change = load(actor, lines, check_only=request.method == "GET")
    shown = titles()
    context = {
        "file": name,
        "titles": list(shown.values()),
        "lines": [(line, [line.cells.get(column, "") for column in shown]) for line in lines],
        "new": sum(line.status == NEW for line in lines),
        "wrong": sum(line.status == WRONG for line in lines),
        "change": change,
        "people": [line for line in lines if line.password],
        "unknown": listed(request.GET.getlist("unknown")),
        "is_first_run": request.GET.get("from") == FIRST_RUN,
    }
    response = render(request, "web/setup/organisation_check.html", context)
    # What is still to be mended stays where it was pasted.
    return draft_stored(request, response, PASTED) if change and not context["wrong"] else response
