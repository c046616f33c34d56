"""Writes tests/data/messy.xlsx, messy_gbk.csv and messy_expected.json: customer lists as companies really keep them.

Every wrong row is wrong for exactly one reason, so the expected counts are exact. The same seed gives the same cells.
Run: python tools/make_messy.py [folder]
"""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter

from shuke.cli.demo import names
from shuke.cli.demo.vocabulary import places
from shuke.kernel.text import compact

TARGET = Path(__file__).resolve().parent.parent / "tests" / "data"
SEED = 20260321
XLSX_ROWS = 20_000
CSV_ROWS = 5_000
MOST_NAME = 120  # characters that a customer's name may have

NAME, LEVEL, SOURCE, PHONE, MAIL = "客户名称", "客户等级", "客户来源", "电话", "电子邮件"
ADDRESS, OWNER, NEXT, NOTE = "地址", "所属人", "下次联系时间", "备注"
COLUMNS = (NAME, LEVEL, SOURCE, PHONE, MAIL, ADDRESS, OWNER, NEXT, NOTE, "QQ号")  # the last one nobody knows
CSV_COLUMNS = (NAME, PHONE, LEVEL, ADDRESS, NOTE)  # the others are missing
LEVELS = ("重要客户", "普通客户", "一般客户", "潜在客户")
SOURCES = ("广告", "展会", "老客户介绍", "网站", "电话开发", "上门拜访")
OWNERS = ("张伟", "李娜", "王强")
FIRST_DAY = date(2026, 4, 1)
FORMULAS = ("=1+1", "@SUM(A1:A9)", "-2+3", "+cmd|' /C calc'!A0", '=HYPERLINK("http://127.0.0.1","点我")')
GAPS = ("", "", "", "", "", "", "", " ", " ", "  ", "\u00a0", "\u3000", "\t", "\u200b")
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")

Cells = dict[str, Any]


@dataclass
class Messy:
    """The rows of one file and what has to come of them."""

    random: Random
    columns: tuple[str, ...]
    rows: list[Cells] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def fresh_mobile(self) -> str:
        """A number that did not occur in the file before."""
        while (number := names.mobile(self.random)) in self.taken:
            pass
        self.taken.add(number)
        return number


def good(messy: Messy) -> Cells:
    """A row without a mistake, before it is made to look messy."""
    random = messy.random
    place = places().draw(random)
    name = names.customer(random, place)
    while compact(name.text) in messy.taken:
        name = names.customer(random, place)
    messy.taken.add(compact(name.text))
    return {
        NAME: name.text,
        LEVEL: random.choice(LEVELS),
        SOURCE: random.choice(SOURCES),
        PHONE: messy.fresh_mobile(),
        MAIL: names.email(random, "", name.brand) if random.random() < 0.4 else "",
        ADDRESS: names.address(random, place) if random.random() < 0.4 else "",
        OWNER: random.choice(OWNERS),
        NEXT: spelled_date(random, FIRST_DAY + timedelta(days=random.randrange(200))) if random.random() < 0.5 else "",
        NOTE: random.choice(FORMULAS) if random.random() < 0.02 else "",
        "QQ号": str(random.randrange(10**8, 10**9)) if random.random() < 0.1 else "",
    }


def spelled_date(random: Random, day: date) -> str:
    """A date in one of the five spellings that occur."""
    spelling = random.choice(("%Y-%m-%d", "%Y/%-m/%-d", "%Y年%-m月%-d日", "%Y%m%d", "%Y.%m.%d"))
    return day.strftime(spelling)


def spelled_phone(random: Random, number: str) -> str:
    """A mobile number as people type it."""
    style = random.randrange(8)
    grouped = f"{number[:3]} {number[3:7]} {number[7:]}"
    return {
        0: number.translate(WIDE),
        1: grouped,
        2: grouped.replace(" ", "-"),
        3: f"+86 {number}",
        4: f"{number}\u00a0",
    }.get(style, number)


def dirty(random: Random, cells: Cells) -> Cells:
    """The same row as somebody keeps it: blanks around texts, numbers in many spellings."""
    worn = {column: random.choice(GAPS) + text + random.choice(GAPS) if text else "" for column, text in cells.items()}
    return worn | {PHONE: spelled_phone(random, cells[PHONE]), NOTE: cells[NOTE]}


# Reason -> how many of a thousand rows, the column, and what stands in it.
MISTAKES: dict[str, tuple[int, str, Callable[[Random], str]]] = {
    "name_missing": (5, NAME, lambda random: random.choice(("", "   ", "\u00a0"))),
    "name_too_long": (3, NAME, lambda random: names.brand(random) * MOST_NAME + "有限公司"),
    "phone_invalid": (10, PHONE, lambda random: random.choice(("没有电话", "12", "打不通", "？？？"))),
    "level_unknown": (10, LEVEL, lambda random: random.choice(("AAA级", "特级VIP", "重要"))),
    "source_unknown": (7, SOURCE, lambda random: random.choice(("不知道", "老板介绍来的吧", "?"))),
    "owner_unknown": (10, OWNER, lambda random: random.choice(("查无此人", "离职员工甲", "Nobody"))),
    "date_invalid": (5, NEXT, lambda random: random.choice(("明年春天", "2026-13-45", "2026年2月30日", "待定"))),
}
# Kind of repetition -> how many of a thousand rows.
REPEATS = {"same_name_and_phone": 20, "same_name_other_phone": 15}


def add_row(messy: Messy) -> None:
    """One more row: a repetition, a mistake, or a good one."""
    random = messy.random
    lot = random.randrange(1000)
    for kind, share in REPEATS.items():
        if lot < share and messy.rows:
            return repeat(messy, kind)
        lot -= share
    for reason, (share, column, make) in MISTAKES.items():
        if 0 <= lot < share and column in messy.columns:
            return keep(messy, dirty(random, good(messy)) | {column: make(random)}, reason)
        lot -= share
    return keep(messy, dirty(random, good(messy)), "good")


def keep(messy: Messy, cells: Cells, outcome: str) -> None:
    """Add a row with its outcome."""
    messy.rows.append(cells)
    messy.outcomes.append(outcome)


def repeat(messy: Messy, kind: str) -> None:
    """Repeat an earlier good row, perhaps with another phone number."""
    goods = [number for number, outcome in enumerate(messy.outcomes[-3000:]) if outcome == "good"]
    number = messy.random.choice(goods) + max(0, len(messy.rows) - 3000)
    cells = dict(messy.rows[number])
    if kind == "same_name_other_phone":
        cells[PHONE] = messy.fresh_mobile()
    keep(messy, cells, kind)


def make(rows: int, columns: tuple[str, ...], seed: int) -> Messy:
    """A file's rows."""
    messy = Messy(Random(seed), columns)
    for _ in range(rows):
        add_row(messy)
    return messy


def with_blanks(messy: Messy, first: int) -> Iterator[tuple[int, Cells]]:
    """The rows with their line numbers from `first`, blank lines strewn between them (some with blanks in a cell)."""
    random = Random(messy.random.random())
    line = first
    for cells in messy.rows:
        while random.random() < 0.008:
            yield line, {NAME: random.choice(("", " ", "\u00a0"))}
            line += 1
        yield line, cells
        line += 1


def expected(messy: Messy, lines: list[tuple[int, Cells]]) -> dict[str, Any]:
    """What an import has to report about a file."""
    outcomes = iter(messy.outcomes)
    failed: dict[str, list[int]] = defaultdict(list)
    repeated: Counter[str] = Counter()
    blank = 0
    for line, cells in lines:
        if len(cells) == 1:
            blank += 1
            continue
        outcome = next(outcomes)
        if outcome in MISTAKES:
            failed[outcome].append(line)
        elif outcome in REPEATS:
            repeated[outcome] += 1
    wrong = sum(len(found) for found in failed.values())
    return {
        "rows": len(messy.rows),
        "blank": blank,
        "valid": len(messy.rows) - wrong,
        "failed": {reason: len(found) for reason, found in sorted(failed.items())},
        "failed_lines": dict(sorted(failed.items())),
        "duplicate_of_earlier_row": dict(sorted(repeated.items())),
        "created_without_duplicates": len(messy.rows) - wrong - sum(repeated.values()),
        "formula_like_notes": sum(1 for cells in messy.rows if cells[NOTE] in FORMULAS),
    }


def write_xlsx(path: Path, lines: list[tuple[int, Cells]]) -> None:
    """The workbook: a merged title, who made it, the header in line 3, then the rows; numbers and dates mixed in."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_numbers": False})
    book.set_properties({"created": datetime(2026, 3, 1), "author": "销售部"})  # noqa: DTZ001 - XlsxWriter wants naive times
    sheet = book.add_worksheet("客户")
    date_format = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.merge_range(0, 0, 0, len(COLUMNS) - 1, "2026 年客户资料汇总表（销售部）")
    sheet.write_string(1, 0, "制表人：小李　更新：2026-03-01")
    for column, title in enumerate(COLUMNS):
        sheet.write_string(2, column, f" {title}" if column % 3 == 1 else title)
    for line, cells in lines:
        for column, title in enumerate(COLUMNS):
            text = cells.get(title, "")
            if title == PHONE and text.isdecimal() and text.isascii() and len(text) == 11 and line % 2:
                sheet.write_number(line - 1, column, int(text))
            elif title == NEXT and len(text) == 10 and text[4:5] == "-" and text[5:7] <= "12" and line % 2:
                day = datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007 - XlsxWriter wants naive times
                sheet.write_datetime(line - 1, column, day, date_format)
            elif text:
                sheet.write_string(line - 1, column, text)
    book.close()


def write_csv(path: Path, lines: list[tuple[int, Cells]]) -> None:
    """The text file in GBK with Windows line ends; what GBK cannot say is left out, as Excel would."""
    with path.open("w", encoding="gbk", errors="ignore", newline="") as file:
        table = csv.writer(file, lineterminator="\r\n")
        table.writerow(CSV_COLUMNS)
        for _line, cells in lines:
            table.writerow([cells.get(title, "") for title in CSV_COLUMNS] if len(cells) > 1 else [])


def main(folder: Path) -> None:
    """Write the three files."""
    sheet = make(XLSX_ROWS, COLUMNS, SEED)
    text = make(CSV_ROWS, CSV_COLUMNS, SEED + 1)
    sheet_lines, text_lines = list(with_blanks(sheet, 4)), list(with_blanks(text, 2))
    write_xlsx(folder / "messy.xlsx", sheet_lines)
    write_csv(folder / "messy_gbk.csv", text_lines)
    facts = {
        "levels": LEVELS,
        "sources": SOURCES,
        "owners": OWNERS,
        "most_name": MOST_NAME,
        "messy.xlsx": {"header_line": 3, "columns": COLUMNS} | expected(sheet, sheet_lines),
        "messy_gbk.csv": {"header_line": 1, "columns": CSV_COLUMNS} | expected(text, text_lines),
    }
    (folder / "messy_expected.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
