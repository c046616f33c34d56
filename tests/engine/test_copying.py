"""COPY brings rows in as INSERT would."""

from __future__ import annotations

import datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import IntegrityError, connection, models, transaction
from django.utils.safestring import SafeString

from shuke.apps.sales.models import Customer
from shuke.engine.audit.models import Entry
from shuke.engine.record.copying import copy, insert

pytestmark = pytest.mark.django_db


class Odd(models.Model):
    """What a text may hold, and how COPY has to take it."""

    text = models.TextField()
    items = ArrayField(models.TextField())
    data = models.JSONField()

    class Meta:
        app_label = "test_of_copy"
        managed = False
        db_table = "odd"

    def __str__(self) -> str:
        return self.text


def test_copy_brings_every_character_across() -> None:
    odd = 'tab\t, line\n, "quote", back\\slash, {brace}, 龘, NULL, \\N'
    rows = [
        SimpleNamespace(id=1, text=odd, items=[odd, "", "NULL"], data={odd: [odd]}),
        SimpleNamespace(id=2, text="", items=[], data={}),
    ]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE odd (id bigint, text text, items text[], data jsonb)")
    copy(connection.connection, Odd, rows)
    assert [(row.text, row.items, row.data) for row in Odd.objects.order_by("id")] == [
        (row.text, row.items, row.data) for row in rows
    ]


def test_records_get_their_ids_defaults_and_history() -> None:
    records = [
        Customer(name=SafeString("华江\\n\t科技"), credit_limit=Decimal("12.50")),
        Customer(name="锐航", next_contact_at=datetime.datetime(2026, 3, 1, 8, tzinfo=datetime.UTC)),
    ]
    insert(Customer, records)
    ids = [record.pk for record in records]
    stored = list(Customer.objects.unscoped("as stored").filter(pk__in=ids).order_by("pk"))
    assert [record.pk for record in stored] == ids
    assert [record.name for record in stored] == ["华江\\n\t科技", "锐航"]
    assert stored[0].credit_limit == Decimal("12.50")
    assert stored[1].next_contact_at == records[1].next_contact_at
    assert stored[1].created_at is not None
    assert Entry.objects.filter(relation="sales_customer", op="I", object_id__in=ids).count() == 2


def test_a_broken_constraint_is_djangos_error_and_keeps_nothing() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(Customer, [Customer(name="一", number="X-1"), Customer(name="二", number="X-1")])
    assert not Customer.objects.unscoped("nothing").filter(number="X-1").exists()


def test_nothing_is_no_work() -> None:
    insert(Customer, [])
