"""Fields that hold files: declared ones and custom ones; who sees field and record reaches them, and nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from django.core.files.storage import storages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shuke.apps.people.resources.custom_field import custom_fields
from shuke.config.environment import read
from shuke.config.file_storage import attachment_storage
from shuke.engine.access.actor import Actor
from shuke.engine.audit.history import history
from shuke.engine.commands import removal, write
from shuke.engine.commands.undo import undo
from shuke.engine.customfields.attach import sync
from shuke.engine.exchange.columns import export_columns
from shuke.engine.files import sweeping
from shuke.engine.organisation.models import Unit
from shuke.engine.present.cells import Presenter
from shuke.engine.query.indexes import derived, install
from shuke.engine.query.paging import count, page, select
from shuke.engine.retention.purge import purge
from shuke.engine.stored import fields as stored_fields
from shuke.engine.stored.models import FieldFile
from shuke.kernel.criteria import parse
from shuke.kernel.errors import Invalid
from shuke.resource.checks import problems
from shuke.resource.describe import Kind, fields_of
from shuke.resource.registry import all_resources, resource_for
from shuke.resource.spec import Resource
from shuke.web.record.timeline import events
from tests.conformance.api import Caller, content_of, signed_in
from tests.conformance.conftest import Person
from tests.conformance.sample import Samples
from tests.conformance.test_files import body, picture, sent

pytestmark = pytest.mark.django_db

OF_PICTURES = "pictures"


class Place(NamedTuple):
    """A field that holds files."""

    resource: Resource
    field: str

    @property
    def upload(self) -> str:
        """Where its files are sent to."""
        return f"/uploads/{self.resource.name}/{self.field}"

    @property
    def records(self) -> str:
        """Where its records are."""
        return f"/{self.resource.name}"


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Any) -> None:
    place = attachment_storage(read({"SHUKE_DATA": str(tmp_path)}))
    settings.STORAGES = {**settings.STORAGES, "attachments": place}


def declared() -> list[tuple[str, str]]:
    return [
        (one.name, name)
        for one in all_resources()
        for name, info in fields_of(one).items()
        if info.kind is Kind.FILES and not name.startswith("c_")
    ]


def custom(admin: Actor, kind: str = "files", **more: Any) -> Place:
    """A new custom field of the customers."""
    made = write.create(admin, custom_fields, {"object": "customers", "label": "证照", "kind": kind, **more})
    sync()
    return Place(resource_for("customers"), made.record.name)


@pytest.fixture(params=[*declared(), ("customers", "files"), ("customers", OF_PICTURES)], ids=".".join)
def place(request: Any, admin: Actor) -> Place:
    """Each declared field of files, and custom ones of both kinds."""
    name, field = request.param
    return custom(admin, field) if name == "customers" else Place(resource_for(name), field)


def laid(caller: Caller, place: Place, name: str = "执照.png", data: bytes = b"") -> dict[str, Any]:
    answer = caller.upload(place.upload, sent(name, data or picture()))
    assert answer.status_code == 201, answer.content.decode()
    found: dict[str, Any] = answer.json()
    return found


def names_held(caller: Caller, place: Place, pk: int) -> list[str]:
    return [one["name"] for one in caller.get(f"{place.records}/{pk}").json()[place.field]]


def test_the_fake_objects_have_such_fields() -> None:
    assert {("offers", "papers"), ("offers", "photos")} <= set(declared())


@pytest.mark.feature("SYS-02")
def test_files_are_uploaded_held_in_order_removed_and_come_back(place: Place, samples: Samples, admin: Actor) -> None:
    caller = Caller(admin)
    one, two = laid(caller, place, "一.png"), laid(caller, place, "二.png")
    pk = samples.make(place.resource, **{place.field: [two["id"], {"id": one["id"]}]}).pk
    assert names_held(caller, place, pk) == ["二.png", "一.png"]
    told = caller.get(f"{place.records}/{pk}").json()[place.field][0]
    assert told == {"id": two["id"], "name": "二.png", "size": len(picture()), "media_type": "image/png",
                    "picture": True, "url": f"/api/v1/uploads/{two['id']}/content"}  # fmt: skip
    content = caller.get(told["url"].removeprefix("/api/v1"))
    assert body(content) == picture()
    assert content["Content-Disposition"].startswith("attachment")
    assert content["X-Content-Type-Options"] == "nosniff"
    changed = caller.patch(f"{place.records}/{pk}", {place.field: [one["id"]]})
    assert changed.status_code == 200, changed.content.decode()
    assert caller.get(f"/uploads/{two['id']}/content").status_code == 404, "taken out, it is out of reach"
    row = events(admin, place.resource, history(admin, place.resource, pk)[:1])[0].rows[0]
    assert (row.before, row.after) == ("二.png、一.png", "一.png")
    undo(admin, changed.json()["change"])
    assert names_held(caller, place, pk) == ["二.png", "一.png"]
    assert caller.get(f"/uploads/{two['id']}/content").status_code == 200


@pytest.mark.feature("SYS-02")
def test_a_file_is_reached_by_who_sees_record_and_field_and_by_nobody_else(
    place: Place, samples: Samples, admin: Actor, person: Person, company: dict[str, Unit]
) -> None:
    boss, name = Caller(admin), place.resource.name
    file = laid(boss, place)
    path = f"/uploads/{file['id']}/content"
    everything = {name: {"view": "all", "edit": "all", "create": "all"}}
    reader = Caller(person("reader", company["east"], everything))
    assert reader.get(path).status_code == 404, "as long as no record holds it, it is its uploader's"
    pk = samples.make(place.resource, **{place.field: [file["id"]]}).pk
    assert reader.get(path).status_code == 200
    closed = {
        "stranger": Caller(person("stranger", company["south"], {name: {"view": "own", "create": "own"}})),
        "hidden": Caller(person("hidden", company["east"], everything, {name: {place.field: "hidden"}})),
        "masked": Caller(person("masked", company["east"], everything, {name: {place.field: "masked"}})),
    }
    for who, caller in closed.items():
        assert caller.get(path).status_code == 404, who
        assert caller.get(f"/uploads/{file['id']}/preview").status_code == 404, who
    assert closed["masked"].get(f"{place.records}/{pk}").json()[place.field] == "***"
    assert closed["hidden"].upload(place.upload, sent()).status_code == 404
    assert closed["masked"].upload(place.upload, sent()).status_code == 403
    viewer = Caller(person("viewer", company["east"], {name: {"view": "all"}}))
    assert viewer.upload(place.upload, sent()).status_code == 403
    removal.delete(admin, place.resource, [pk])
    assert reader.get(path).status_code == 404


@pytest.mark.feature("SYS-02")
def test_nobody_takes_files_that_are_not_his_to_give(
    place: Place, samples: Samples, admin: Actor, person: Person, company: dict[str, Unit]
) -> None:
    boss, name = Caller(admin), place.resource.name
    held = laid(boss, place)
    samples.make(place.resource, **{place.field: [held["id"]]})
    other = samples.make(place.resource).pk
    waiting = laid(boss, place)
    thief = Caller(person("thief", company["east"], {name: {"view": "all", "edit": "all"}}))
    for caller, file in ((boss, held), (thief, waiting), (thief, {"id": 10**9})):
        answer = caller.patch(f"{place.records}/{other}", {place.field: [file["id"]]})
        assert answer.status_code == 422
        assert place.field in answer.json()["fields"]
    assert names_held(boss, place, other) == []
    assert FieldFile.objects.get(pk=waiting["id"]).object_id is None


@pytest.mark.feature("SYS-02")
def test_lists_filter_by_whether_there_are_any_by_an_index(place: Place, samples: Samples, admin: Actor) -> None:
    full = samples.make(place.resource, **{place.field: [laid(Caller(admin), place)["id"]]})
    bare = samples.make(place.resource)
    for op, wanted in (("empty", bare), ("not_empty", full)):
        criteria = parse({"field": place.field, "op": op})
        rows = page(select(admin, place.resource, criteria=criteria), columns=(place.field,)).rows
        assert [row.pk for row in rows] == [wanted.pk], op
        assert count(select(admin, place.resource, criteria=criteria)).value == 1
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    install()
    assert any(place.field in index.name for index in derived(place.resource))
    with pytest.raises(Invalid):
        select(admin, place.resource, criteria=parse({"field": place.field, "op": "in", "value": [1]}))


@pytest.mark.feature("SYS-02")
def test_lists_filter_by_the_names_of_the_files_held_now(place: Place, samples: Samples, admin: Actor) -> None:
    boss = Caller(admin)
    first, second = laid(boss, place, "营业执照 2026.PNG"), laid(boss, place, "合同.png")
    licensed = samples.make(place.resource, **{place.field: [first["id"]]})
    agreed = samples.make(place.resource, **{place.field: [second["id"]]})

    def found(part: str) -> list[int]:
        criteria = parse({"field": place.field, "op": "contains", "value": part})
        rows = page(select(admin, place.resource, criteria=criteria), columns=(place.field,)).rows
        assert count(select(admin, place.resource, criteria=criteria)).value == len(rows)
        return [row.pk for row in rows]

    assert (found("营业执照"), found("２０２６.png"), found("合同")) == ([licensed.pk], [licensed.pk], [agreed.pk])
    assert found("%") == found("\x00") == []
    boss.patch(f"{place.records}/{licensed.pk}", {place.field: []})
    assert found("执照") == []
    with pytest.raises(Invalid):
        found(" ")


@pytest.mark.feature("SYS-02")
def test_the_filters_of_a_list_offer_the_file_name(place: Place, browser: Any) -> None:
    lists, client = place.records, browser
    form = client.get(f"{lists}/filters/{place.field}?{place.field}=%E5%90%88%E5%90%8C").content.decode()
    assert 'placeholder="文件名包含…"' in form
    assert 'value="合同"' in form
    assert 'value="-"' in form
    assert 'value="-" aria' not in client.get(f"{lists}/filters/{place.field}?{place.field}=-").content.decode()
    assert "文件名包含“合同”" in client.get(f"{lists}?{place.field}=%E5%90%88%E5%90%8C").content.decode()
    row = client.get(f"{lists}/conditions/row?field={place.field}").content.decode()
    assert '<option value="contains" selected>文件名包含</option>' in row


@pytest.mark.feature("SYS-02")
def test_all_fields_of_files_in_a_list_are_read_by_one_query(samples: Samples, admin: Actor) -> None:
    caller = Caller(admin)
    for name in {name for name, _field in declared()}:
        resource = resource_for(name)
        fields = [field for one, field in declared() if one == name]
        given = [{field: [laid(caller, Place(resource, field))["id"]] for field in fields} for _number in range(3)]
        records = [samples.make(resource, **values) for values in given]
        for columns in ([resource.title], [resource.title, *fields]):
            presenter = Presenter(admin, resource, columns)
            with CaptureQueriesContext(connection) as queries:
                rows = presenter.rows(records)
            assert len(queries) == (len(columns) > 1), f"{name}: {columns}"
        assert [[cell.text for cell in row[1:]] for row in rows] == [["执照.png"] * len(fields)] * len(records)


@pytest.mark.feature("SYS-02")
def test_an_export_names_them(place: Place, samples: Samples, admin: Actor) -> None:
    file = laid(Caller(admin), place)
    pk = samples.make(place.resource, **{place.field: [file["id"]]}).pk
    held = [getattr(place.resource.model._default_manager.get(pk=pk), place.field), []]
    assert export_columns(admin, place.resource, [place.field])[0].typed(held) == ["执照.png", None]
    assert export_columns(admin, place.resource, [place.field], codes=True)[0].typed(held) == [str(file["id"]), None]


@pytest.mark.feature("SYS-02")
def test_pages_show_them_and_forms_take_them(place: Place, samples: Samples, admin: Actor) -> None:
    file = laid(Caller(admin), place)
    pk = samples.make(place.resource, **{place.field: [file["id"]]}).pk
    browser = signed_in(admin)
    listed = content_of(browser.get(f"{place.records}?columns={place.resource.title},{place.field}"))
    address = f"/uploads/{file['id']}"
    for html in (listed, content_of(browser.get(f"{place.records}/{pk}"))):
        assert f'href="{address}"' in html
        assert f'src="{address}/preview"' in html
    form = content_of(browser.get(f"{place.records}/{pk}/edit"))
    assert f'name="{place.field}" value="{file["id"]}"' in form
    assert f'data-hold="{place.upload}"' in form
    sent_to = browser.post(place.upload, {"file": [sent("新.png", picture()), sent("坏.exe", b"MZ")]})
    lines = content_of(sent_to)
    new = FieldFile.objects.get(name="新.png")
    assert f'value="{new.pk}"' in lines
    assert "data-refused" in lines
    assert "坏.exe" in lines
    assert f'value="{new.pk}"' in content_of(browser.get(place.upload, {"ids": f"{new.pk},{10**9}"}))
    record = place.resource.model._default_manager.get(pk=pk)
    saved = browser.post(
        f"{place.records}/{pk}/field/{place.field}",
        {
            place.field: ["", file["id"], new.pk],
            "_was": f'{{"{place.field}": "{file["id"]}"}}',
            "version": record.version,
        },
        headers={"HX-Request": "true"},
    )
    assert saved.status_code == 200
    assert names_held(Caller(admin), place, pk) == ["执照.png", "新.png"]
    assert "新.png" in content_of(browser.get(f"/uploads/{new.pk}/view"))
    for part, way in (("", "attachment"), ("/content", "inline")):
        answer = browser.get(f"/uploads/{new.pk}{part}")
        assert answer["Content-Disposition"].startswith(way)
        assert "sandbox" in answer["Content-Security-Policy"]


def test_pictures_are_pictures_and_programs_stay_outside(admin: Actor) -> None:
    caller, photos = Caller(admin), Place(resource_for("offers"), "photos")
    assert caller.upload(photos.upload, sent("合同.txt")).status_code == 422
    assert caller.upload(photos.upload, sent("坏.png", picture()[:60])).status_code == 422
    assert caller.upload("/uploads/offers/papers", sent("a.exe", b"MZ\0")).status_code == 422
    assert caller.upload("/uploads/offers/title", sent()).status_code == 404
    assert not FieldFile.objects.exists()


def test_a_field_takes_so_many_and_one_person_lays_down_so_many(
    samples: Samples, admin: Actor, monkeypatch: Any
) -> None:
    caller, photos = Caller(admin), Place(resource_for("offers"), "photos")
    ids = [laid(caller, photos, f"{number}.png")["id"] for number in range(4)]
    pk = samples.make(photos.resource, photos=ids[:3]).pk
    assert caller.patch(f"/offers/{pk}", {"photos": ids}).status_code == 422
    monkeypatch.setattr(stored_fields, "MOST_WAITING", 1)
    assert caller.upload(photos.upload, sent("5.png", picture())).status_code == 422


def test_what_was_let_go_of_stays_for_undo_and_goes_in_the_end(samples: Samples, admin: Actor) -> None:
    caller, papers = Caller(admin), Place(resource_for("offers"), "papers")
    kept, dropped, waiting = (laid(caller, papers, name, b"x")["id"] for name in ("留.txt", "去.txt", "等.txt"))
    pk = samples.make(papers.resource, papers=[kept, dropped]).pk
    change = caller.patch(f"/offers/{pk}", {"papers": [kept]}).json()["change"]
    assert sweeping.drop_let_go() == 0
    noted = FieldFile.objects.get(pk=dropped).let_go_at
    assert noted is not None
    assert FieldFile.objects.get(pk=kept).let_go_at is None
    again = undo(admin, change).change
    sweeping.drop_let_go()
    assert FieldFile.objects.get(pk=dropped).let_go_at is None, "held again"
    undo(admin, again)
    sweeping.drop_let_go()
    long_ago = timezone.now() - timedelta(days=120)
    FieldFile.objects.filter(pk=dropped).update(let_go_at=long_ago)
    FieldFile.objects.filter(pk=waiting).update(at=long_ago)
    assert sweeping.drop_let_go() == 2
    assert sweeping.drop_let_go() == 0
    assert [row.pk for row in FieldFile.objects.order_by("pk")] == [kept, dropped], "its name stays for the history"
    assert not storages["attachments"].exists(FieldFile.objects.get(pk=dropped).key)
    assert caller.patch(f"/offers/{pk}", {"papers": [dropped]}).status_code == 422
    assert body(caller.get(f"/uploads/{kept}/content")) == b"x"
    assert sweeping.sweep() == 0


def test_a_record_that_goes_for_good_takes_its_files_with_it(
    samples: Samples, admin: Actor, django_capture_on_commit_callbacks: Any
) -> None:
    papers = Place(resource_for("offers"), "papers")
    file = FieldFile.objects.get(pk=laid(Caller(admin), papers)["id"])
    pk = samples.make(papers.resource, papers=[file.pk]).pk
    removal.delete(admin, papers.resource, [pk])
    with django_capture_on_commit_callbacks(execute=True):
        purge(admin, papers.resource, [pk])
    assert not FieldFile.objects.exists()
    assert not storages["attachments"].exists(file.key)


def test_a_required_field_asks_for_a_file(samples: Samples, admin: Actor) -> None:
    place = custom(admin, required=True)
    with pytest.raises(Invalid) as refused:
        write.create(admin, place.resource, {"name": "无证"})
    assert place.field in refused.value.fields
    file = laid(Caller(admin), place)
    assert write.create(admin, place.resource, {"name": "有证", place.field: [file["id"]]}).record.pk


def test_how_many_can_be_changed_and_makes_sense(admin: Actor) -> None:
    place = custom(admin, most=2)
    definition = custom_fields.model._default_manager.get(key=place.field.removeprefix("c_"))
    for most in (0, 51):
        with pytest.raises(Invalid):
            write.update(admin, custom_fields, definition.pk, {"most": most})
    write.update(admin, custom_fields, definition.pk, {"most": 5})
    sync()
    assert stored_fields.limits(fields_of(place.resource)[place.field]).most == 5
    with pytest.raises(Invalid):
        custom(admin, object="offer-lines")
    spec = fields_of(place.resource)[place.field].spec
    assert not spec.bulk
    assert not spec.sort
    assert [message for message, _hint in problems(place.resource) if place.field in message] == []
