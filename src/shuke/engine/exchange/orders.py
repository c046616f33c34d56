"""Orders imports and exports: checks what can be checked at once, and starts the job."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.commands.prepare import require
from shuke.engine.exchange.columns import export_columns
from shuke.engine.exchange.exporting import KINDS, Shape
from shuke.engine.exchange.importing import start_checks
from shuke.engine.exchange.jobs import DRY_RUN, EXPORT, IMPORT
from shuke.engine.exchange.mapping import titles_in
from shuke.engine.exchange.plan import Plan
from shuke.engine.exchange.remembered import remember
from shuke.engine.exchange.sheets import Sheet
from shuke.engine.jobs.models import Job
from shuke.engine.jobs.runner import start
from shuke.engine.query.compile import compile_criteria
from shuke.kernel.criteria import parse
from shuke.kernel.errors import Invalid
from shuke.resource.spec import Resource


def order_import(
    actor: Actor,
    resource: Resource,
    sheet: Sheet,
    *,
    header_line: int,
    fields: Sequence[str | None],
    duplicates: str,
    key: str = "",
    dry: bool,
) -> Job:
    """Start an import of an uploaded sheet, or its dry run, and remember how its columns were matched.

    Raises ``NotAllowed`` or ``Invalid`` before anything is started.
    """
    start_checks(Plan(actor, resource, sheet, header_line, tuple(fields), duplicates, key))
    titles = titles_in(sheet, header_line)
    remember(actor, resource, titles, fields, duplicates=duplicates, key=key)
    title = _("Check of %(file)s") if dry else _("Import of %(file)s")
    arguments: dict[str, Any] = {
        "resource": resource.name,
        "path": str(sheet.path),
        "name": sheet.name,
        "header_line": header_line,
        "fields": list(fields),
        "duplicates": duplicates,
        "key": key,
        "titles": titles,
    }
    return start(actor, DRY_RUN if dry else IMPORT, title % {"file": sheet.name}, arguments)


def order_export(
    actor: Actor,
    resource: Resource,
    shape: Shape,
    *,
    criteria: Any,
    q: str,
) -> Job:
    """Start an export of everything selected. ``criteria`` is the JSON of the list's filter."""
    require(actor, resource, "export")
    if shape.kind not in KINDS:
        raise Invalid(fields={"kind": _("Export as xlsx or csv.")})
    export_columns(actor, resource, shape.columns)
    compile_criteria(parse(criteria), actor, resource)
    arguments = {
        "resource": resource.name,
        "kind": shape.kind,
        "columns": list(shape.columns) if shape.columns is not None else None,
        "codes": shape.codes,
        "filter": criteria,
        "q": q,
    }
    return start(actor, EXPORT, _("Export of %(objects)s") % {"objects": resource.label_plural}, arguments)
