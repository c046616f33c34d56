"""The guided first run: for administrators only, done by what is there, nothing lost when something is wrong."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from shuke.engine.access.actor import Reach
from shuke.engine.audit.models import Change
from shuke.engine.company import ready_roles
from shuke.engine.organisation.actors import actor_for, merge_grants
from shuke.engine.organisation.models import Company as Row
from shuke.engine.organisation.models import Membership, Role, Unit, User
from shuke.engine.record.models import Personal
from shuke.engine.structure.pasting import make_units, sheet_of_people
from shuke.kernel.errors import Invalid, NotAllowed
from shuke.resource.registry import all_resources, resource_for
from tests.browser.company import Company

ClientOf = Callable[..., Client]


@pytest.fixture
def boss(db: Any) -> Any:
    """The administrator of an empty installation."""
    user = User.plain.create(login="admin", name="周启明", is_administrator=True)
    return actor_for(user, "web")


def test_only_administrators_see_it(company: Company, client_of: ClientOf) -> None:
    zhang = client_of("zhang")
    assert zhang.get("/welcome").status_code == 403
    for name in ("company", "units", "people", "ready-roles", "roles", "roles-done"):
        assert zhang.post(f"/welcome/{name}", {"name": "x", "units": "x", "people": "x"}).status_code == 403
    assert zhang.post("/welcome/dismiss").status_code == 403
    assert "sk-welcome" not in zhang.get("/").content.decode()
    assert "sk-welcome-card" in client_of("admin").get("/").content.decode()
    assert not Row.objects.filter(settled=True).exists()


def test_what_is_there_counts_as_done(company: Company, client_of: ClientOf) -> None:
    admin = client_of("admin")
    steps = {step["name"]: step["done"] for step in admin.get("/welcome").context["steps"]}
    assert steps == {"company": False, "units": True, "people": True, "roles": True, "records": True}
    assert admin.post("/welcome/company", {"name": "甲公司"}).status_code == 302
    assert "全部完成" in admin.get("/welcome").content.decode()
    # All done: the home page says nothing more of it, without anybody having dismissed it.
    assert "sk-welcome-card" not in admin.get("/").content.decode()
    Membership.objects.filter(user__login="li").delete()
    assert "sk-welcome-card" in admin.get("/").content.decode()


def test_dismissed_it_is_gone_and_can_be_had_again(company: Company, client_of: ClientOf) -> None:
    admin = client_of("admin")
    assert admin.post("/welcome/dismiss").status_code == 302
    assert "sk-welcome-card" not in admin.get("/").content.decode()
    assert admin.get("/welcome").status_code == 200
    admin.post(f"/changes/{Change.objects.latest('pk').pk}/undo")
    assert "sk-welcome-card" in admin.get("/").content.decode()


def test_people_may_stay_without_a_role_and_the_step_is_over(company: Company, client_of: ClientOf) -> None:
    admin = client_of("admin")

    def step() -> tuple[bool, str]:
        page = admin.get("/welcome")
        return {one["name"]: one["done"] for one in page.context["steps"]}["roles"], page.content.decode()

    Membership.objects.filter(user__login="li").delete()
    is_done, page = step()
    assert not is_done
    assert "其余人员无需角色" in page
    assert "1 人暂无角色" in admin.post("/welcome/roles-done", follow=True).content.decode()
    is_done, page = step()
    assert is_done
    assert "其余人员无需角色" not in page
    # Whoever comes later asks for one again, and who was put aside can still be given one.
    User.plain.create(login="late", name="后来者")
    assert not step()[0]
    late = User.plain.get(login="late")
    li, role = User.plain.get(login="li"), Role.plain.first()
    admin.post("/welcome/roles", {"role": role.pk, "person": [li.pk, late.pk]})
    assert Membership.objects.filter(user=li, role=role).exists()
    assert step()[0]


@pytest.mark.parametrize(
    ("step", "typed"),
    [
        ("company", {"name": "  "}),
        ("units", {"units": " \n / "}),
        ("people", {"people": "\n\n"}),
        ("people", {"people": "x" * 100_001}),
        ("roles", {"role": "1"}),
        ("roles", {"role": "abc", "person": "1"}),
        ("ready-roles", {"role": "nonsense"}),
        ("nothing", {}),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    company: Company, client_of: ClientOf, step: str, typed: dict[str, str]
) -> None:
    before = Change.objects.count()
    answer = client_of("admin").post(f"/welcome/{step}", typed)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert Change.objects.count() == before


def test_units_come_line_by_line_below_the_company(boss: Any) -> None:
    change, lines = make_units(boss, "销售部\n销售部 / 华南\n\n熟客公司/服务部\n销售部", "熟客公司")
    assert [line.status for line in lines] == ["new", "new", "new", "new", "there"]
    units = {unit.name: unit for unit in Unit.plain.select_related("parent")}
    assert units["熟客公司"].kind == "company"
    assert units["华南"].parent == units["销售部"]
    assert units["服务部"].parent == units["熟客公司"]
    assert change is not None
    _again, lines = make_units(boss, "销售部 / 华东", "别的名字")
    assert [line.status for line in lines] == ["new"]
    assert Unit.plain.filter(parent=None).count() == 1
    with pytest.raises(NotAllowed):
        make_units(actor_for(User.plain.create(login="x", name="x"), "web"), "x", "x")


def rows(text: str) -> list[dict[str, str]]:
    import csv
    import io

    return list(csv.DictReader(io.StringIO(text)))


def pasted_sheet(boss: Any, text: str) -> str:
    return sheet_of_people(boss, text)[0]


def test_people_are_pasted_with_titles_in_any_order_or_without(boss: Any) -> None:
    make_units(boss, "销售部\n销售部 / 华南\n服务部", "熟客公司")
    titled = rows(pasted_sheet(boss, "手机\t姓名\t部门\n13812345678\t张伟\t华南\n\t张伟\t熟客公司 / 服务部"))
    assert [next(iter(one.values())) for one in titled] == [
        "熟客公司 / 销售部 / 华南",
        "熟客公司 / 服务部",
    ]
    assert [one["用户名"] for one in titled] == ["zhangwei", "zhangwei2"]
    assert titled[0]["手机"] == "13812345678"
    # As the step before had them typed, without the company above.
    below = rows(pasted_sheet(boss, "王五\t销售部/华南\n赵六\t销售部＞没有"))
    assert [next(iter(one.values())) for one in below] == ["熟客公司 / 销售部 / 华南", "销售部 / 没有"]
    other = rows(pasted_sheet(boss, "电子邮件\t姓名\t职位\na@example.com\t李娜\t经理"))[0]
    assert {"a@example.com", "李娜", "经理", "lina"} <= set(other.values())
    plain = rows(pasted_sheet(boss, "王芳\t服务部\twang@example.com\t女\t\t\tfang"))
    assert (plain[0]["姓名"], plain[0]["用户名"]) == ("王芳", "fang")
    assert rows(pasted_sheet(boss, "Tom Smith,服务部"))[0]["用户名"] == "tomsmith"
    with pytest.raises(Invalid):
        sheet_of_people(boss, "姓名\t部门")


def test_usual_titles_are_understood_and_what_is_left_out_is_said(company: Company, client_of: ClientOf) -> None:
    admin = client_of("admin")
    titles = "员工姓名\t所属部门\t邮箱\t性别\t手机号码\t岗位\t登录账号\t入职日期\t工号"
    pasted = f"{titles}\n王芳\t华南一部\twang@example.com\t女\t138 1234 5678\t会计\twf\t2026-01-02\t7"
    check = admin.post("/welcome/people", {"people": pasted})["Location"]
    page = admin.get(check).content.decode()
    assert "<h1>粘贴的人员.csv</h1>" in page
    assert "入职日期、工号" in page
    assert page.index("入职日期、工号") < page.index("wang@example.com")
    done = admin.post(check)
    made = User.plain.get(name="王芳")
    assert (made.unit.name, made.email, made.mobile, made.title, made.login) == (
        "华南一部", "wang@example.com", "138 1234 5678", "会计", "wf"
    )  # fmt: skip
    # The browser forgets what was pasted only when all of it is stored.
    assert "sk_saved" in done.cookies
    again = admin.post("/welcome/people", {"people": "赵六\t没有这个部门\tzhao@example.com\t男"})["Location"]
    assert "修改后重新粘贴" in admin.get(again).content.decode()
    assert "sk_saved" not in admin.post(again).cookies


@pytest.mark.feature("ORG-09")
def test_pasted_people_may_be_heads_of_their_units(company: Company, client_of: ClientOf) -> None:
    admin = client_of("admin")
    units = {name: Unit.plain.create(name=name, parent=Unit.plain.get(name="熟客商贸")) for name in ("采购部", "仓库")}
    pasted = (
        "姓名\t部门\t邮箱\t性别\t负责人\n钱一\t采购部\tq@example.com\t女\t是\n孙二\t采购部\ts@example.com\t男\t是\n"
        "周三\t仓库\tz@example.com\t男\t吴四\n吴四\t仓库\tw@example.com\t男\t吴四\n郑五\t仓库\tzh@example.com\t男\t没有此人"
    )
    check = admin.post("/welcome/people", {"people": pasted})["Location"]
    shown = admin.get(check).content.decode()
    assert "这个部门已有负责人“钱一”" in shown
    assert "负责人的姓名" in shown
    admin.post(check)
    assert {name: Unit.plain.get(pk=one.pk).head.name for name, one in units.items()} == {
        "采购部": "钱一",
        "仓库": "吴四",
    }
    assert set(User.plain.filter(unit__in=units.values()).values_list("name", flat=True)) == {"钱一", "周三", "吴四"}
    again = admin.get(f"/organisation/units/{units['仓库'].pk}/export")
    rows = CalamineWorkbook.from_filelike(BytesIO(b"".join(again.streaming_content))).get_sheet_by_index(0).to_python()
    at = rows[0].index("部门负责人")
    assert {row[2]: row[at] for row in rows[2:]} == {"周三": "", "吴四": "是"}


def test_a_pasted_unit_that_is_not_unique_is_not_guessed(boss: Any) -> None:
    make_units(boss, "东区\n东区 / 服务部\n西区\n西区 / 服务部", "熟客公司")
    assert next(iter(rows(pasted_sheet(boss, "王芳\t服务部"))[0].values())) == "服务部"


def test_pasted_people_are_looked_at_before_anything_is_stored(company: Company, client_of: ClientOf) -> None:
    admin = client_of("admin")
    pasted = "王芳\t华南一部\twang@example.com\t女\n坏行\t没有这个部门\tx@example.com\t女"
    check = admin.post("/welcome/people", {"people": pasted})["Location"]
    shown = admin.get(check).content.decode()
    assert "没有这个部门" in shown
    assert not User.plain.filter(name="王芳").exists()
    made = admin.post(check).content.decode()
    assert User.plain.filter(name="王芳", unit__name="华南一部").exists()
    assert not User.plain.filter(name="坏行").exists()
    assert 'href="/welcome"' in made


def test_one_role_is_given_to_people_without_one_as_one_change(company: Company, client_of: ClientOf) -> None:
    admin = client_of("admin")
    admin.post("/welcome/ready-roles", {"role": ["seller", "manager"]})
    seller = Role.plain.get(name="业务员")
    new = [User.plain.create(login=f"n{number}", name=f"新人{number}", unit=Unit.plain.first()) for number in range(3)]
    for number, user in enumerate(new):
        User.plain.filter(pk=user.pk).update(email=f"n{number}@example.com", gender="f")
    li = company.people["li"].user_id
    chosen = {"role": seller.pk, "person": [new[0].pk, new[1].pk, li]}
    assert admin.post("/welcome/roles", chosen).status_code == 302
    assert set(Membership.objects.filter(role=seller).values_list("user_id", flat=True)) == {new[0].pk, new[1].pk}
    admin.post(f"/changes/{Change.objects.latest('pk').pk}/undo")
    assert not Membership.objects.filter(role=seller).exists()
    # Who has a role keeps it.
    assert Membership.objects.filter(user_id=li).exists()


@pytest.mark.parametrize("role", ready_roles.READY, ids=lambda role: role.key)
def test_ready_made_roles_fit_every_object(company: Company, role: ready_roles.ReadyRole) -> None:
    boss = company.people["admin"]
    ready_roles.make(boss, [role.key])
    made = Role.plain.get(name=str(role.name))
    merged = merge_grants([made.grants])
    for resource in all_resources():
        grants = merged.get(resource.name, {})
        if not issubclass(resource.model, Personal):
            assert set(grants) <= {"view"}, resource.name
        elif role.key == "executive" and resource.menu and resource.menu.section != "work":
            assert not {"create", "edit", "delete", "import"} & set(grants), resource.name
        assert grants.get("edit", Reach.NONE) < Reach.ALL
    assert merged["users"] == {"view": Reach.ALL}
    with pytest.raises(Invalid):
        ready_roles.make(boss, [role.key])


def test_a_seller_of_the_ready_made_role_works_with_his_customers_only(company: Company) -> None:
    ready_roles.make(company.people["admin"], ["seller"])
    user = User.plain.get(login="li")
    Membership.objects.filter(user=user).update(role=Role.plain.get(name="业务员"))
    li = actor_for(User.plain.get(pk=user.pk), "web")
    customers = resource_for("customers")
    assert not customers.model.objects.visible_to(li).exists()
    assert li.may("customers", "create")
    assert not li.may("customers", "export")
    assert not li.may("roles", "edit")
