"""Making one option of several: every record that holds one of them holds the kept one from then on (SYS-01).

What was merged is retired and remembers what it became, so that filters, rules and spreadsheets that still name it mean
the kept one. Taking the change back brings all of it back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from psycopg import sql

from shuke.engine.access.actor import Actor, require_administrator
from shuke.engine.audit.context import change
from shuke.engine.bulk.acting import AT_ONCE
from shuke.engine.commands import write
from shuke.engine.commands.many import update_many
from shuke.engine.jobs.runner import Cancelled, Run, handles, start
from shuke.engine.options.catalogue import MERGED_INTO, forget, is_offered
from shuke.engine.options.models import Option
from shuke.kernel.errors import Invalid
from shuke.resource.describe import FieldInfo, Kind, fields_of
from shuke.resource.registry import all_resources, resource_of
from shuke.resource.spec import Resource

RUN = "merge-options"
_BATCH = 500


def takers(key: str) -> list[tuple[Resource, FieldInfo]]:
    """Every field that takes its options from a dictionary, with its object."""
    return [
        (resource, info)
        for resource in all_resources()
        for info in fields_of(resource).values()
        if info.spec.dictionary == key
    ]


def counts(resource: Resource, info: FieldInfo) -> dict[int, int]:
    """How many living records bear each tag of a field. It reads the whole table: not for a page, for a part of one."""
    statement = sql.SQL(
        "SELECT tag, count(*) FROM {table}, unnest({column}) tag WHERE deleted_at IS NULL GROUP BY tag"
    ).format(table=sql.Identifier(resource.model._meta.db_table), column=sql.Identifier(info.column))
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return dict(cursor.fetchall())


def merge(actor: Actor, options: Sequence[Option], into: int) -> int:
    """Let the option ``into`` stand for these of its dictionary, on every record there is. Returns the change's id.

    Above 200 records a job goes on with the same change. Raises ``NotAllowed`` for who is no administrator, ``Invalid``
    for an option that cannot stand for them.
    """
    require_administrator(actor)
    kept = Option.plain.select_related("dictionary").filter(pk=into).first()
    if kept is None or not is_offered(kept) or any(one.dictionary_id != kept.dictionary_id for one in options):
        raise Invalid(fields={"into": _("Choose another option of the same dictionary that is still offered.")})
    if any(one.pk == into for one in options):
        raise Invalid(fields={"into": _("An option cannot be merged into itself.")})
    taken = [one.pk for one in options]
    with change(actor, "merge", "options") as opened:
        for one in options:
            _retire(actor, one, into)
        fields = takers(kept.dictionary.key)
        if sum(1 for _one in islice(_bearers(fields, taken), AT_ONCE + 1)) <= AT_ONCE:
            for resource, info in fields:
                _move(actor, resource, info, list(_bearers([(resource, info)], taken)), taken, into)
        else:
            title = _("Merge into “%(option)s”") % {"option": kept.name}
            start(actor, RUN, title, {"options": taken, "into": into, "change": opened.id})
    return opened.id


@handles(RUN)
def run_merge(run: Run) -> dict[str, Any]:
    """Go on with a merge batch by batch; a killed job goes on with whatever still holds a merged option."""
    taken, into = list(run.arguments["options"]), int(run.arguments["into"])
    fields = takers(Option.plain.select_related("dictionary").get(pk=into).dictionary.key)
    run.job.change_id = int(run.arguments["change"])
    total = run.job.total or sum(1 for _one in _bearers(fields, taken))
    done = run.job.done
    for resource, info in fields:
        while True:
            with change(run.actor, "merge", "options", goes_on=run.job.change_id):
                if not _still_meant(taken, into):
                    raise Cancelled
                ids = list(islice(_bearers([(resource, info)], taken), _BATCH))
                if not ids:
                    break
                _move(run.actor, resource, info, ids, taken, into)
                done += len(ids)
                run.advance(done, {"counts": {"updated": done}}, total=total)
    return {"counts": {"updated": done}}


def _retire(actor: Actor, option: Option, into: int) -> None:
    option.retired = True
    option.data = {**option.data, MERGED_INTO: into}
    write.apply(actor, resource_of(Option), option, {"retired", "data"})
    # What was merged into this one before is the kept one from now on, too.
    for earlier in Option.plain.filter(dictionary_id=option.dictionary_id, data__contains={MERGED_INTO: option.pk}):
        earlier.data = {**earlier.data, MERGED_INTO: into}
        write.apply(actor, resource_of(Option), earlier, {"retired", "data"})
    for below in Option.plain.filter(parent_id=option.pk):
        below.parent_id = into
        write.apply(actor, resource_of(Option), below, {"parent"})
    forget()
    transaction.on_commit(forget)


def _still_meant(taken: Sequence[int], into: int) -> bool:
    """Was the merge not taken back while its job was under way?"""
    return Option.plain.filter(pk__in=taken, data__contains={MERGED_INTO: into}).count() == len(taken)


def _bearers(fields: Sequence[tuple[Resource, FieldInfo]], options: Sequence[int]) -> Iterator[int]:
    """The ids of what holds one of the options: the living, which the index knows, before those in the recycle bin."""
    for resource, info in fields:
        holds = {f"{info.column}__overlap" if info.kind is Kind.TAGS else f"{info.column}__in": list(options)}
        for deleted in (False, True):
            rows = resource.model._default_manager.filter(**holds, deleted_at__isnull=not deleted)
            yield from rows.order_by().values_list("pk", flat=True).iterator(chunk_size=_BATCH)


def _move(
    actor: Actor, resource: Resource, info: FieldInfo, ids: Sequence[int], taken: Sequence[int], into: int
) -> None:
    """Let these records hold the kept option in the place of the merged ones."""
    rows = resource.model._default_manager.filter(pk__in=ids).select_for_update(no_key=True)
    changes = []
    for record in rows.order_by("pk"):
        value = getattr(record, info.column)
        setattr(record, info.column, sorted({*value, into} - set(taken)) if info.kind is Kind.TAGS else into)
        changes.append((record, {info.name}))
    update_many(actor, resource, changes)
