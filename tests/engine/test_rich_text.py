"""Text with formatting: nothing in it runs, and wherever there is no room for formatting it is plain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shuke.apps.people.resources.custom_field import custom_fields
from shuke.apps.sales.models import Customer
from shuke.apps.sales.resources.customer import customers
from shuke.engine.audit.history import history
from shuke.engine.commands import write
from shuke.engine.commands.undo import undo
from shuke.engine.customfields.attach import sync
from shuke.engine.exchange.columns import column_of
from shuke.engine.exchange.orders import order_import
from shuke.engine.exchange.uploads import keep, sheet_of
from shuke.engine.jobs.runner import run
from shuke.engine.options.catalogue import forget
from shuke.engine.present.cells import Presenter
from shuke.engine.query.paging import count, select
from shuke.engine.record.rich import clean, formed, plain
from shuke.resource.describe import fields_of
from shuke.web.record.timeline import events
from tests.conformance.api import Caller
from tests.documents.models import Offer
from tests.documents.resources import offers

TERMS = "<p>三十天内<b>付款</b></p><ul><li>含运费</li><li>含税 &amp; 保险</li></ul>"
PLAIN = "三十天内付款\n含运费\n含税 & 保险"


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        "<b onclick=alert(1)>a</b>",
        '<a href="javascript:alert(1)">a</a>',
        '<a href="java&#10;script:alert(1)">a</a>',
        '<a href="data:text/html,<script>1</script>">a</a>',
        "<a href='//x' target=_self>a</a>",
        "<a href='/sign-out'>a</a>",
        '<p style="background:url(//x)">a</p>',
        "<iframe srcdoc='<script>1</script>'></iframe>",
        "<style>*{}</style>",
        "<math><mtext><table><mglyph><style><img src=x onerror=1>",
        "<form action=//x><input></form>",
        "<base href=//x>",
        '<p class="sk-note" id="main" hidden>a</p>',
        "<!--><img src=x onerror=1>-->",
        '<noscript><p title="</noscript><img src=x onerror=1>">',
        "<scr<script>ipt>1</script>",
    ],
)
def test_nothing_in_it_runs_loads_or_disguises_anything(evil: str) -> None:
    once = formed(evil)
    assert clean(once) == once
    rest = once.replace(' rel="noopener noreferrer"', "")
    for tag in ("<p>", "</p>", "<b>", "</b>", "<a>", "</a>"):
        rest = rest.replace(tag, "")
    assert "<" not in rest


@pytest.mark.parametrize("text", ["一行", "两\n行", "空\n\n行", "a < b & c > d", "“引号” \"x\" 'y'"])
def test_plain_text_becomes_paragraphs_and_comes_back_the_same(text: str) -> None:
    assert plain(formed(text)) == text


@pytest.fixture
def admin(person: Any, company: Any) -> Any:
    forget()
    return person("admin", company["group"], admin=True)


@pytest.fixture
def offer(admin: Any) -> Any:
    customer = write.create(admin, customers, {"name": "华江"}).record.pk
    return write.create(admin, offers, {"title": "阀门", "customer": customer, "terms": TERMS + "<script>1</script>"})


@pytest.mark.django_db
def test_lists_spreadsheets_search_and_history_have_its_text(admin: Any, offer: Any) -> None:
    assert offer.record.terms == TERMS
    assert Presenter(admin, offers, ["terms"]).row(offer.record)[0].text == PLAIN
    assert column_of(fields_of(offers)["terms"]).typed([TERMS, ""]) == [PLAIN, None]
    assert count(select(admin, offers, q="内付款")).value == 1
    assert count(select(admin, offers, q="ul")).value == 0
    saved = write.update(admin, offers, offer.record.pk, {"terms": "<p>现款<i>现货</i></p><p>\u200b</p>"})
    row = next(
        row for row in events(admin, offers, history(admin, offers, offer.record.pk))[0].rows if row.label == "条款"
    )
    assert (row.before, row.after) == (PLAIN, "现款现货")
    undo(admin, saved.change)
    assert Offer.plain.get().terms == TERMS
    assert Caller(admin).get(f"/offers/{offer.record.pk}").json()["terms"] == TERMS
    write.update(admin, offers, offer.record.pk, {"terms": "<p><br></p> <p> </p>"})
    assert Offer.plain.get().terms == ""


@pytest.mark.django_db
def test_an_import_of_the_same_text_keeps_the_formatting(admin: Any, settings: Any, tmp_path: Path) -> None:
    settings.SHUKE_DATA = tmp_path
    field = {"object": "customers", "label": "条款", "key": "terms", "kind": "rich_text"}
    write.create(admin, custom_fields, field)
    sync()
    pk = write.create(admin, customers, {"name": "华江", "c_terms": TERMS}).record.pk

    def bring(terms: str) -> str:
        sheet = sheet_of(admin, keep(admin, "o.csv", [f'名称,条款\n华江,"{terms}"'.encode()]), "o.csv")
        names = ["name", "c_terms"]
        job = order_import(admin, customers, sheet, header_line=1, fields=names, duplicates="update", dry=False)
        run(job.pk)
        return str(Customer.plain.get(pk=pk).c_terms)  # type: ignore[attr-defined]

    assert bring(PLAIN) == TERMS
    assert bring("预付\n三成") == "<p>预付</p><p>三成</p>"
