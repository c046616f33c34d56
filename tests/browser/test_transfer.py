"""Exports as one wants them, templates, and imports that recognise what is there, as people click them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from shuke.apps.sales.models import Customer
from shuke.engine.jobs.models import Job
from shuke.engine.jobs.runner import run
from tests.browser.company import Company

SignIn = Callable[..., Page]


def test_columns_are_chosen_for_an_export(company: Company, sign_in: SignIn, tmp_path: Path) -> None:
    page = sign_in("zhang", "/customers")
    page.locator("#list-export summary").click()
    page.get_by_role("button", name="选择列…").click()
    dialog = page.locator("#sk-dialog")
    expect(dialog.locator("input[name=column]").first).to_be_visible()
    for box in dialog.locator("input[name=column]").all():
        if box.get_attribute("value") not in ("name", "phone"):
            box.uncheck()
    with page.expect_download() as download:
        dialog.get_by_role("button", name="Excel").click()
    path = tmp_path / "out.xlsx"
    download.value.save_as(path)
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert rows[0] == ["客户名称", "电话"]
    assert len(rows) > 1


@pytest.mark.feature("DAT-01", "DAT-02")
def test_a_template_is_made_column_by_column_downloaded_filled_and_imported_by(
    company: Company, sign_in: SignIn, tmp_path: Path
) -> None:
    page = sign_in("zhang", "/customers/import")
    page.get_by_role("link", name="新增模板").click()
    page.get_by_label("模板名称").fill("展会名单")
    columns = page.locator("ol[data-sortable] > li")
    expect(columns).to_have_count(1)
    page.get_by_role("button", name="添加一列").click()
    expect(columns).to_have_count(2)
    columns.last.get_by_label("字段").select_option("phone")
    columns.last.get_by_label("模板标题").fill("总机")
    page.get_by_role("button", name="保存").locator("visible=true").first.click()
    expect(page).to_have_url(re.compile(r"/customers/import\?template=\d+$"))
    expect(page.get_by_role("radio", name=re.compile("展会名单"))).to_be_checked()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载“展会名单”的空白表格").click()
    download.value.save_as(tmp_path / "blank.xlsx")
    titles = CalamineWorkbook.from_path(tmp_path / "blank.xlsx").get_sheet_by_index(0).to_python()[0]
    assert titles == ["客户名称", "总机"]
    file = tmp_path / "filled.csv"
    file.write_text(f"{','.join(titles)}\n新华贸易,0755-88886666\n", encoding="gb18030")
    page.locator("#file").set_input_files(file)
    expect(page.get_by_label("“总机”列对应的字段")).to_have_value("phone")
    page.get_by_role("button", name="检查文件").click()
    page.wait_for_url("**/jobs/*")
    run(Job.objects.latest("pk").pk)
    assert not Customer.plain.filter(name="新华贸易").exists()
    page.reload()
    page.get_by_role("button", name="导入 1 行").click()
    page.wait_for_url("**/jobs/*")
    run(Job.objects.latest("pk").pk)
    expect(page.locator(".sk-counts")).to_contain_text("新增1")
    assert Customer.plain.get(name="新华贸易").phone == "0755-88886666"


def test_blanks_of_known_customers_are_filled_from_a_template(
    company: Company, sign_in: SignIn, tmp_path: Path
) -> None:
    page = sign_in("zhang", "/customers/import")
    with page.expect_download() as download:
        page.get_by_role("link", name="空白模板").click()
    template = tmp_path / "template.xlsx"
    download.value.save_as(template)
    assert CalamineWorkbook.from_path(template).get_sheet_by_index(0).to_python()[0][0] == "客户名称 *"
    known = Customer.objects.unscoped("test").filter(owner__login="zhang").order_by("pk")[0]
    file = tmp_path / "rows.csv"
    file.write_text(f"编号,客户名称,备注\n{known.number},别的名字,新的备注\n", encoding="gb18030")
    page.locator("#file").set_input_files(file)
    page.wait_for_url("**name=rows.csv*")
    page.locator("#key").select_option("number")
    page.get_by_label("只补全已有记录中的空白项").check()
    page.get_by_role("button", name="检查文件").click()
    page.wait_for_url("**/jobs/*")
    run(Job.objects.latest("pk").pk)
    page.reload()
    expect(page.get_by_role("heading", name="将会改动的内容")).to_be_visible()
    expect(page.get_by_role("cell", name="新的备注")).to_be_visible()
    page.get_by_role("button", name="导入 1 行").click()
    page.wait_for_url("**/jobs/*")
    run(Job.objects.latest("pk").pk)
    before = known.name
    known.refresh_from_db()
    assert (known.name, known.note) == (before, "新的备注")
