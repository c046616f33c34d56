"""``shuke doctor``: ask every question, print every answer, say what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from shuke.cli import findings, product
from shuke.cli.findings import Finding, Question
from shuke.kernel.errors import ShukeError

_SIGNS = {"ok": "✓", "warning": "!", "bad": "✗"}


def examine(echo: Callable[[str], Any]) -> int:
    """Print one line for each finding. Returns 1 when something is bad, else 0."""
    found = list(_all())
    for finding in found:
        echo(f"{_SIGNS[finding.state]} {finding.subject}: {finding.said}")
        if finding.remedy:
            echo(f"    → {finding.remedy}")
    bad = sum(finding.state == "bad" for finding in found)
    echo(f"{bad} to mend" if bad else "All is well.")
    return 1 if bad else 0


def _all() -> Iterable[Finding]:
    try:
        with product.database():
            yield from _ask((*findings.INSTALLATION, *findings.FITNESS))
            version = list(_ask([findings.migrations]))
            yield from version
            if all(finding.state == "ok" for finding in version):
                yield from _ask(findings.RUNNING)
    except ShukeError as error:
        # Without a data folder or a database there is nothing to ask the rest about.
        yield Finding("Installation", "bad", str(error))


def _ask(questions: Iterable[Question]) -> Iterable[Finding]:
    from django.db import DatabaseError

    for question in questions:
        try:
            yield question()
        except DatabaseError as error:
            yield Finding(
                question.__name__.replace("_", " ").capitalize(), "bad", str(error).strip(), "Run `shuke migrate`."
            )
