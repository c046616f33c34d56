"""Sort orders that an index serves: the same expression here, in the derived index, and in the keyset comparison."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, F, Func, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.record.values import UNSTORABLE, coerce
from shuke.kernel.errors import Invalid
from shuke.resource.describe import FieldInfo, Kind, field_of, fields_of
from shuke.resource.spec import Resource

# An empty value sorts as the last one of its kind: where people look for it least.
_EMPTY: dict[Kind, Any] = {
    Kind.DATETIME: datetime.datetime(9999, 12, 31, tzinfo=datetime.UTC),
    Kind.DATE: datetime.date(9999, 12, 31),
    Kind.MONEY: Decimal("-9999999999999999.99"),
    Kind.DECIMAL: Decimal("-9999999999999999.99"),
    Kind.INTEGER: -(2**31),
}


@dataclass(frozen=True)
class Order:
    """A field and a direction; the id follows in the same direction, so that the order is total."""

    info: FieldInfo
    descending: bool

    @property
    def text(self) -> str:
        """As it stands in URLs: ``-updated_at``."""
        return f"{'-' if self.descending else ''}{self.info.name}"

    def by(self, *, reverse: bool = False) -> list[Any]:
        """Arguments for ``order_by``."""
        value = sort_value(self.info)
        if self.descending != reverse:
            return [value.desc(), F("pk").desc()]
        return [value.asc(), F("pk").asc()]


def order_of(actor: Actor, resource: Resource, text: str | None) -> Order:
    """Reads ``name`` or ``-name``. Raises ``Invalid`` when it is not offered, or the actor may not see it."""
    access = FieldAccess(actor, resource)
    text = text or _default(access, resource)
    info = field_of(resource, text.removeprefix("-"))
    if info is None or not info.spec.sort or not access.compares(info.name):
        raise Invalid(
            _("One cannot sort %(objects)s by “%(field)s”.")
            % {"objects": resource.label_plural, "field": text.removeprefix("-")}
        )
    return Order(info, text.startswith("-"))


def _default(access: FieldAccess, resource: Resource) -> str:
    """The list's own order; where its field is hidden from the actor, the first that he may sort by."""
    others = (name for name, info in fields_of(resource).items() if info.spec.sort)
    choices = (resource.table.sort, "-updated_at", "-created_at", *others)
    return next((text for text in choices if access.compares(text.removeprefix("-"))), resource.table.sort)


def sort_value(info: FieldInfo) -> Any:
    """The expression that rows are sorted by."""
    value = F(info.sort_column)
    return Coalesce(value, Value(_EMPTY[info.kind], output_field=info.source)) if info.nullable else value


def sort_key(info: FieldInfo, raw: Any) -> Any:
    """The typed value of a sort expression read from a cursor. Raises ``ValueError`` for what no row can hold."""
    if info.is_text:
        if UNSTORABLE.search(str(raw)):
            raise ValueError
        return str(raw)
    value = coerce(info, raw)
    if value in (None, "") and not info.nullable:
        raise ValueError
    return _EMPTY[info.kind] if value is None else value


class Beyond(Func):
    """``(expression, id) < (value, id)`` as a row comparison: the one spelling that PostgreSQL answers by the index."""

    conditional = True
    output_field = BooleanField()

    def __init__(self, order: Order, value: Any, pk: int, *, reverse: bool = False) -> None:
        self.operator = "<" if order.descending != reverse else ">"
        typed = Value(value, output_field=order.info.source)
        super().__init__(sort_value(order.info), F("pk"), typed, Value(pk))

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """The comparison of two rows."""
        parts, params = [], []
        for expression in self.get_source_expressions():
            sql, values = compiler.compile(expression)
            parts.append(sql)
            params.extend(values)
        return f"({parts[0]}, {parts[1]}) {self.operator} ({parts[2]}, {parts[3]})", params

    def copy(self) -> Beyond:
        """Keep the direction."""
        found = super().copy()
        found.operator = self.operator
        return found
