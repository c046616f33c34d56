"""What of the catalogue's menu tree (WRK-05) and customer overview (CUS-24) the objects of today make possible.

The features stay open: sales tasks, opportunities, quotations, orders, receipts, products, service and reports are
still to come, and with them their entries of the menu and their tabs on a customer's page.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from shuke.engine.commands.write import create
from shuke.engine.comments.writing import say
from shuke.resource.registry import resource_for
from tests.browser.company import NAMES, Company

ClientOf = Callable[..., Client]
# Entry of the old menu → where it is, by the page from which a link leads there.
MENU = {
    "/": {
        "修改密码": "/me",
        "日程管理": "/schedule",
        "客户池": "/pools",
        "联系人": "/contacts",
        "联系记录": "/contact-records",
        "客户管理策略": "/level-policies",
        "定义业务字典": "/dictionaries",
        "编码规则": "/numbering",
        "组织架构": "/organisation",
        "权限管理": "/roles",
        "个人权限": "/users",
        "省份管理、城市管理": "/regions",
        "日志管理": "/logs",
    },
    "/customers": {
        "客户池里的客户": "/customers?view=pool",
        "联系客户计划": "/customers?view=plan",
        "导入客户": "/customers/import",
    },
    "/contacts": {"导入联系人": "/contacts/import"},
}
OF_ADMINISTRATORS = {"/level-policies", "/dictionaries", "/numbering", "/organisation", "/roles", "/regions", "/logs"}


@pytest.mark.parametrize("start", MENU)
def test_every_entry_of_the_menu_is_linked_and_opens(company: Company, client_of: ClientOf, start: str) -> None:
    admin = client_of("admin")
    linked = set(re.findall(r'href="([^"]+)"', admin.get(start).content.decode()))
    assert set(MENU[start].values()) <= linked
    for words, address in MENU[start].items():
        assert admin.get(address, follow=True).status_code == 200, words


def test_a_salesperson_has_no_entry_of_the_administrators(company: Company, client_of: ClientOf) -> None:
    linked = set(re.findall(r'href="([^"]+)"', client_of("zhang").get("/").content.decode()))
    assert not OF_ADMINISTRATORS & linked


def test_a_customers_page_has_what_is_known_of_it_in_one_place(company: Company, client_of: ClientOf) -> None:
    admin, client, pk = company.people["admin"], client_of("admin"), company.customers[NAMES[0]]
    soon = "2099-12-01T09:00:00+08:00"
    made = {
        "contact-records": {"summary": "答应周五报价", "content": "对方要十台"},
        "schedule": {"title": "周五去报价", "starts_at": soon},
        "tasks": {"title": "准备样品", "due_at": soon},
        "memos": {"title": "老板姓陈"},
    }
    for name, values in made.items():
        create(admin, resource_for(name), {**values, "customer": pk})
    say(admin, resource_for("customers"), pk, "价格要再谈")
    page = client.get(f"/customers/{pk}").content.decode()
    for known in (NAMES[0], "13812346000", "深圳市"):
        assert known in page
    for name, values in {**made, "contacts": {"name": "陈志远"}}.items():
        tab = client.get(f"/customers/{pk}?tab={name}").content.decode()
        assert str(next(iter(values.values()))) in tab, name
        # … and more of it is added from there.
        assert f"/{name}/new?pane=drawer&amp;stay=1&amp;customer={pk}" in page, name
    told = client.get(f"/customers/{pk}?tab=timeline").content.decode()
    for what in ("答应周五报价", "对方要十台", "价格要再谈", "陈志远"):
        assert what in told, what
