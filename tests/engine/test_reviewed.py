"""What a review with an attacker's and a pessimist's eyes found; each was possible once."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.db import OperationalError, connection, transaction
from python_calamine import CalamineWorkbook

from shuke.apps.people.resources.role import roles
from shuke.apps.people.resources.user import users
from shuke.apps.sales.models import Contact, Customer
from shuke.apps.sales.resources.contact import contacts
from shuke.apps.sales.resources.customer import customers
from shuke.engine.access.actor import Actor
from shuke.engine.audit.context import change
from shuke.engine.bulk.acting import Work, act
from shuke.engine.commands import ownership, removal, sharing, undo, write
from shuke.engine.dispatch.jobs import deliver
from shuke.engine.events.models import Event
from shuke.engine.exchange import exporting, orders, uploads, workbook
from shuke.engine.exchange.mapping import guess
from shuke.engine.jobs import runner
from shuke.engine.jobs.models import Job
from shuke.engine.organisation.actors import actor_for
from shuke.engine.organisation.models import Membership, Role, User
from shuke.engine.present.cells import Presenter
from shuke.engine.query.paging import page, select
from shuke.kernel.criteria import parse
from shuke.kernel.errors import Conflict, Invalid, NotAllowed
from tests.engine.conftest import MANAGER, SELLER

pytestmark = pytest.mark.django_db

ALL = dict.fromkeys(("view", "create", "edit", "delete", "assign", "share", "import", "export"), "all")
WHOLE = {"name": "x", "login": "xx", "email": "x@example.com", "gender": "f"}
STAFF = {"users": ALL, "roles": {"view": "all"}, "units": {"view": "all"}}


def again(actor: Actor) -> Actor:
    assert actor.user_id is not None
    return actor_for(User.plain.get(pk=actor.user_id), "web")


# ---- rights ----------------------------------------------------------------------------------------------------------


def test_nobody_gives_himself_a_role_or_another_department(person: Any, company: Any) -> None:
    clerk = person("clerk", company["east"], STAFF)
    role = Role.plain.create(name="nothing", grants={})
    for values in ({"roles": [role.pk]}, {"unit": company["group"].pk}):
        with pytest.raises(NotAllowed):
            write.update(clerk, users, clerk.user_id, values)


def test_nobody_gives_others_more_than_he_has(person: Any, company: Any) -> None:
    clerk = person("clerk", company["east"], {**STAFF, "customers": {"view": "own"}})
    boss = Role.plain.create(name="boss", grants={"customers": ALL})
    like_me = Role.plain.create(name="like me", grants={"customers": {"view": "own"}})
    with pytest.raises(NotAllowed):
        write.create(clerk, users, {**WHOLE, "unit": clerk.unit_id, "roles": [boss.pk]})
    made = write.create(clerk, users, {**WHOLE, "unit": clerk.unit_id, "roles": [like_me.pk]})
    assert not User.plain.filter(login="xx").exclude(pk=made.record.pk).exists()


def test_who_adds_a_role_answers_for_that_role_only(person: Any, company: Any) -> None:
    clerk = person("clerk", company["east"], {**STAFF, "customers": {"view": "own"}})
    chief = person("chief", company["east"], {"customers": ALL})
    [large] = Membership.objects.filter(user_id=chief.user_id).values_list("role_id", flat=True)
    small = Role.plain.create(name="small", grants={"customers": {"view": "own"}}).pk
    larger = Role.plain.create(name="larger", grants={"customers": ALL}).pk
    write.update(clerk, users, chief.user_id, {"roles": [large, small]})
    with pytest.raises(NotAllowed):
        write.update(clerk, users, chief.user_id, {"roles": [large, small, larger]})
    write.update(clerk, users, chief.user_id, {"roles": [small]})
    with pytest.raises(NotAllowed):
        write.update(clerk, users, chief.user_id, {"roles": [small, large]})


def test_nobody_widens_a_role_beyond_his_own_rights(person: Any, company: Any) -> None:
    grants = {"roles": ALL, "customers": {"view": "own"}}
    keeper = person("keeper", company["east"], grants, rules={"customers": {"phone": "masked"}})
    role = Membership.objects.get(user_id=keeper.user_id).role_id
    for values in (
        {"grants": {"customers": ALL}},
        {"grants": grants, "field_rules": {}},
        {"field_rules": {"customers": {"phone": "masked", "credit_limit": "read"}}},
    ):
        with pytest.raises(NotAllowed):
            write.update(keeper, roles, role, values)
    write.update(keeper, roles, role, {"grants": {"customers": {"view": "own"}}})


@pytest.mark.parametrize("grants", [[1], {"customers": {"view": "sometimes"}}, {"customers": {"view": ["all"]}}])
def test_senseless_permissions_are_refused_and_lock_nobody_out(person: Any, company: Any, grants: Any) -> None:
    anna = person("anna", company["east"], {}, admin=True)
    with pytest.raises(Invalid):
        write.update(anna, users, anna.user_id, {"grants": grants})
    with pytest.raises(Invalid):
        write.create(anna, roles, {"name": "x", "grants": grants})


def test_administrators_are_changed_and_deleted_by_administrators_only(person: Any, company: Any) -> None:
    anna = person("anna", company["east"], {}, admin=True)
    bert = person("bert", company["east"], {}, admin=True)
    clerk = person("clerk", company["east"], STAFF)
    for values in ({"login": "mine"}, {"email": "a@example.com"}):
        with pytest.raises(NotAllowed):
            write.update(clerk, users, bert.user_id, values)
    with pytest.raises(NotAllowed):
        act(clerk, users, Work("lock"), [bert.user_id])
    with pytest.raises(NotAllowed):
        removal.delete(clerk, users, [bert.user_id])
    removal.delete(anna, users, [bert.user_id])
    with pytest.raises(NotAllowed):
        removal.restore(clerk, users, [bert.user_id])


def test_an_undo_brings_no_rights_back(person: Any, company: Any) -> None:
    anna = person("anna", company["east"], {}, admin=True)
    bert = person("bert", company["east"], STAFF, admin=True)
    roles = list(Role.plain.filter(name="role of bert").values_list("pk", flat=True))
    taken = write.update(anna, users, bert.user_id, {"roles": roles}).change
    assert not again(bert).is_administrator
    with pytest.raises(NotAllowed):
        undo.undo(again(bert), taken)
    assert undo.undo(anna, taken).rows == 2
    assert again(bert).is_administrator


def test_an_undo_writes_no_field_that_is_closed(person: Any, company: Any) -> None:
    anna = person("anna", company["east"], {}, admin=True)
    zhang = person("zhang", company["team"], SELLER)
    pk = write.create(zhang, customers, {"name": "甲公司"}).record.pk
    change = write.update(anna, customers, pk, {"credit_limit": "100"}).change
    with pytest.raises(NotAllowed):
        undo.undo(zhang, change)


def test_looking_is_not_enough_to_let_somebody_work_with_a_record(person: Any, company: Any) -> None:
    zhang = person("zhang", company["team"], SELLER)
    snoop = person("snoop", company["south"], {"customers": {"view": "all", "share": "all", "edit": "own"}})
    pk = write.create(zhang, customers, {"name": "甲公司"}).record.pk
    with pytest.raises(NotAllowed):
        sharing.share(snoop, customers, [pk], kind="user", grantee=snoop.user_id, level="edit")
    sharing.share(snoop, customers, [pk], kind="user", grantee=snoop.user_id, level="view")


# ---- parents and children --------------------------------------------------------------------------------------------


def test_children_go_with_their_parent_only(person: Any, company: Any) -> None:
    chen, zhang = person("chen", company["east"], MANAGER), person("zhang", company["team"], SELLER)
    pk = write.create(chen, customers, {"name": "甲公司"}).record.pk
    contact = write.create(chen, contacts, {"name": "陈", "customer": pk}).record.pk
    with pytest.raises(Invalid):
        ownership.assign(chen, contacts, [contact], zhang.user_id)
    with pytest.raises(Invalid):
        ownership.claim(chen, contacts, [contact])
    anna = person("anna", company["east"], {}, admin=True)
    with pytest.raises(Invalid):
        ownership.assign(anna, users, [zhang.user_id], anna.user_id)


def test_after_an_undo_children_still_carry_their_parents_owner(person: Any, company: Any) -> None:
    anna = person("anna", company["east"], {}, admin=True)
    zhang, li = person("zhang", company["team"], SELLER), person("li", company["south"], SELLER)
    first = write.create(zhang, customers, {"name": "甲公司"}).record.pk
    second = write.create(zhang, customers, {"name": "乙公司"}).record.pk
    moved = write.create(zhang, contacts, {"name": "陈", "customer": first}).record.pk
    move = write.update(zhang, contacts, moved, {"customer": second}).change
    assigned = ownership.assign(zhang, customers, [first], li.user_id)
    later = write.create(li, contacts, {"name": "林", "customer": first}).record.pk
    undo.undo(anna, move)
    assert Contact.plain.get(pk=moved).owner_id == li.user_id
    undo.undo(zhang, assigned)
    assert {Contact.plain.get(pk=pk).owner_id for pk in (moved, later)} == {zhang.user_id}


def test_nothing_is_left_living_below_the_recycle_bin(person: Any, company: Any) -> None:
    chen = person("chen", company["east"], MANAGER)
    made = write.create(chen, customers, {"name": "甲公司"})
    contact = write.create(chen, contacts, {"name": "陈", "customer": made.record.pk}).record.pk
    with pytest.raises(Conflict):
        undo.undo(chen, made.change)
    gone = removal.delete(chen, contacts, [contact])
    removal.delete(chen, customers, [made.record.pk])
    with pytest.raises(Conflict):
        removal.restore(chen, contacts, [contact])
    with pytest.raises(Conflict):
        undo.undo(chen, gone)
    removal.restore(chen, customers, [made.record.pk])
    removal.restore(chen, contacts, [contact])


def test_an_undone_creation_heeds_what_must_stay(person: Any, company: Any) -> None:
    anna = person("anna", company["east"], {}, admin=True)
    made = write.create(anna, users, {**WHOLE, "unit": anna.unit_id})
    write.create(anna, customers, {"name": "甲公司"}, owner=made.record.pk)
    with pytest.raises(Invalid):
        undo.undo(anna, made.change)


def test_a_taken_login_is_told_when_its_old_holder_is_brought_back(person: Any, company: Any) -> None:
    anna = person("anna", company["east"], {}, admin=True)
    old = write.create(anna, users, {**WHOLE, "unit": anna.unit_id}).record.pk
    removal.delete(anna, users, [old])
    write.create(anna, users, {**WHOLE, "unit": anna.unit_id, "email": "y@example.com"})
    with pytest.raises(Invalid):
        removal.restore(anna, users, [old])


def test_naming_oneself_as_the_owner_needs_no_right_to_assign(person: Any, company: Any) -> None:
    maker = person("maker", company["east"], {"customers": {"view": "own", "create": "own"}})
    assert write.create(maker, customers, {"name": "甲公司"}, owner=maker.user_id).record.owner_id == maker.user_id


# ---- imports, exports, jobs ------------------------------------------------------------------------------------------


def ordered(actor: Actor, resource: Any, rows: list[list[str]], folder: Path) -> Job:
    path = folder / "rows.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    token = uploads.keep(actor, path.name, [path.read_bytes()])
    found = guess(actor, resource, uploads.sheet_of(actor, token, path.name))
    return orders.order_import(
        actor,
        resource,
        uploads.sheet_of(actor, token, path.name),
        header_line=found.header_line,
        fields=found.fields,
        duplicates="update",
        dry=False,
    )


@pytest.fixture
def import_of(settings: Any, tmp_path: Path) -> Any:
    settings.SHUKE_DATA = tmp_path

    def go(actor: Actor, resource: Any, rows: list[list[str]]) -> Job:
        job = ordered(actor, resource, rows, tmp_path)
        runner.run(job.pk)
        job.refresh_from_db()
        return job

    return go


def test_an_imported_contact_follows_its_new_customer(person: Any, company: Any, import_of: Any) -> None:
    anna = person("anna", company["east"], {}, admin=True)
    zhang, li = person("zhang", company["team"], SELLER), person("li", company["south"], SELLER)
    first = write.create(zhang, customers, {"name": "甲公司"}).record.pk
    second = write.create(li, customers, {"name": "乙公司"}).record.pk
    contact = write.create(zhang, contacts, {"name": "陈", "mobile": "13812346021", "customer": first}).record.pk
    import_of(anna, contacts, [["姓名", "客户", "手机"], ["陈", "乙公司", "13812346021"], ["林\0", "\0", "1"]])
    row = Contact.plain.get(pk=contact)
    assert (row.customer_id, row.owner_id, row.unit_id) == (second, li.user_id, li.unit_id)


def test_an_imported_move_to_another_department_takes_the_customers_along(
    person: Any, company: Any, import_of: Any
) -> None:
    anna = person("anna", company["east"], {}, admin=True)
    zhang = person("zhang", company["team"], SELLER)
    User.plain.filter(pk=zhang.user_id).update(email="zhang@example.com")
    write.update(anna, users, zhang.user_id, {"title": "x"})
    write.update(anna, users, zhang.user_id, {"email": "z@example.com"})
    pk = write.create(zhang, customers, {"name": "甲公司"}).record.pk
    job = import_of(
        anna, users, [["name", "login", "email", "unit", "gender"], ["zhang", "zhang", "z@example.com", "华南", "男"]]
    )
    assert job.report["counts"] == {"updated": 1}, job.report
    assert Customer.plain.get(pk=pk).unit_id == company["south"].pk


def test_an_import_heeds_the_rules_of_the_record_that_exists(person: Any, company: Any, import_of: Any) -> None:
    anna = person("anna", company["east"], {}, admin=True)
    clerk = person("clerk", company["east"], STAFF)
    write.update(anna, users, anna.user_id, {"email": "anna@example.com"})
    job = import_of(clerk, users, [["name", "login", "email"], ["x", "mine", "anna@example.com"]])
    assert job.report["counts"] == {"failed": 1}, job.report
    assert User.plain.get(pk=anna.user_id).login == "anna"


def test_a_job_taken_over_by_another_worker_stores_nothing_more(
    person: Any, company: Any, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SHUKE_DATA = tmp_path
    chen = person("chen", company["east"], MANAGER)
    job = ordered(chen, customers, [["客户名称"], ["甲公司"], ["乙公司"]], tmp_path)
    real = runner._handlers["import"]

    def slow(work: runner.Run) -> Any:
        monkeypatch.setitem(runner._handlers, "import", real)
        runner.run(job.pk)
        return real(work)

    monkeypatch.setitem(runner._handlers, "import", slow)
    runner.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.report["counts"]) == (Job.State.DONE, {"created": 2})
    assert Customer.plain.count() == 2


def test_a_delivery_reads_the_events_of_its_own_transaction_only(
    person: Any, company: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    zhang = person("zhang", company["team"], SELLER)
    change = write.create(zhang, customers, {"name": "甲公司"}).change
    at = Event.objects.get(change_id=change).at
    told: list[int] = []
    monkeypatch.setattr("shuke.engine.dispatch.jobs.CONSUMERS", (lambda events: told.append(len(events)),))
    deliver(change, at.isoformat())
    deliver(change, "2020-01-01T00:00:00+00:00")
    assert told == [1, 0]


def test_a_sheet_with_a_cell_in_each_corner_takes_no_process_along(person: Any, settings: Any, tmp_path: Path) -> None:
    settings.SHUKE_DATA = tmp_path
    chen = person("chen", None, MANAGER)
    path = tmp_path / "corners.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write(0, 0, "客户名称")
    sheet.write(1_048_575, 16_383, "x")
    book.close()
    token = uploads.keep(chen, path.name, [path.read_bytes()])
    with pytest.raises(Invalid):
        guess(chen, customers, uploads.sheet_of(chen, token, path.name))


def test_a_file_of_another_kind_is_not_even_stored(person: Any, settings: Any, tmp_path: Path) -> None:
    settings.SHUKE_DATA = tmp_path
    with pytest.raises(Invalid):
        uploads.keep(person("chen", None, MANAGER), "x.exe", [b"x"])
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_an_export_goes_on_a_new_sheet_when_one_is_full(
    person: Any, company: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    zhang = person("zhang", company["team"], SELLER)
    for number in range(5):
        write.create(zhang, customers, {"name": f"客户{number}"})
    monkeypatch.setattr(workbook, "SHEET_ROWS", 2)
    monkeypatch.setattr(exporting, "_CHUNK", 2)
    path, count = exporting.write_file(
        zhang, customers, tmp_path, exporting.Shape("xlsx", ["name"]), progress=lambda _done: None
    )
    book = CalamineWorkbook.from_path(path)
    found = [book.get_sheet_by_index(at).to_python() for at in range(len(book.sheet_names))]
    assert count == 5
    assert [len(rows) for rows in found] == [3, 3, 2]
    assert [file.name for file in tmp_path.iterdir()] == ["customers.xlsx"]


def test_a_senseless_filter_is_told_before_the_export_streams(person: Any, company: Any) -> None:
    zhang = person("zhang", company["team"], SELLER)
    with pytest.raises(Invalid):
        exporting.stream_csv(zhang, customers, columns=None, criteria=parse({"nothing": 1}))


def test_masked_links_show_nothing_in_lists_and_exports(person: Any, company: Any) -> None:
    rules = {"users": {"roles": "masked"}}
    clerk = person("clerk", company["south"], {"users": {"view": "all", "export": "all"}}, rules=rules)
    presenter = Presenter(clerk, users, ["roles"])
    rows = presenter.rows(page(select(clerk, users), columns=presenter.columns).rows)
    assert [[cell.text for cell in row] for row in rows] == [["***"]]
    assert "".join(exporting.stream_csv(clerk, users, columns=["login", "roles"])).count("***") == 1


def test_an_error_of_the_database_within_a_change_is_told_as_what_it_is(person: Any, company: Any) -> None:
    zhang = person("zhang", company["team"], SELLER)
    with (
        pytest.raises(OperationalError, match="statement timeout"),
        transaction.atomic(),
        change(zhang, "edit", "customers"),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET LOCAL statement_timeout = 20; SELECT pg_sleep(1)")


def test_an_export_grant_opens_nothing_that_one_may_not_see(person: Any, company: Any) -> None:
    seller = person("seller", company["team"], {"customers": {"view": "own", "create": "own", "export": "all"}})
    other = person("other", company["south"], {"customers": {"view": "own", "create": "own"}})
    write.create(seller, customers, {"name": "我的客户"})
    write.create(other, customers, {"name": "别人的客户"})
    text = "".join(exporting.stream_csv(seller, customers, columns=["name"]))
    assert "我的客户" in text
    assert "别人的客户" not in text
