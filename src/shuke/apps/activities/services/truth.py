"""Keeps what customers carry of their contact records true."""

from __future__ import annotations

from django.db import connection

from shuke.apps.activities.models import ContactRecord
from shuke.apps.sales.models import Customer
from shuke.engine.access.actor import SYSTEM
from shuke.engine.audit.context import OpenChange, change
from shuke.resource.registry import resource_of

_CUSTOMERS, _RECORDS = Customer._meta.db_table, ContactRecord._meta.db_table
# The customers whose records a change wrote, removed, or moved to another customer.
_TOUCHED = f"""
    SELECT r.customer_id FROM audit_entry e JOIN {_RECORDS} r ON r.id = e.object_id
    WHERE e.change_id = %(change)s AND e.relation = '{_RECORDS}' AND e.id > %(after)s
    UNION SELECT (e.before ->> 'customer_id')::bigint FROM audit_entry e
    WHERE e.change_id = %(change)s AND e.relation = '{_RECORDS}' AND e.id > %(after)s AND e.before ? 'customer_id'
"""  # noqa: S608 - tables' own names
_SETTLE = f"""
UPDATE {_CUSTOMERS} c SET last_contact_at = found.latest
FROM (
    SELECT touched.customer_id, (
        SELECT max(r.happened_at) FROM {_RECORDS} r WHERE r.customer_id = touched.customer_id AND r.deleted_at IS NULL
    ) AS latest
    FROM ({{touched}}) AS touched
) AS found WHERE found.customer_id = c.id AND c.last_contact_at IS DISTINCT FROM found.latest
"""  # noqa: S608 - tables' own names
_DERIVED = "SELECT set_config('shuke.derived', %s, true)"


def keep_last_contacts(opened: OpenChange) -> int:
    """At the end of a change: customers whose records it touched tell their last contact; returns how many differed.

    It follows from the records, so it is no history of its own; taking the change back sets it again.
    """
    return _settle(_TOUCHED, {"change": opened.id, "after": opened.after})


def prove_last_contacts() -> int:
    """Every night: all customers; returns how many were wrong."""
    with change(SYSTEM, "settle", resource_of(Customer).name):
        return _settle(f"SELECT DISTINCT customer_id FROM {_RECORDS}", {})  # noqa: S608 - a table's own name


def _settle(touched: str, values: dict[str, int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_DERIVED, ["on"])
        cursor.execute(_SETTLE.format(touched=touched), values)
        count = int(cursor.rowcount)
        cursor.execute(_DERIVED, [""])
        return count
