"""Spreadsheets as weapons: entities, far corners, names that climb, bombs; and what a spreadsheet program would run."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from shuke.engine.access.actor import Actor
from shuke.engine.exchange.sheets import _BOOK_READER, open_sheet
from shuke.engine.exchange.uploads import keep, sheet_of
from shuke.kernel.errors import Invalid, NotFound

pytestmark = pytest.mark.django_db

_PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
    'Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" '
    'r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>',
}
_SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)


def book(path: Path, cells: str, before: str = "") -> Path:
    """A workbook with these cells in its sheet's XML."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in _PARTS.items():
            package.writestr(name, text)
        package.writestr("xl/worksheets/sheet1.xml", before + _SHEET.format(cells))
    return path


def cell(place: str, text: str) -> str:
    """One cell that holds a text."""
    return f'<row r="{place[1:]}"><c r="{place}" t="inlineStr"><is><t>{text}</t></is></c></row>'


def rows(path: Path) -> list[list[Any]]:
    """What is read of a workbook."""
    return list(open_sheet(path, path.name).rows())


def test_the_workbook_of_these_tests_can_be_read(tmp_path: Path) -> None:
    assert rows(book(tmp_path / "a.xlsx", cell("A1", "客户名称"))) == [["客户名称"]]


def test_entities_are_neither_expanded_nor_fetched(tmp_path: Path) -> None:
    place = tmp_path / "secret.txt"
    place.write_text("geheim")
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    for inside in (f'<!ENTITY x SYSTEM "file://{place}">', f'<!ENTITY l0 "haha">{laughs}<!ENTITY x "&l8;">'):
        path = book(tmp_path / "a.xlsx", cell("A1", "&x;"), f'<?xml version="1.0"?><!DOCTYPE a [{inside}]>')
        try:
            found = rows(path)
        except Invalid:
            continue
        assert "geheim" not in str(found)
        assert len(str(found)) < 1_000


@pytest.mark.parametrize("corner", ["XFD1048576", "ZZ900000"])
def test_a_small_file_with_far_corners_is_refused_and_takes_nothing_along(tmp_path: Path, corner: str) -> None:
    letters = corner.rstrip("0123456789")
    number = corner[len(letters) :]
    far = f'<row r="{number}"><c r="{corner}" t="inlineStr"><is><t>x</t></is></c></row>'
    with pytest.raises(Invalid):
        rows(book(tmp_path / "a.xlsx", cell("A1", "x") + far))


_LIMITS = """
import resource, runpy, sys
from pathlib import Path
reader = runpy.run_path(sys.argv[1])
names = ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_CORE")
told = lambda *_: print(*(resource.getrlimit(getattr(resource, name))[1] for name in names))
reader["main"].__globals__["_write"] = told
reader["main"]("any.xlsx", 1)
print(Path("/proc/self/oom_score_adj").read_text())
"""


def test_the_reader_of_workbooks_has_little_memory_little_time_and_goes_first() -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-c", _LIMITS, str(_BOOK_READER)], capture_output=True, text=True, check=True
    )
    memory, seconds, core, end, adjusted = done.stdout.split()
    assert 0 < int(memory) <= 4 * 1024**3
    assert 0 < int(seconds) <= 120
    assert (int(core), end, int(adjusted)) == (0, '"end"', 1_000)


def test_workbooks_are_read_by_that_program_and_never_in_the_process_of_the_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []
    popen = subprocess.Popen
    monkeypatch.setattr(
        subprocess, "Popen", lambda command, **given: started.append(command) or popen(command, **given)
    )
    for suffix in (".xlsx", ".xlsm"):
        assert rows(book(tmp_path / f"a{suffix}", cell("A1", "x"))) == [["x"]]
    assert [command[2] for command in started] == [str(_BOOK_READER)] * 2


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"PK" * 500, b"\xd0\xcf\x11\xe0" * 200, b"%PDF-1.4\n" * 50])
@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".ods"])
def test_what_is_no_workbook_is_told_so(tmp_path: Path, content: bytes, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(content)
    with pytest.raises(Invalid):
        rows(path)


def test_no_name_of_an_upload_leaves_its_owners_folder(admin: Actor, settings: Any, tmp_path: Path) -> None:
    settings.SHUKE_DATA = tmp_path / "data"
    for name in ("../../../escape.csv", "/etc/escape.csv", "a\x00.csv", "..\\..\\escape.csv", "客户.csv"):
        token = keep(admin, name, [b"a,b\n1,2\n"])
        assert "escape" not in token
        assert sheet_of(admin, token, name)
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.parent for path in written} == {tmp_path / "data" / "files" / "uploads" / str(admin.user_id)}
    for token in ("../1/x.csv", "..", "", "x" * 5_000, f"{'0' * 32}.csv", "/etc/passwd"):
        with pytest.raises(NotFound):
            sheet_of(admin, token, "a.csv")


def test_a_bomb_of_zeros_is_stopped_by_its_size(admin: Actor, settings: Any, tmp_path: Path, monkeypatch: Any) -> None:
    settings.SHUKE_DATA = tmp_path
    monkeypatch.setattr("shuke.engine.exchange.uploads.MAX_BYTES", 1_000)
    with pytest.raises(Invalid):
        keep(admin, "a.xlsx", (b"\0" * 600 for _ in range(3)))
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_deep_or_wide_csv_is_read_within_limits(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(",".join("x" for _ in range(50_000)) + "\n" + "y\n")
    assert [len(row) for row in rows(path)] == [200, 1]
    path.write_text('"' + "x" * 200_000)
    with pytest.raises(Invalid):
        rows(path)
