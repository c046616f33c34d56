"""Every address of the product: strangers get nowhere, colleagues not to each other's records, nothing is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from shuke.engine.audit.models import Change
from shuke.engine.organisation.models import Unit
from shuke.engine.query.paging import get
from shuke.resource.registry import all_resources, resource_for
from shuke.resource.spec import Resource
from tests.conformance.api import Caller, content_of, signed_in
from tests.conformance.conftest import Person, every
from tests.conformance.sample import Samples

pytestmark = pytest.mark.django_db

# What anybody may ask for: the door, its picture, the words for the language, a sign of life, files of the front end.
OPEN = {"sign-in", "sign-in/captcha", "language", "healthz", "api/v1/openapi.json"}
_PLACE = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")


def routes(patterns: Any = None, before: str = "") -> Iterator[str]:
    """Every route as it stands in ``urls.py``."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        path = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, path)
        elif isinstance(one, URLPattern):
            yield path.replace("\\Z", "").strip("^$")


def address(route: str, resource: str, pk: int) -> str:
    """A route with something in each of its places."""
    given = {"name": resource, "resource": resource, "pk": str(pk), "id": str(pk)}

    def fill(match: re.Match[str]) -> str:
        kind, name = match["kind"], match["name"]
        return given.get(name) or ("1" if kind in ("int", "id") else resource if kind == "resource" else "x")

    return "/" + _PLACE.sub(fill, route)


def test_all_routes_are_seen() -> None:
    found = list(routes())
    assert len(found) > 100
    assert len([one for one in found if "<resource:name>/<id:pk>" in one]) > 15
    assert [one for one in found if one.startswith("api/v1/customers/")]


@pytest.mark.feature("WRK-01")
@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_strangers_get_nowhere(db: Any, method: str) -> None:
    client = Client(raise_request_exception=False)
    for route in routes():
        if route in OPEN or "(?P" in route:
            continue
        answer = getattr(client, method)(address(route, "customers", 1))
        ended = answer.status_code in (401, 403, 404, 405) or answer.headers.get("Location", "").startswith("/sign-in")
        assert ended, (method, route, answer.status_code)
    assert not Change.objects.exists()


def state_of(table: str) -> list[tuple[Any, ...]]:
    """The rows of a table."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT t.* FROM "{table}" t ORDER BY 1')
        return cursor.fetchall()


TABLES = (
    "comments_comment", "files_attachment", "marks_mark", "access_share", "views_savedview", "exchange_importtemplate",
    "jobs_job",
)  # fmt: skip


def written() -> dict[str, Any]:
    """Everything that a refused request could have left behind."""
    with connection.cursor() as cursor:
        known = set(connection.introspection.table_names(cursor))
    tables = {one.model._meta.db_table for one in all_resources()} | ({*TABLES} & known)
    return {table: state_of(table) for table in tables} | {"changes": Change.objects.count()}


def test_no_address_of_a_record_is_open_to_who_may_not_see_it(
    resource: Resource, samples: Samples, person: Person, company: dict[str, Unit]
) -> None:
    me = person("me", company["foreign"], every("own"))
    theirs = samples.make(resource, owner=person("peer", company["east"], every("own")).user_id)
    if get(me, resource, theirs.pk) is not None:
        pytest.skip("everybody who may view these sees all of them")
    client = signed_in(me)
    before = written()
    title = str(getattr(theirs, resource.title))
    asked = 0
    for route in routes():
        if "<resource:name>/<id:pk>" not in route:
            continue
        for method in ("get", "post"):
            answer = getattr(client, method)(address(route, resource.name, theirs.pk))
            assert title not in content_of(answer), (method, route)
            missing = getattr(client, method)(address(route, resource.name, 987_654_321))
            assert answer.status_code == missing.status_code, (method, route)
            empty = answer.status_code == 200 and "/siblings" in route
            assert empty or answer.status_code in (403, 404, 405, 422), (method, route, answer.status_code)
            asked += 1
    assert asked > 30
    assert written() == before


def test_other_peoples_jobs_views_tokens_and_changes_are_none_of_ones_business(
    samples: Samples, person: Person, company: dict[str, Unit]
) -> None:
    from shuke.engine.exchange.exporting import Shape
    from shuke.engine.exchange.named import Column, create_template
    from shuke.engine.exchange.orders import order_export, order_import
    from shuke.engine.exchange.uploads import keep, sheet_of
    from shuke.engine.views.definition import Definition
    from shuke.engine.views.saved import create_view

    peer, me = person("peer", company["east"], every("all")), person("me", company["foreign"], every("own"))
    customers = resource_for("customers")
    samples.make(customers, owner=peer.user_id)
    job = order_export(peer, customers, Shape("csv", None, False), criteria=[], q="")
    view = create_view(peer, customers, "私人视图", Definition())
    change = Change.objects.latest("pk")
    sheet = sheet_of(peer, keep(peer, "客户.csv", ["客户名称\n华江\n".encode()]), "客户.csv")
    check = order_import(peer, customers, sheet, header_line=1, fields=["name"], duplicates="create", dry=True)
    kept = create_template(peer, customers, "私人模板", [Column("name", "客户")]).template
    client = signed_in(me)
    paths = [f"/jobs/{job.pk}", f"/jobs/{job.pk}/file", f"/jobs/{job.pk}/cancel", f"/changes/{change.pk}"]
    paths += [f"/changes/{change.pk}/undo", f"/customers/views/{view.pk}", f"/customers/views/{view.pk}/save"]
    paths += [f"/customers/views/{view.pk}/delete", f"/customers/views/{view.pk}/restore"]
    paths += [f"/customers/import/run/{check.pk}", f"/customers/import/{sheet.path.name}"]
    paths += [f"/customers/import/templates/{kept.pk}{part}" for part in ("", "/delete", "/workbook")]
    before = written()
    for path in paths:
        for method in ("get", "post"):
            answer = getattr(client, method)(path, {"name": "x", "query": ""})
            assert answer.status_code in (403, 404, 405), (method, path, answer.status_code)
            assert "私人" not in content_of(answer)
    assert written() == before
    assert "私人视图" not in client.get("/customers").content.decode()


@pytest.mark.parametrize("path", ["/data/", "/files/", "/media/", "/backups/", "/.env", "/demo-signins.json"])
def test_the_data_folder_is_not_served(db: Any, path: str) -> None:
    assert Client().get(path).status_code in (302, 404)


@pytest.mark.parametrize("climb", ["../", "..%2f", "%2e%2e/", "..%252f", "....//", "..\\"])
def test_no_static_file_leads_out_of_its_folder(db: Any, climb: str) -> None:
    for wanted in ("etc/passwd", "settings.py", "shuke/config/settings.py"):
        answer = Client(raise_request_exception=False).get(f"/static/{climb * 6}{wanted}")
        assert answer.status_code in (302, 400, 404)


def test_what_would_leave_ones_reach_is_refused_and_nothing_of_it_is_written(
    samples: Samples, person: Person, company: dict[str, Unit]
) -> None:
    customers, contacts = resource_for("customers"), resource_for("contacts")
    grants = {one.name: {"view": "all", "edit": "own", "create": "own"} for one in (customers, contacts)}
    me, peer = person("me", company["foreign"], grants), person("peer", company["east"], every("own"))
    mine, theirs = (samples.make(customers, owner=one.user_id) for one in (me, peer))
    contact = samples.make(contacts, customer=mine.pk)
    before, caller = written(), Caller(me)
    assert caller.patch(f"/contacts/{contact.pk}", {"customer": theirs.pk}).status_code == 403
    assert caller.post("/contacts", {"name": "新人", "customer": theirs.pk}).status_code == 403
    assert written() == before
