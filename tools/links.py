"""Do the links of our own pages lead anywhere? ``python tools/links.py`` checks files and headings, not the web."""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parents[1]
_LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)")
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def problems() -> list[str]:
    """One line for each link that leads nowhere."""
    pages = [*ROOT.glob("*.md"), *ROOT.glob("README.*"), *(ROOT / "docs").rglob("*.md")]
    return [problem for page in sorted(set(pages)) for problem in _problems_of(page)]


def _problems_of(page: Path) -> list[str]:
    found = []
    for link in _LINK.findall(_CODE.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = unquote(link).partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists():
            found.append(f"{page.relative_to(ROOT)}: {link} does not exist")
        elif anchor and target.suffix == ".md" and anchor not in _anchors(target):
            found.append(f"{page.relative_to(ROOT)}: {link} has no such heading")
    return found


@cache
def _anchors(page: Path) -> frozenset[str]:
    headings = re.findall(r"^#+ +(.+?) *#*$", _CODE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return frozenset(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings)


if __name__ == "__main__":
    lines = problems()
    sys.exit("\n".join(lines) if lines else 0)
