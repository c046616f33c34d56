"""A company small enough to know by heart: two salespeople, their manager, twelve customers with contacts."""

from __future__ import annotations

from dataclasses import dataclass

from shuke.apps.people.resources.unit import units
from shuke.apps.people.resources.user import users
from shuke.apps.sales.resources.contact import contacts
from shuke.apps.sales.resources.customer import customers
from shuke.engine.access.actor import Actor
from shuke.engine.commands.write import create
from shuke.engine.options.catalogue import forget, options_of
from shuke.engine.organisation.actors import actor_for, find_user
from shuke.engine.organisation.models import Membership, Pool, Role, Unit, User
from shuke.engine.record.index_text import index

PASSWORD = "Xiangjiao-7-shui"

_EVERYTHING = ("view", "create", "edit", "delete", "assign", "import", "export")
SELLER = {name: dict.fromkeys(_EVERYTHING, "own") for name in ("customers", "contacts")} | {"users": {"view": "all"}}
MANAGER = {name: dict.fromkeys(_EVERYTHING, "below") for name in ("customers", "contacts")} | {"users": {"view": "all"}}

NAMES = (
    "华江科技有限公司", "上海菱通机电设备有限公司", "恒远食品股份有限公司", "蓝海信息技术有限公司",
    "金泰贸易有限公司", "绿洲新材料有限公司", "盛世汽车销售服务有限公司", "永昌实业股份有限公司",
    "重庆长江轴承有限公司", "单县万达建材商行", "广州市正丰建筑工程厂", "西安银行设备服务中心",
)  # fmt: skip


@dataclass(frozen=True)
class Company:
    """The people by login, and the customers' ids by name."""

    people: dict[str, Actor]
    customers: dict[str, int]


def found_company() -> Company:
    """Make the company in an empty database."""
    forget()
    group = Unit.plain.create(name="熟客商贸", kind="company")
    south = Unit(name="华南一部", parent=group)
    index(units, south)
    south.save()
    Pool.plain.create(name="公共客户池")
    people = {
        "admin": _person("admin", "周启明", group, {}, admin=True),
        "chen": _person("chen", "陈明", south, MANAGER),
        "zhang": _person("zhang", "张伟", south, SELLER),
        "li": _person("li", "李娜", south, SELLER),
    }
    level = options_of("customer-level")
    ids = {}
    for number, name in enumerate(NAMES):
        values = {"name": name, "phone": f"1381234{6000 + number}", "level": level[number % 3].pk, "region": 440300}
        ids[name] = create(people["zhang"], customers, values).record.pk
    for number, name in enumerate(("陈志远", "林晓", "王芳")):
        values = {"name": name, "customer": ids[NAMES[0]], "mobile": f"1390000887{number}", "title": "采购经理"}
        create(people["zhang"], contacts, values)
    return Company(people, ids)


def _person(login: str, name: str, unit: Unit, grants: dict[str, dict[str, str]], *, admin: bool = False) -> Actor:
    user = User(login=login, name=name, unit=unit, is_administrator=admin, email=f"{login}@example.com")
    user.set_password(PASSWORD)
    index(users, user)
    user.save()
    Membership.objects.create(user=user, role=Role.plain.create(name=f"角色 {login}", grants=grants))
    if admin:
        Membership.objects.create(user=user, role=Role.plain.get(builtin="administrator"))
    found = find_user(user.pk)
    assert found is not None
    return actor_for(found, "web")
