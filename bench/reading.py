"""The pages that are read: lists, searches, records; and the same lists through the API."""

from __future__ import annotations

from urllib.parse import quote

import psycopg

from bench import floor
from bench.client import Answer, Client, WrongAnswer
from bench.measure import Ask, Case

# Trade names that a few customers in a hundred thousand bear; words that every tenth bears; signs that nobody bears.
RARE = ("华江", "锐航", "铭鼎", "晟岳", "润泽", "宏基", "凯鹏", "信邦", "鸿宇", "嘉禾")
COMMON = ("科技", "有限", "电子", "深圳", "贸易")
ABSENT = ("龘龘", "靐靐", "齉齉")
INITIALS = ("hjdz", "szsr", "gzhj", "rhkj", "mdjx")
FULL = ("huajiang", "ruihang", "mingding", "hongji", "kaipeng")
DIGITS = ("1381", "8888", "6021", "1590")
LIST, RECORD = 8, 15


def page(path: str) -> Ask:
    """Asks for a path in which `{}` stands for the choice."""

    def ask(client: Client, choice: object) -> Answer:
        return client.get(path.format(quote(str(choice))))

    return ask


def cases(connection: psycopg.Connection, size: int) -> list[Case]:
    """What an administrator reads."""
    once = (0,)
    deep = (min(1000, size // 50 - 1),)
    ids = records(connection)
    return [
        Case("list, first page", 50, once, page("/customers"), floor.first_page, LIST),
        Case("list, first page, update only", 50, once, _part("/customers"), floor.first_page, LIST),
        Case(f"list, page {deep[0]}", 50, deep, page("/customers?page={}"), floor.deep_page, LIST),
        Case("list, next pages by cursor", 50, once, _following(), floor.first_page, LIST),
        Case("list by name", 50, once, page("/customers?sort=name"), floor.by_name, LIST),
        Case("list by next contact", 50, once, page("/customers?sort=-next_contact_at"), None, LIST),
        Case("list grouped by level", 50, once, page("/customers?group=level"), None, LIST),
        Case("list grouped by owner", 50, once, page("/customers?group=owner"), None, LIST),
        Case("list grouped by month", 50, once, page("/customers?group=created_at:month"), None, LIST),
        Case("list, one tag", 50, _tags(connection), page("/customers?tags={}"), None, LIST),
        Case("board by level", 80, once, page("/customers?shape=board&group=level"), None, LIST),
        Case("calendar by month", 60, once, page("/customers?shape=calendar:next_contact_at:month"), None, LIST),
        Case("totals of a list", 1500, once, page("/customers/totals?totals=credit_limit:sum")),
        Case("list, two characters, rare", 60, RARE, page("/customers?q={}"), floor.search, LIST),
        Case("list, two characters, common", 60, COMMON, page("/customers?q={}"), floor.search, LIST),
        Case("list, two characters, absent", 60, ABSENT, page("/customers?q={}"), floor.search, LIST),
        Case("list, pinyin initials", 60, INITIALS, page("/customers?q={}"), floor.search, LIST),
        Case("list, full pinyin", 60, FULL, page("/customers?q={}"), floor.search, LIST),
        Case("list, four digits", 60, DIGITS, page("/customers?q={}"), floor.search, LIST),
        Case("search everywhere, rare", 80, RARE, page("/search/palette?q={}"), floor.everywhere),
        Case("search everywhere, common", 80, COMMON, page("/search/palette?q={}"), floor.everywhere),
        Case("search everywhere, initials", 80, INITIALS, page("/search/palette?q={}"), floor.everywhere),
        Case("record page", 60, ids, page("/customers/{}"), floor.record, RECORD),
        Case("new-customer form", 50, once, page("/customers/new")),
    ]


def scoped_cases(connection: psycopg.Connection, user: int) -> list[Case]:
    """What somebody reads who sees only a part: his own customers, or those of his department and below."""
    once = (user,)
    return [
        Case("list, first page", 50, once, page("/customers"), floor.own, LIST),
        Case("list, all that one sees", 50, once, page("/customers?view=all"), None, LIST),
        Case("list, one level", 50, _levels(connection), page("/customers?view=all&level={}"), None, LIST),
        Case("list, two characters, rare", 60, RARE, page("/customers?view=all&q={}"), floor.search, LIST),
        Case("list, two characters, common", 60, COMMON, page("/customers?view=all&q={}"), floor.search, LIST),
    ]


def api_cases(connection: psycopg.Connection) -> list[Case]:
    """The same through the API."""
    once = (0,)
    return [
        Case("API list, first page", 50, once, page("/api/v1/customers?limit=50"), floor.first_page, LIST),
        Case("API list by name", 50, once, page("/api/v1/customers?limit=50&sort=name"), floor.by_name, LIST),
        Case("API list, two characters", 60, RARE, page("/api/v1/customers?limit=50&q={}"), floor.search, LIST),
        Case("API record", 50, records(connection), page("/api/v1/customers/{}"), floor.record, RECORD),
    ]


def records(connection: psycopg.Connection) -> list[int]:
    """Forty-six customers from all over the table."""
    last = floor.value(connection, "SELECT max(id) FROM sales_customer") or 1
    rows = connection.execute(
        "SELECT id FROM sales_customer WHERE id = ANY(%s)", [[last * n // 46 for n in range(1, 47)]]
    )
    return [row[0] for row in rows.fetchall()]


def _tags(connection: psycopg.Connection) -> list[int]:
    """The tags that customers bear."""
    rows = connection.execute(
        "SELECT DISTINCT unnest(tags) FROM (SELECT tags FROM sales_customer LIMIT 2000) AS sample"
    )
    return [row[0] for row in rows.fetchall()] or [0]


def _levels(connection: psycopg.Connection) -> list[int]:
    """The levels that customers have."""
    rows = connection.execute("SELECT DISTINCT level_id FROM sales_customer WHERE level_id IS NOT NULL")
    return [row[0] for row in rows.fetchall()] or [0]


def _part(path: str) -> Ask:
    def ask(client: Client, _choice: object) -> Answer:
        return client.get(path, htmx="list")

    return ask


def _following() -> Ask:
    """Walks on from page to page, as often as it is asked."""
    state = {"address": "/customers"}

    def ask(client: Client, _choice: object) -> Answer:
        answer = client.get(state["address"])
        state["address"] = next_page(answer)
        return answer

    return ask


def next_page(answer: Answer) -> str:
    """The address behind "next page". Raises WrongAnswer where there is none."""
    marker = "data-key-next"
    text = answer.text
    at = text.find(marker)
    tag = text[text.rfind("<", 0, at) : text.find(">", at)] if at >= 0 else ""
    href = tag.partition('href="')[2].partition('"')[0].replace("&amp;", "&")
    if not href:
        raise WrongAnswer("the list has no next page")
    return href
