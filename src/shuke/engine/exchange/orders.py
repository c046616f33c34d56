"""Orders imports and exports: keeps the uploaded file where only its owner reaches it, and starts the job."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.commands.prepare import require
from shuke.engine.exchange.columns import export_columns
from shuke.engine.exchange.exporting import KINDS
from shuke.engine.exchange.importing import Plan, start_checks
from shuke.engine.exchange.jobs import DRY_RUN, EXPORT, IMPORT
from shuke.engine.exchange.mapping import guess
from shuke.engine.exchange.sheets import KNOWN, MAX_BYTES, Sheet, open_sheet
from shuke.engine.jobs.models import Job
from shuke.engine.jobs.runner import start
from shuke.engine.query.compile import compile_criteria
from shuke.kernel.criteria import parse
from shuke.kernel.errors import Invalid, NotFound
from shuke.resource.spec import Resource

_TOKEN = re.compile(r"[0-9a-f]{32}\.[a-z]{3,4}")


def keep(actor: Actor, name: str, chunks: Iterable[bytes]) -> str:
    """Store an uploaded spreadsheet; returns the token by which its owner finds it again. Raises ``Invalid``."""
    suffix = Path(name).suffix.lower()
    token = f"{secrets.token_hex(16)}{suffix}"
    if suffix not in KNOWN:
        raise Invalid(_("“%(name)s” is no spreadsheet; use .xlsx or .csv.") % {"name": name})
    path = _folder(actor) / token
    size = 0
    with path.open("wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > MAX_BYTES:
                path.unlink()
                raise Invalid(_("“%(name)s” is larger than 200 MB; split it.") % {"name": name})
            file.write(chunk)
    open_sheet(path, name)
    return token


def sheet_of(actor: Actor, token: str, name: str) -> Sheet:
    """The kept file of a token. Raises ``NotFound`` for other people's and unknown ones."""
    path = _folder(actor) / token
    if not _TOKEN.fullmatch(token) or not path.is_file():
        raise NotFound(_("The uploaded file is gone; please choose it again."))
    return open_sheet(path, name)


def _folder(actor: Actor) -> Path:
    folder: Path = settings.SHUKE_DATA / "files" / "uploads" / str(actor.user_id)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def order_import(
    actor: Actor,
    resource: Resource,
    *,
    token: str,
    name: str,
    header_line: int,
    fields: Sequence[str | None],
    duplicates: str,
    dry: bool,
) -> Job:
    """Start an import or its dry run. Raises ``NotAllowed`` or ``Invalid`` before anything is started."""
    sheet = sheet_of(actor, token, name)
    start_checks(Plan(actor, resource, sheet, header_line, tuple(fields), duplicates))
    title = _("Check of %(file)s") if dry else _("Import of %(file)s")
    arguments: dict[str, Any] = {
        "resource": resource.name,
        "path": str(sheet.path),
        "name": name,
        "header_line": header_line,
        "fields": list(fields),
        "duplicates": duplicates,
        "titles": list(guess(actor, resource, sheet).titles),
    }
    return start(actor, DRY_RUN if dry else IMPORT, title % {"file": name}, arguments)


def order_export(
    actor: Actor, resource: Resource, *, kind: str, columns: Sequence[str] | None, criteria: Any, q: str
) -> Job:
    """Start an export of everything selected. ``criteria`` is the JSON of the list's filter."""
    require(actor, resource, "export")
    if kind not in KINDS:
        raise Invalid(fields={"kind": _("Export as xlsx or csv.")})
    export_columns(actor, resource, columns)
    compile_criteria(parse(criteria), actor, resource)
    arguments = {
        "resource": resource.name,
        "kind": kind,
        "columns": list(columns) if columns is not None else None,
        "filter": criteria,
        "q": q,
    }
    return start(actor, EXPORT, _("Export of %(objects)s") % {"objects": resource.label_plural}, arguments)
