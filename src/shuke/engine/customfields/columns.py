"""The column behind a definition: made at once, whatever the size of the table, and never dropped."""

from __future__ import annotations

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _
from psycopg.errors import LockNotAvailable

from shuke.engine.customfields.kinds import model_field
from shuke.engine.customfields.models import CustomField
from shuke.kernel.errors import Invalid
from shuke.resource.registry import resource_for

# Adding a column takes a moment, but it waits for whoever works with the table, and the others wait behind it.
_PATIENCE = "3s"


def _empty(kind: str) -> str:
    """The empty value of a type of columns, as SQL."""
    if kind == "boolean":
        return "false"
    return "'{}'" if kind.endswith("[]") else "''"


def add(definition: CustomField) -> None:
    """Add the column in the running transaction; a constant default costs no rewriting of the table.

    Raises ``Invalid`` when long work is going on in the table.
    """
    model = resource_for(definition.object).model
    field = model_field(definition)
    field.set_attributes_from_name(definition.name)
    field.model = model
    kind = str(field.db_parameters(connection)["type"])
    quote = connection.ops.quote_name
    filled = "" if field.null else f" NOT NULL DEFAULT {_empty(kind)}"
    points = ""
    if field.remote_field:
        target = field.remote_field.model._meta
        points = f" REFERENCES {quote(target.db_table)} ({quote(str(target.pk.column))}) DEFERRABLE INITIALLY DEFERRED"
    place = f"ALTER TABLE {quote(model._meta.db_table)} ADD COLUMN {quote(str(field.column))}"
    statement = f"{place} {kind}{filled}{points}"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{_PATIENCE}'")
            # A table whose foreign keys are still to be checked in this transaction cannot be altered.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(statement)
            cursor.execute("SET LOCAL lock_timeout = 0")
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        raise Invalid(_("Long work is going on in this table. Try again in a minute.")) from error
