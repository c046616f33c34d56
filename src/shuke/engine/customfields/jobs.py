"""The worker's task for custom fields: their indexes, made while people go on working."""

from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django import app

from shuke.engine.customfields.attach import sync
from shuke.engine.customfields.computing import computed_fields, recompute
from shuke.engine.query.indexes import install
from shuke.resource.registry import all_resources, resource_for

INDEX = "shuke.index-custom-fields"
COMPUTE = "shuke.compute-formulas"
DAY = "shuke.formulas-of-the-day"
_BATCH = 1_000


@app.periodic(cron="*/10 * * * *")
@app.task(name=INDEX, queueing_lock=INDEX)
def index_custom_fields(timestamp: int = 0) -> None:
    """Create the indexes that new filters and orders need, drop those that nothing needs any more."""
    sync()
    install()


@app.task(name=COMPUTE)
def compute_formulas(resource: str) -> None:
    """Work out the formulas of every record of an object, batch by batch."""
    sync()
    found = resource_for(resource)
    rows = found.model._default_manager.order_by("pk").values_list("pk", flat=True)
    last = 0
    while ids := list(rows.filter(pk__gt=last)[:_BATCH]):
        with transaction.atomic():
            recompute(found, ids)
        last = ids[-1]


@app.periodic(cron="5 0 * * *")
@app.task(name=DAY, queueing_lock=DAY)
def compute_what_depends_on_the_day(timestamp: int) -> None:
    """A new day has begun: formulas with TODAY() come to something else."""
    sync()
    for resource in all_resources():
        if any(one.formula.of_today for one in computed_fields(resource)):
            app.configure_task(COMPUTE).defer(resource=resource.name)


def order_formulas(resource: str) -> None:
    """Have an object's formulas worked out for the records that are there."""
    transaction.on_commit(lambda: app.configure_task(COMPUTE).defer(resource=resource))


def order() -> None:
    """Have the indexes made once the running transaction is committed."""
    transaction.on_commit(lambda: app.configure_task(INDEX, queueing_lock=INDEX).defer())
