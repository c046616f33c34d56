"""The contact trail of a customer: what was said, by whom, what comes next, and the papers – for all who see him."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from shuke.apps.activities.models import ContactRecord, ScheduleEntry
from shuke.apps.activities.resources.contact_record import contact_records
from shuke.apps.activities.resources.schedule import schedule
from shuke.apps.sales.models import Customer
from shuke.apps.sales.resources.contact import contacts
from shuke.apps.sales.resources.customer import customers
from shuke.engine.access.actor import Actor
from shuke.engine.bulk.acting import Work, act
from shuke.engine.commands import write
from shuke.engine.commands.write import complete
from shuke.engine.options.catalogue import options_of
from shuke.engine.organisation.models import User
from shuke.engine.record.index_text import index
from shuke.resource.registry import resource_of
from tests.activities.conftest import SELLER, level, page_of
from tests.conformance.api import Caller

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Any) -> None:
    """Files lie in a folder of the test."""
    settings.SHUKE_DATA = tmp_path


def way(name: str) -> int:
    return next(option.pk for option in options_of("contact-way") if option.name == name)


def record(actor: Actor, customer: Any, **values: Any) -> Any:
    return write.create(actor, contact_records, {"customer": customer.pk, "summary": "电话沟通", **values}).record


@pytest.fixture
def desk(person: Callable[..., Actor], company: dict[str, Any]) -> Actor:
    """Somebody of another department who sees every customer and changes none."""
    names = ("customers", "contacts", "contact-records")
    return person("desk", company["south"], {name: {"view": "all"} for name in names})


@pytest.mark.feature("CON-10", "CUS-35")
def test_every_department_reads_the_trail_with_its_files(seller: Actor, desk: Actor, customer: Any) -> None:
    """So the same material is not sent twice: the colleague sees that it was sent, when, to whom and what."""
    contact = write.create(seller, contacts, {"customer": customer.pk, "name": "陈志远"}).record
    following = timezone.now().replace(microsecond=0) + 5 * DAY
    made = record(
        seller, customer, contact=contact.pk, kind=way("邮件"), summary="寄出样本", content="寄了 2026 版样本和报价单",
        next_contact_at=following.isoformat(), next_plan="问样本收到没有",
    )  # fmt: skip
    upload = SimpleUploadedFile("样本.txt", "产品样本".encode(), content_type="text/plain")
    assert Caller(seller).upload(f"/contact-records/{made.pk}/files", upload).status_code == 201
    page = page_of(desk, f"/customers/{customer.pk}")
    for text in ("寄出样本", "邮件", "陈志远", "寄了 2026 版样本和报价单", "问样本收到没有", "样本.txt", "李雷"):
        assert text in page, text
    only = page_of(desk, f"/customers/{customer.pk}?kind=contact-records")
    assert "寄了 2026 版样本和报价单" in only
    assert "新增了联系人" not in only
    assert "寄了 2026 版样本和报价单" not in page_of(desk, f"/customers/{customer.pk}?kind=contacts")
    [told] = Caller(desk).get(f"/customers/{customer.pk}/timeline", kind="contact-records").json()["items"]
    assert told["told"]["content"] == "寄了 2026 版样本和报价单"
    assert told["told"]["kind"]["name"] == "邮件"


@pytest.mark.feature("CON-14")
@pytest.mark.parametrize("name", ["电话", "传真", "网络", "邮件", "拜访"])
def test_contacts_by_every_channel_land_in_one_history(seller: Actor, customer: Any, name: str) -> None:
    record(seller, customer, kind=way(name), summary=f"用{name}联系")
    page = page_of(seller, f"/customers/{customer.pk}?kind=contact-records")
    assert f"用{name}联系" in page
    assert name in page
    assert [
        item["summary"]
        for item in Caller(seller).get("/contact-records", filter={"kind": {"eq": way(name)}}).json()["items"]
    ] == [f"用{name}联系"]


@pytest.mark.feature("CON-14")
def test_the_trail_is_narrowed_to_one_way_of_contact(seller: Actor, customer: Any) -> None:
    assert f"option={way('拜访')}" not in page_of(seller, f"/customers/{customer.pk}?kind=contact-records")
    for name in ("电话", "拜访", "电话"):
        record(seller, customer, kind=way(name), summary=f"用{name}联系")
    everything = page_of(seller, f"/customers/{customer.pk}?kind=contact-records")
    assert f"kind=contact-records&amp;option={way('拜访')}" in everything
    visits = page_of(seller, f"/customers/{customer.pk}?kind=contact-records&option={way('拜访')}")
    assert "用拜访联系" in visits
    assert "用电话联系" not in visits
    caller, path = Caller(seller), f"/customers/{customer.pk}/timeline"
    first = caller.get(path, kind="contact-records", option=way("电话"), limit=1).json()
    second = caller.get(path, kind="contact-records", option=way("电话"), cursor=first["next"]).json()
    ids = [item["record"]["id"] for item in (*first["items"], *second["items"])]
    assert len(ids) == len(set(ids)) == 2
    assert second["next"] is None
    calls = way("电话")
    for wrong in (
        {"kind": "contacts", "option": calls},
        {"option": calls},
        {"kind": "contact-records", "option": 1 << 40},
    ):
        assert caller.get(path, **wrong).status_code == 422, wrong


def test_ways_of_contact_do_not_tell_what_is_hidden(
    person: Callable[..., Actor], company: dict[str, Any], seller: Actor, customer: Any
) -> None:
    grants = {name: {"view": "all"} for name in ("customers", "contact-records")}
    blind = person("blind", company["south"], grants, rules={"contact-records": {"kind": "hidden"}})
    record(seller, customer, kind=way("拜访"))
    assert f"option={way('拜访')}" not in page_of(blind, f"/customers/{customer.pk}?kind=contact-records")
    path = f"/customers/{customer.pk}/timeline"
    assert Caller(blind).get(path, kind="contact-records", option=way("拜访")).status_code == 422


def test_the_trail_keeps_to_the_rules_of_fields(
    seller: Actor, person: Callable[..., Actor], company: dict[str, Any], customer: Any
) -> None:
    grants = {name: {"view": "all"} for name in ("customers", "contact-records")}
    blind = person("blind", company["south"], grants, rules={"contact-records": {"content": "hidden"}})
    record(seller, customer, summary="谈价格", content="底价八折")
    assert "谈价格" in page_of(blind, f"/customers/{customer.pk}")
    assert "底价八折" not in page_of(blind, f"/customers/{customer.pk}")
    told = Caller(blind).get(f"/customers/{customer.pk}/timeline", kind="contact-records").json()["items"][0]["told"]
    assert "content" not in told


@pytest.mark.feature("CON-13", "CAL-23")
def test_what_was_planned_is_recorded_with_what_came_of_it(seller: Actor, customer: Any) -> None:
    """How often a customer is contacted follows his level; what comes next is planned, and its result kept with it."""
    record(seller, customer, kind=way("拜访"), level=level("重要客户"), next_plan="上门演示")
    entry = ScheduleEntry.plain.get(customer=customer)
    assert (timezone.localtime(entry.starts_at).date() - timezone.localdate()).days == 3
    assert (entry.title, entry.kind) == ("上门演示", ScheduleEntry.Kind.VISIT)
    act(seller, schedule, Work("complete", {"result": "演示成功，要报价"}), [entry.pk])
    entry.refresh_from_db()
    assert (entry.state, entry.result, entry.title) == ("done", "演示成功，要报价", "上门演示")
    assert "演示成功，要报价" in page_of(seller, f"/schedule/{entry.pk}")
    assert "上门演示" in page_of(seller, f"/customers/{customer.pk}?tab=schedule")


@pytest.mark.feature("CAL-10")
@pytest.mark.parametrize("kind", ["todo", "appointment", "meeting", "call", "mail", "fax"])
def test_every_kind_of_event_is_planned_and_found(seller: Actor, kind: str) -> None:
    caller = Caller(seller)
    made = caller.post("/schedule", {"title": f"安排 {kind}", "kind": kind, "starts_at": "2027-03-02T09:00:00+08:00"})
    assert made.status_code == 201
    found = caller.get("/schedule", filter={"kind": {"eq": kind}}).json()["items"]
    assert [one["title"] for one in found] == [f"安排 {kind}"]
    assert f'value="{kind}"' in page_of(seller, "/schedule/new")


def test_a_contact_is_recorded_with_one_click(seller: Actor, desk: Actor, customer: Any) -> None:
    form = f"/contact-records/new?pane=drawer&amp;stay=1&amp;customer={customer.pk}"
    assert form in page_of(seller, f"/customers/{customer.pk}")
    assert form in page_of(seller, f"/customers/{customer.pk}/menu")
    assert form not in page_of(desk, f"/customers/{customer.pk}")
    assert "data-line-menu" in page_of(seller, "/customers")


def test_forms_offer_whom_one_talks_to_and_leave_it_empty_where_one_does(seller: Actor, customer: Any) -> None:
    def offered() -> Any:
        return complete(seller, contact_records, ContactRecord(customer=customer), in_form=True).get("contact")

    assert offered() is None
    first = write.create(seller, contacts, {"customer": customer.pk, "name": "陈志远"}).record
    assert offered() == first.pk
    assert f'name="contact" value="{first.pk}"' in page_of(seller, f"/contact-records/new?customer={customer.pk}")
    assert record(seller, customer).contact is None
    second = write.create(seller, contacts, {"customer": customer.pk, "name": "林晓"}).record
    assert offered() is None
    record(seller, customer, contact=second.pk)
    record(seller, customer, contact=first.pk, happened_at=(timezone.now() - DAY).isoformat())
    assert offered() == second.pk


@pytest.mark.feature("CON-02", "CON-07")
def test_contacts_and_records_are_found_by_several_conditions(seller: Actor, customer: Any) -> None:
    other = write.create(seller, customers, {"name": "蓝海信息"}).record
    for where_, names in ((customer, ("陈志远", "林晓")), (other, ("陈志明",))):
        for name in names:
            contact = write.create(seller, contacts, {"customer": where_.pk, "name": name}).record
            record(seller, where_, contact=contact.pk, summary=f"拜访{name}")
    caller = Caller(seller)

    def found(path: str, field: str, **query: Any) -> list[str]:
        return sorted(one[field] for one in caller.get(path, **query).json()["items"])

    at_huajiang = {"customer.name": {"contains": "华江"}}
    assert found("/contacts", "name", q="志") == ["陈志明", "陈志远"]
    assert found("/contacts", "name", q="czy") == ["陈志远"]
    assert found("/contacts", "name", filter=at_huajiang) == ["林晓", "陈志远"]
    assert found("/contacts", "name", q="chenzhi", filter=at_huajiang) == ["陈志远"]
    assert found("/contact-records", "summary", filter=at_huajiang) == ["拜访林晓", "拜访陈志远"]
    by_contact = {"and": [at_huajiang, {"contact.name": {"contains": "林"}}]}
    assert found("/contact-records", "summary", filter=by_contact) == ["拜访林晓"]
    assert len(found("/contact-records", "summary", filter={"salesperson": {"eq": seller.user_id}})) == 3
    page = page_of(seller, f"/contact-records?customer={customer.pk}")
    assert "拜访林晓" in page
    assert "拜访陈志明" not in page
    assert 'href="/contact-records">' in page


@pytest.mark.feature("CON-02", "CON-07")
@pytest.mark.parametrize(
    ("path", "asked", "shown", "fields"),
    [
        ("/contacts", "q=czm", "陈志明", ("customer", "owner")),
        ("/contacts", "customer={other}", "陈志明", ("customer", "owner")),
        ("/contact-records", "q=czm", "拜访陈志明", ("customer", "contact", "salesperson")),
        ("/contact-records", "contact={contact}", "拜访陈志明", ("customer", "contact", "salesperson")),
    ],
)
def test_the_search_of_contacts_and_records_is_narrowed_and_cleared(
    seller: Actor, customer: Any, path: str, asked: str, shown: str, fields: tuple[str, ...]
) -> None:
    other = write.create(seller, customers, {"name": "蓝海信息"}).record
    made = {}
    for where_, name in ((customer, "林晓"), (other, "陈志明")):
        made[name] = write.create(seller, contacts, {"customer": where_.pk, "name": name}).record.pk
        record(seller, where_, contact=made[name], summary=f"拜访{name}")
    narrowed = page_of(seller, f"{path}?{asked.format(other=other.pk, contact=made['陈志明'])}")
    assert (shown in narrowed, "林晓" in narrowed) == (True, False)
    # One click shows everything again, and the filters offer what the search is narrowed by.
    assert "全部清除" in narrowed
    assert "林晓" in page_of(seller, path)
    offered = page_of(seller, f"{path}/filters")
    for field in fields:
        assert f"{path}/filters/{field}" in offered, field


@pytest.mark.feature("CON-02", "CON-07")
@pytest.mark.parametrize(
    ("path", "typed", "field"),
    [
        ("/contacts", "蓝海", "customer"),
        ("/contact-records", "lhxx", "customer"),
        ("/contact-records", "陈志明", "contact"),
        ("/contact-records", "李雷", "salesperson"),
    ],
)
def test_who_types_a_customer_or_a_person_into_the_search_gets_what_belongs_to_them(
    seller: Actor, customer: Any, path: str, typed: str, field: str
) -> None:
    user = User.plain.get(pk=seller.user_id)
    index(resource_of(User), user)
    user.save()
    other = write.create(seller, customers, {"name": "蓝海信息"}).record
    contact = write.create(seller, contacts, {"customer": other.pk, "name": "陈志明"}).record
    record(seller, other, contact=contact.pk, summary="谈价格")
    asked = re.search(rf'hx-get="({path}/meant\?[^"]+)"', page_of(seller, f"{path}?q={typed}"))
    assert asked is not None
    offers = re.findall(r'href="([^"]+)"', page_of(seller, asked[1].replace("&amp;", "&")))
    [lead] = [offer for offer in offers if f"{field}=" in offer]
    assert "q=" not in lead
    shown = page_of(seller, lead.replace("&amp;", "&"))
    assert ("陈志明" if path == "/contacts" else "谈价格") in shown


def test_a_search_offers_only_whom_one_may_see(
    seller: Actor, person: Callable[..., Actor], company: dict[str, Any], customer: Any
) -> None:
    grants = {"contact-records": {"view": "all"}, "customers": {"view": "own"}}
    other = person("blind", company["south"], grants)
    assert customer.name in page_of(seller, "/contact-records/meant?q=华江")
    assert customer.name not in page_of(other, "/contact-records/meant?q=华江")
    hidden = person("unseeing", company["south"], grants, rules={"contact-records": {"customer": "hidden"}})
    assert "customer=" not in page_of(hidden, "/contact-records/meant?q=华江")


@pytest.mark.feature("CUS-10", "CUS-11")
def test_the_contact_plan_lists_whom_nobody_was_in_touch_with_and_is_exported(
    person: Callable[..., Actor], company: dict[str, Any], customer: Any, wednesday: None
) -> None:
    actor = person("plan", company["team"], {**SELLER, "customers": dict.fromkeys(("view", "create", "export"), "all")})
    days = {"从未联系": None, "今天联系过": 0, "周一联系过": 2, "上周日联系过": 3, "四周前联系过": 29, "很久没联系": 30}
    for name, ago in days.items():
        pk = write.create(actor, customers, {"name": name, "level": level("普通客户")}).record.pk
        Customer.plain.filter(pk=pk).update(last_contact_at=None if ago is None else timezone.now() - ago * DAY)

    def listed(query: str) -> set[str]:
        page = page_of(actor, f"/customers?{query}")
        return {name for name in (*days, customer.name) if name in page.partition("<tbody")[2]}

    # One's own: of the colleague's customer it is his plan that tells.
    assert customer.name in listed("view=all")
    assert listed("view=plan") == {"从未联系", "上周日联系过", "四周前联系过", "很久没联系"}
    assert listed("view=forgotten") == {"从未联系", "很久没联系"}
    assert listed(f"view=plan&level={level('普通客户')}&q=联系过") == {"上周日联系过", "四周前联系过"}
    narrower = page_of(actor, f"/customers?view=plan&level={level('重要客户')}")
    assert "很久没联系" not in narrower
    criteria = {"and": [{"owner": {"eq": {"me": True}}}, {"not": {"last_contact_at": {"within": "this-week"}}}]}
    answer = Caller(actor).get("/customers/export", filter=criteria, fields="name")
    text = b"".join(answer.streaming_content).decode()
    assert "从未联系" in text
    assert "很久没联系" in text
    assert "今天联系过" not in text
