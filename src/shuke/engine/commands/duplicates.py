"""Finding records that look like the same one (CUS-02): equal keys of the resource's ``Match`` rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from psycopg import sql

from shuke.engine.access.actor import Actor
from shuke.engine.record.index_text import duplicate_keys
from shuke.engine.record.words import listed
from shuke.kernel.errors import Duplicate
from shuke.resource.spec import Resource

_SHOWN = 5
_SCANS = ["enable_seqscan", "enable_indexscan"]


def duplicates_of(resource: Resource, record: Any) -> list[Any]:
    """Living records that share a key with ``record``, at most five, whoever owns them; without ``record`` itself."""
    keys = duplicate_keys(resource, record)
    if not keys:
        return []
    rows = resource.model.objects.unscoped("a duplicate is one whoever owns it")  # type: ignore[attr-defined]
    # No order, no limit: with them the planner walks the primary key and reads the whole table to find nothing.
    twins = rows.filter(keys__overlap=keys).values_list("pk", "deleted_at")
    oldest = sorted(pk for pk, deleted_at in twins if deleted_at is None and pk != record.pk)[:_SHOWN]
    return list(rows.filter(pk__in=oldest).order_by("pk").defer("haystack", "grams", "keys"))


def ids_by_key(resource: Resource, keys: Sequence[str]) -> dict[str, int]:
    """For many keys at once: key → id of the oldest living record that has it. One index probe per key."""
    statement = sql.SQL(
        "SELECT key, t.id, t.deleted_at IS NULL FROM unnest(%s::text[]) AS key JOIN {table} t ON t.keys @> ARRAY[key]"
    ).format(table=sql.Identifier(resource.model._meta.db_table))
    found: dict[str, int] = {}
    with transaction.atomic(), connection.cursor() as cursor:
        # A table that has just begun to fill has no statistics yet: the planner would read all of it once per key.
        # Left with the index of the keys alone (no partial index fits without a condition on deleted_at) it cannot.
        cursor.execute("SELECT set_config(name, 'off', true) FROM unnest(%s::text[]) AS name", [_SCANS])
        cursor.execute(statement, [sorted(set(keys))])
        for key, pk, living in cursor.fetchall():
            if living:
                found[key] = min(pk, found.get(key, pk))
        cursor.execute("SELECT set_config(name, 'on', true) FROM unnest(%s::text[]) AS name", [_SCANS])
    return found


def visible_duplicates(actor: Actor, resource: Resource, record: Any) -> tuple[list[Any], int]:
    """The duplicates that the actor may see, and how many more there are that he may not."""
    found = duplicates_of(resource, record)
    if not found:
        return [], 0
    rows = resource.model.objects.visible_to(actor)  # type: ignore[attr-defined]
    visible = set(rows.filter(pk__in=[row.pk for row in found]).values_list("pk", flat=True))
    return [row for row in found if row.pk in visible], len(found) - len(visible)


def refuse_duplicates(actor: Actor, resource: Resource, record: Any) -> None:
    """Raises ``Duplicate`` naming the look-alikes the actor may see; the others are only counted."""
    visible, hidden = visible_duplicates(actor, resource, record)
    if not visible and not hidden:
        return
    names = [str(getattr(row, resource.title)) for row in visible]
    if hidden:
        names.append(_("%(count)d of a colleague") % {"count": hidden})
    raise Duplicate(
        _("This looks like a duplicate of: %(names)s. Save it nevertheless?") % {"names": listed(names)},
        [(row.pk, str(getattr(row, resource.title))) for row in visible],
    )
