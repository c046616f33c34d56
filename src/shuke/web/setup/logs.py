"""The pages of the logs: what was done, and who came in (SYS-10); on the screen, and as a file."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from shuke.engine.access.actor import Actor
from shuke.engine.audit.context import change
from shuke.engine.logs.exporting import csv_of
from shuke.engine.logs.operations import Line, operations
from shuke.engine.logs.sight import LOGS, people_in_sight
from shuke.engine.logs.sign_ins import sign_ins
from shuke.engine.logs.stretch import Asked, Stretch
from shuke.engine.organisation.models import User
from shuke.engine.signing.models import SignIn
from shuke.kernel.addresses import plain_address
from shuke.kernel.digits import whole_number
from shuke.resource.registry import resource_of
from shuke.web.frame.acting import require_actor
from shuke.web.frame.menu import in_menu_order
from shuke.web.record.timeline import verb_words
from shuke.web.values.cells import address_of
from shuke.web.values.inputs import picker

LINES = 50
# Days further away cannot be told apart from the ends of the calendar.
_FIRST_YEAR, _LAST_YEAR = 1900, 9998
# Asked for instead of what no line can have.
_NOTHING = "0.0.0.0"  # noqa: S104 - nothing listens here

WAYS = {
    "web": gettext_lazy("browser"),
    "api": gettext_lazy("API"),
    "import": gettext_lazy("import"),
    "job": gettext_lazy("background work"),
    "automation": gettext_lazy("automation"),
    "cli": gettext_lazy("command line"),
    "system": gettext_lazy("the system"),
}
# What changes are of that is no object.
_THINGS = {
    "views": gettext_lazy("views"),
    "import-templates": gettext_lazy("import templates"),
    "regions": gettext_lazy("regions"),
    "files": gettext_lazy("files"),
    "logs": gettext_lazy("logs"),
    "company": gettext_lazy("company profile"),
}
_TONES = {SignIn.Kind.IN: "good", SignIn.Kind.REFUSED: "warn", SignIn.Kind.LOCKED: "bad"}


@dataclass(frozen=True)
class Row:
    """One line of the operation log in words."""

    line: Line
    icon: str
    words: str
    of: str
    others: int
    address: str
    way: str


@require_GET
def logs(request: HttpRequest) -> HttpResponse:
    """The first of the logs."""
    people_in_sight(require_actor(request))
    return redirect("web:log-operations")


@require_GET
def operation_log(request: HttpRequest) -> HttpResponse:
    """Every change, by whomever: filtered by person, object, way in and days, newest first."""
    actor = require_actor(request)
    asked = _read(request.GET, {"resource": str, "via": str})
    found = operations(actor, asked, before=request.GET.get("before", ""), limit=LINES)
    ways = [(key, str(words)) for key, words in WAYS.items()]
    context = _page(request, actor, asked, found) | {
        "rows": [_row(line) for line in found.rows],
        "choices": [
            ("resource", _("Object"), _objects(), asked.equal.get("resource")),
            ("via", _("Way in"), ways, asked.equal.get("via")),
        ],
        "export": reverse("web:log-operations-export"),
    }
    return render(request, "web/setup/log_operations.html", context)


@require_GET
def sign_in_log(request: HttpRequest) -> HttpResponse:
    """Who came in, was refused, left, made or ended a token: filtered by person, kind, network address and days."""
    actor = require_actor(request)
    asked = _read(request.GET, {"kind": str, "address": plain_address})
    found = sign_ins(actor, asked, before=request.GET.get("before", ""), limit=LINES)
    kinds = [(str(value), str(label)) for value, label in SignIn.Kind.choices]
    context = _page(request, actor, asked, found) | {
        "rows": told(found.rows),
        "choices": [("kind", _("What happened"), kinds, asked.equal.get("kind"))],
        "asks_address": True,
        "address": request.GET.get("address", ""),
        "days": settings.SHUKE_SIGN_IN_DAYS,
        "export": reverse("web:log-sign-ins-export"),
    }
    return render(request, "web/setup/log_sign_ins.html", context)


def told(rows: Iterable[SignIn]) -> list[tuple[SignIn, str]]:
    """Lines of the door's log with their tones."""
    return [(row, _TONES.get(SignIn.Kind(row.kind), "")) for row in rows]


@require_POST
def export_operations(request: HttpRequest) -> StreamingHttpResponse:
    """The operation log as it is filtered, as CSV; that is a line of the log itself."""
    actor = require_actor(request)
    asked = _read(QueryDict(request.POST.get("query", "")), {"resource": str, "via": str})
    titles = [
        _("Time"),
        _("Person"),
        _("What"),
        _("Object"),
        _("Record"),
        _("Records"),
        _("Way in"),
        _("Network address"),
    ]
    return _file(
        actor,
        _("Operation log"),
        csv_of(titles, lambda before, limit: operations(actor, asked, before=before, limit=limit), _operation_cells),
    )


@require_POST
def export_sign_ins(request: HttpRequest) -> StreamingHttpResponse:
    """The log of the door as it is filtered, as CSV."""
    actor = require_actor(request)
    asked = _read(QueryDict(request.POST.get("query", "")), {"kind": str, "address": plain_address})
    titles = [_("Time"), _("Person"), _("Login"), _("What"), _("Reason"), _("Network address"), _("Device"), _("Note")]
    return _file(
        actor,
        _("Sign-ins"),
        csv_of(titles, lambda before, limit: sign_ins(actor, asked, before=before, limit=limit), _sign_in_cells),
    )


def _file(actor: Actor, title: str, pieces: Iterable[str]) -> StreamingHttpResponse:
    with change(actor, "export", "logs", reason=title):
        response = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    name = f"{title}-{timezone.localdate():%Y%m%d}.csv"
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


def _read(data: QueryDict, columns: Mapping[str, Callable[[str], str]]) -> Asked:
    """What the address asks for; what cannot be read counts as not asked for."""
    texts = {name: data.get(name, "").strip()[:64] for name in columns}
    return Asked(
        person=whole_number(data.get("person", "")),
        since=_day(data.get("since", "")),
        until=_day(data.get("until", "")),
        equal={name: read(texts[name]) or _NOTHING for name, read in columns.items() if texts[name]},
    )


def _day(text: str) -> datetime.date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def _page(request: HttpRequest, actor: Actor, asked: Asked, found: Stretch) -> dict[str, Any]:
    """What both pages have: the filter's inputs, and the way to older lines."""
    query = request.GET.copy()
    query.pop("before", None)
    here = query.urlencode()
    if found.older:
        query["before"] = found.older
    return {
        "picker": picker(
            name="person",
            address=reverse("web:lookup", args=[resource_of(User).name]),
            input_id="log-person",
            label=_("Person"),
            chosen=_person(actor, asked.person),
        ),
        "since": asked.since.isoformat() if asked.since else "",
        "until": asked.until.isoformat() if asked.until else "",
        "query": here,
        "older": query.urlencode() if found.older else "",
        "is_first": "before" not in request.GET,
        "is_filtered": bool(here),
    }


def _person(actor: Actor, pk: int | None) -> list[tuple[str, str]]:
    if pk is None:
        return []
    rows = User.objects.visible_to(actor, LOGS).filter(pk=pk).values_list("name", flat=True)
    return [(str(pk), next(iter(rows), f"#{pk}"))]


def _objects() -> list[tuple[str, str]]:
    found = [(resource.name, resource.label_plural) for resource in in_menu_order()]
    return found + [(name, str(words)) for name, words in _THINGS.items()]


def _row(line: Line) -> Row:
    one = line.change
    icon, words = verb_words(line.resource, one.verb)
    return Row(
        line=line,
        icon=icon,
        words=words,
        of=line.resource.label_plural if line.resource else str(_THINGS.get(one.resource, one.resource)),
        others=line.records - 1,
        address=address_of(line.resource.name, line.record) if line.resource and line.record is not None else "",
        way=str(WAYS.get(one.via, one.via)),
    )


def _operation_cells(line: Line) -> list[str]:
    row, one = _row(line), line.change
    count = f"{line.records}+" if line.many else str(line.records or "")
    return [_moment(one.at), one.maker, row.words, row.of, line.title, count, row.way, one.address or ""]


def _sign_in_cells(row: SignIn) -> list[str]:
    person = str(row.user) if row.user else ""
    words = [row.get_kind_display(), row.get_reason_display()]
    return [_moment(row.at), person, row.login, *map(str, words), row.address or "", row.device, row.note]


def _moment(at: datetime.datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S")
