"""Documents with lines: one input, one change, one history; the lines are written with their document alone."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from shuke.apps.sales.resources.contact import contacts
from shuke.apps.sales.resources.customer import customers
from shuke.engine.audit.history import history
from shuke.engine.audit.models import Entry
from shuke.engine.commands import ownership, removal, write
from shuke.engine.commands.lines import Given
from shuke.engine.commands.many import edit_many
from shuke.engine.commands.undo import undo
from shuke.engine.options.catalogue import forget
from shuke.engine.query.paging import count, select
from shuke.kernel.errors import Conflict, Invalid, NotAllowed
from tests.conformance.api import Caller
from tests.documents.models import Offer, OfferLine
from tests.documents.resources import lines, offers
from tests.engine.conftest import SELLER

pytestmark = pytest.mark.django_db
RIGHTS = SELLER | {"offers": {"view": "own", "create": "own", "edit": "own", "delete": "own"}}


@pytest.fixture
def seller(person: Any, company: Any) -> Any:
    forget()
    return person("seller", company["team"], RIGHTS)


@pytest.fixture
def customer(seller: Any) -> int:
    pk: int = write.create(seller, customers, {"name": "华江"}).record.pk
    return pk


@pytest.fixture
def offer(seller: Any, customer: int) -> Any:
    """Two valves at 120 and three bearings at 35.50."""
    values = {"title": "阀门报价", "customer": customer, "lines": [row("阀门", 2), row("轴承", 3)]}
    return write.create(seller, offers, values)


def row(product: str, quantity: Any, **more: Any) -> dict[str, Any]:
    return {"product": product, "quantity": quantity, **more}


def kept(offer: Any) -> list[tuple[str, Decimal]]:
    """Product and quantity of the living lines, in their order."""
    rows = OfferLine.plain.filter(offer_id=offer.pk, deleted_at=None).order_by("position")
    return [(one.product, one.quantity) for one in rows]


def by_product(offer: Any) -> dict[str, OfferLine]:
    return {one.product: one for one in OfferLine.plain.filter(offer_id=offer.pk, deleted_at=None)}


def amount(pk: int) -> Decimal | None:
    return Offer.plain.get(pk=pk).amount


def test_a_document_is_made_with_its_lines_as_one_change(offer: Any, seller: Any) -> None:
    record = offer.record
    assert kept(record) == [("阀门", 2), ("轴承", 3)]
    assert [one.amount for one in by_product(record).values()] == [Decimal("240.00"), Decimal("106.50")]
    assert (record.amount, record.quantity) == (Decimal("346.50"), 5)
    assert {one.owner_id for one in by_product(record).values()} == {seller.user_id}
    assert Entry.objects.filter(change_id=offer.change).count() == 3
    undo(seller, offer.change)
    assert (kept(record), Offer.plain.get(pk=record.pk).deleted_at is None) == ([], False)


def test_lines_come_change_move_and_go_and_one_undo_brings_all_back(offer: Any, seller: Any) -> None:
    record, valve, bearing = offer.record, *by_product(offer.record).values()
    given = [row("密封圈", 10, price="1.5"), {"id": bearing.pk, "version": 1, "quantity": 4}]
    saved = write.update(seller, offers, record.pk, {"title": "新标题", "lines": given}, version=1)
    assert kept(record) == [("密封圈", 10), ("轴承", 4)]
    assert (saved.record.version, saved.record.amount) == (2, Decimal("157.00"))
    assert OfferLine.plain.get(pk=bearing.pk).version == 2
    assert valve.pk not in {one.pk for one in by_product(record).values()}
    taken_back = undo(seller, saved.change)
    assert kept(record) == [("阀门", 2), ("轴承", 3)]
    assert (amount(record.pk), Offer.plain.get(pk=record.pk).title) == (Decimal("346.50"), "阀门报价")
    undo(seller, taken_back.change)
    assert kept(record) == [("密封圈", 10), ("轴承", 4)]


def test_what_is_left_out_stays_and_the_same_again_changes_nothing(offer: Any, seller: Any) -> None:
    record = offer.record
    write.update(seller, offers, record.pk, {"title": "新标题"})
    assert kept(record) == [("阀门", 2), ("轴承", 3)]
    rows = [{"id": one.pk, "product": one.product} for one in by_product(record).values()]
    assert write.update(seller, offers, record.pk, {"lines": rows}).record.version == 2
    assert write.update(seller, offers, record.pk, {"lines": rows[::-1]}).record.version == 3
    assert [product for product, _quantity in kept(record)] == ["轴承", "阀门"]


def test_every_wrong_cell_is_named_and_nothing_is_stored(seller: Any, customer: int) -> None:
    given = [row("阀门", 2), row("", "viele"), row("轴承", 0), {"product": "x", "quantity": 1, "nix": 3}]
    with pytest.raises(Invalid) as error:
        write.create(seller, offers, {"title": "", "customer": customer, "lines": given})
    assert set(error.value.fields) == {
        "title",
        "lines.1.product",
        "lines.1.quantity",
        "lines.2.quantity",
        "lines.3.nix",
    }
    assert not Offer.plain.exists()
    for senseless in ({"product": "x"}, "x", [1], [{"id": "x"}], [{"id": 10**12}], [row("x", 1)] * 501):
        with pytest.raises(Invalid):
            write.create(seller, offers, {"title": "t", "customer": customer, "lines": senseless})


def test_a_stale_line_is_a_conflict_that_says_what_it_is_now(offer: Any, seller: Any) -> None:
    record, valve = offer.record, by_product(offer.record)["阀门"]
    bearing = by_product(record)["轴承"]
    write.update(seller, offers, record.pk, {"lines": [{"id": valve.pk, "quantity": 9}, {"id": bearing.pk}]})
    mine = [{"id": valve.pk, "version": 1, "quantity": 5}, {"id": bearing.pk, "version": 1}]
    with pytest.raises(Conflict) as error:
        write.update(seller, offers, record.pk, {"lines": mine})
    assert error.value.theirs == {"lines": {0: {"version": 2, "quantity": 9}}}
    assert kept(record) == [("阀门", 9), ("轴承", 3)]


def test_lines_that_came_in_meanwhile_stay_where_the_form_did_not_know_them(offer: Any, seller: Any) -> None:
    record, known = offer.record, by_product(offer.record)
    rows = [{"id": one.pk} for one in known.values()]
    write.update(seller, offers, record.pk, {"lines": [*rows, row("垫片", 1)]})
    mine = Given([{"id": known["轴承"].pk, "quantity": 8}], frozenset(one.pk for one in known.values()))
    write.update(seller, offers, record.pk, {"lines": mine})
    assert kept(record) == [("轴承", 8), ("垫片", 1)]


def test_a_document_goes_back_whole_or_not_at_all(offer: Any, seller: Any) -> None:
    record, known = offer.record, by_product(offer.record)
    first = [{"id": known["阀门"].pk, "quantity": 7}, {"id": known["轴承"].pk, "quantity": 7}]
    saved = write.update(seller, offers, record.pk, {"title": "新标题", "lines": first})
    write.update(
        seller, offers, record.pk, {"lines": [{"id": known["阀门"].pk, "quantity": 8}, {"id": known["轴承"].pk}]}
    )
    with pytest.raises(Conflict):
        undo(seller, saved.change)
    assert (kept(record), Offer.plain.get(pk=record.pk).title) == ([("阀门", 8), ("轴承", 7)], "新标题")
    with pytest.raises(Conflict):
        undo(seller, offer.change)
    assert kept(record) == [("阀门", 8), ("轴承", 7)]


def test_the_history_tells_of_a_document_and_its_lines_together(offer: Any, seller: Any) -> None:
    record, known = offer.record, by_product(offer.record)
    write.update(seller, offers, record.pk, {"lines": [{"id": known["阀门"].pk, "quantity": 7}]})
    newest, oldest = history(seller, offers, record.pk)
    assert (newest.verb, newest.differences) == ("edit", ())
    assert {(one.title, one.verb) for one in newest.lines} == {("阀门", "edit"), ("轴承", "delete")}
    [quantity] = next(one for one in newest.lines if one.verb == "edit").differences
    assert (quantity.info.name, quantity.before, quantity.after) == ("quantity", 2.0, 7.0)
    assert (oldest.verb, {one.verb for one in oldest.lines}) == ("create", {"create"})
    assert len(history(seller, offers, record.pk, limit=1)) == 1
    assert [one.verb for one in history(seller, offers, record.pk, before=newest.entry)] == ["create"]


def test_lines_are_read_with_their_document_and_written_with_it_alone(
    offer: Any, seller: Any, person: Any, company: Any
) -> None:
    line, admin = by_product(offer.record)["阀门"], person("admin", company["team"], admin=True)
    other = person("other", company["south"], RIGHTS)
    assert (count(select(seller, lines)).value, count(select(other, lines)).value) == (2, 0)
    for actor in (seller, admin):
        for deed in (
            lambda who: write.create(who, lines, {"product": "x", "quantity": 1, "offer": offer.record.pk}),
            lambda who: write.update(who, lines, line.pk, {"quantity": 1}),
            lambda who: edit_many(who, lines, [line.pk], {"quantity": 1}),
            lambda who: removal.delete(who, lines, [line.pk]),
        ):
            with pytest.raises(NotAllowed):
                deed(actor)
    assert kept(offer.record) == [("阀门", 2), ("轴承", 3)]


def test_lines_follow_their_document_to_others_and_into_the_bin(
    offer: Any, seller: Any, person: Any, company: Any
) -> None:
    admin, record = person("admin", company["company"], admin=True), offer.record
    heir = person("heir", company["south"], RIGHTS)
    ownership.assign(admin, offers, [record.pk], heir.user_id)
    assert {one.owner_id for one in by_product(record).values()} == {heir.user_id}
    removal.delete(heir, offers, [record.pk])
    assert kept(record) == []
    removal.restore(heir, offers, [record.pk])
    assert kept(record) == [("阀门", 2), ("轴承", 3)]


def test_formulas_of_lines_come_before_those_of_the_document(offer: Any, seller: Any) -> None:
    record = offer.record
    write.update(seller, offers, record.pk, {"discount": 10})
    assert amount(record.pk) == Decimal("311.85")
    lines_now = [{"id": one.pk, "price": 100} for one in by_product(record).values()]
    assert write.update(seller, offers, record.pk, {"lines": lines_now}).record.amount == Decimal("450.00")


def test_programs_send_and_get_nested_lists(offer: Any, seller: Any, customer: int) -> None:
    caller = Caller(seller)
    contact = write.create(seller, contacts, {"name": "李工", "customer": customer}).record.pk
    rows = [row("阀门", "2", source="展会", contact=contact, way="rail", wanted_on="2026-03-01"), row("轴承", 3)]
    answer = caller.post("/offers", {"title": "接口", "customer": customer, "lines": rows})
    assert answer.status_code == 201
    made = answer.json()
    assert [str(one["amount"]) for one in made["lines"]] == ["240.00", "106.50"]
    assert (made["lines"][0]["source"]["name"], made["lines"][0]["contact"]["name"]) == ("展会", "李工")
    read = caller.get(f"/offers/{made['id']}").json()
    assert read["lines"] == made["lines"]
    assert "lines" not in caller.get("/offers").json()["items"][0]
    # What was read may come back as it is.
    sent = [{key: value for key, value in one.items() if key != "change"} for one in read["lines"][::-1]]
    again = caller.patch(f"/offers/{made['id']}", {"lines": sent, "version": made["version"]}).json()
    assert [one["product"] for one in again["lines"]] == ["轴承", "阀门"]
    stale = caller.patch(f"/offers/{made['id']}", {"lines": [{**sent[0], "quantity": 9}]})
    assert stale.status_code == 409
    wrong = caller.patch(f"/offers/{made['id']}", {"lines": [{"product": "x", "quantity": "y"}]})
    assert (wrong.status_code, list(wrong.json()["fields"])) == (422, ["lines.0.quantity"])
    told = caller.get(f"/offers/{made['id']}/history").json()
    assert {one["verb"] for one in told[-1]["lines"]} == {"create"}
    assert caller.post("/offer-lines", row("x", 1, offer=made["id"])).status_code == 403
    assert caller.get(f"/offer-lines/{made['lines'][0]['id']}").status_code == 200
    assert OfferLine.plain.get(pk=made["lines"][0]["id"]).wanted_on == datetime.date(2026, 3, 1)
