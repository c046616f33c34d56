"""The committed messy spreadsheets are what their generator makes, and hold what they promise."""

import csv
import json
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tools import make_messy

DATA = Path(__file__).resolve().parent.parent / "data"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("messy")
    make_messy.main(folder)
    return folder


def cells(path: Path) -> list[list[object]]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)


def test_the_generator_still_makes_the_committed_files(made: Path) -> None:
    assert (made / "messy_gbk.csv").read_bytes() == (DATA / "messy_gbk.csv").read_bytes()
    assert (made / "messy_expected.json").read_text("utf-8") == (DATA / "messy_expected.json").read_text("utf-8")
    assert cells(made / "messy.xlsx") == cells(DATA / "messy.xlsx")


def test_the_files_stay_small() -> None:
    assert sum(path.stat().st_size for path in DATA.glob("messy*")) < 2 * 1024 * 1024


def test_every_row_has_one_outcome() -> None:
    facts = json.loads((DATA / "messy_expected.json").read_text("utf-8"))
    for name in ("messy.xlsx", "messy_gbk.csv"):
        file = facts[name]
        assert file["valid"] + sum(file["failed"].values()) == file["rows"]
        assert file["created_without_duplicates"] + sum(file["duplicate_of_earlier_row"].values()) == file["valid"]
        lines = [line for found in file["failed_lines"].values() for line in found]
        assert len(lines) == len(set(lines)) == sum(file["failed"].values())


def test_the_workbook_has_its_header_under_a_merged_title() -> None:
    facts = json.loads((DATA / "messy_expected.json").read_text("utf-8"))["messy.xlsx"]
    rows = cells(DATA / "messy.xlsx")
    assert [str(title).strip() for title in rows[facts["header_line"] - 1]] == facts["columns"]
    body = rows[facts["header_line"] :]
    blank = sum(all(str(cell).strip("\u200b \u00a0") == "" for cell in row) for row in body)
    assert len(body) - blank == facts["rows"]
    # A blank last line, if any, is not written.
    assert facts["blank"] - 1 <= blank <= facts["blank"]


def test_the_text_file_is_gbk_without_the_later_columns() -> None:
    facts = json.loads((DATA / "messy_expected.json").read_text("utf-8"))["messy_gbk.csv"]
    raw = (DATA / "messy_gbk.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")
    rows = list(csv.reader(raw.decode("gbk").splitlines()))
    assert rows[0] == facts["columns"]
    assert sum(bool(row) for row in rows[1:]) == facts["rows"]
