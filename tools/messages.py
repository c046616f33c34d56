"""The Chinese translations: ``python tools/messages.py compile|check|missing``.

``compile`` writes the .mo file the product reads (no gettext tools needed); ``check`` fails when a text that the source
marks for translation has no Chinese, or a fuzzy one, and when there is Chinese of a text that is gone; ``missing``
prints the texts without Chinese ready to be filled in.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src/shuke"
CATALOGUE = PACKAGE / "locale/zh_Hans/LC_MESSAGES/django.po"
KEYWORDS = {
    "_": None, "N_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3), "npgettext_lazy": ((1, "c"), 2, 3),
}  # fmt: skip


def compile_catalogue() -> None:
    """Write the .mo beside the .po when it is older."""
    target = CATALOGUE.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime >= CATALOGUE.stat().st_mtime:
        return
    with target.open("wb") as file:
        write_mo(file, _read())


def problems() -> list[str]:
    """One line for each text with no Chinese, a fuzzy one, or other placeholders, and for each that nobody says."""
    catalogue = _read()
    found = []
    said = set()
    for place, message, context in _marked():
        said.add((message if isinstance(message, str) else message[0], context or None))
        entry = catalogue.get(message, context)
        text = message if isinstance(message, str) else message[0]
        if entry is None or not _translated(entry.string):
            found.append(f"{place}: not translated: {text!r}")
        elif entry.fuzzy:
            found.append(f"{place}: fuzzy: {text!r}")
        elif _placeholders(text) != _placeholders(entry.string if isinstance(entry.string, str) else entry.string[0]):
            found.append(f"{place}: placeholders differ: {text!r}")
    for entry in catalogue:
        text = entry.id if isinstance(entry.id, str) else entry.id[0]
        if text and (text, entry.context or None) not in said:
            found.append(f"{CATALOGUE.name}: nobody says this any more: {text!r}")
    return sorted(set(found))


def missing() -> str:
    """The texts that need a translation, as entries to append to the catalogue."""
    catalogue = _read()
    wanted = Catalog()
    for place, message, context in _marked():
        entry = catalogue.get(message, context)
        if entry is None or not _translated(entry.string):
            path, line = place.rsplit(":", 1)
            wanted.add(message, context=context, locations=[(path, int(line))])
    out = io.BytesIO()
    write_po(out, wanted, omit_header=True, width=120)
    return out.getvalue().decode()


def _marked() -> Iterator[tuple[str, str | tuple[str, ...], str | None]]:
    for path in sorted([*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.html"), *PACKAGE.rglob("*.txt")]):
        source = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            source = _as_python(source, path)
        elif lost := _lost(source):
            raise SystemExit(
                f"{path.relative_to(ROOT)}:{lost}: a text is marked inside an f-string, where none is found"
            )
        for line, message, _comments, context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
            if message:
                yield f"{path.relative_to(ROOT)}:{line}", message, context


def _lost(source: str) -> int | None:
    """The line of the first f-string with a marked text in it: extraction does not look there."""
    return next(
        (
            call.lineno
            for text in ast.walk(ast.parse(source)) if isinstance(text, ast.JoinedStr)
            for call in ast.walk(text)
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in KEYWORDS
        ),
        None,
    )  # fmt: skip


def _as_python(source: str, path: Path) -> str:
    """Django's own view of a template: its translatable texts as calls of gettext, line for line."""
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure()
    return templatize(source, origin=str(path))


def _read() -> Catalog:
    if not CATALOGUE.exists():
        return Catalog(locale="zh_Hans")
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh_Hans", abort_invalid=True)


def _translated(string: str | tuple[str, ...]) -> bool:
    return bool(string) if isinstance(string, str) else bool(string) and bool(string[0])


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}", text))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["compile"]:
            compile_catalogue()
        case ["check"]:
            lines = problems()
            sys.exit("\n".join([*lines, f"{len(lines)} texts are not as they should be."]) if lines else 0)
        case ["missing"]:
            print(missing())
        case _:
            sys.exit(__doc__)
