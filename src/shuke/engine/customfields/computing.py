"""Keeps the columns of formulas true: at the end of every change, for the rows it touched and those above them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from typing import Any

from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg import sql

from shuke.engine.audit.context import OpenChange
from shuke.engine.customfields.formula import Aggregate, Formula, Value, read
from shuke.engine.customfields.models import CustomField
from shuke.engine.options.catalogue import option
from shuke.engine.record.values import coerce
from shuke.engine.record.words import by_label
from shuke.kernel.criteria import Criteria, matches
from shuke.kernel.errors import Invalid
from shuke.kernel.json import dumps
from shuke.kernel.text import fold
from shuke.resource.describe import FieldInfo, Kind, fields_of, remembered
from shuke.resource.registry import all_resources, children_of, parent_of, resource_for
from shuke.resource.spec import Resource

_BATCH = 1_000
_FIGURES = {"COUNT": models.Count, "SUM": models.Sum, "AVERAGE": models.Avg, "LARGEST": models.Max,
            "SMALLEST": models.Min}  # fmt: skip
_UNUSABLE = frozenset({Kind.LINK, Kind.LINKS, Kind.TAGS, Kind.FILES, Kind.JSON, Kind.RICH_TEXT})


@dataclass(frozen=True)
class Computed:
    """A formula field of an object, ready: ``names`` maps what the formula says to the object's fields."""

    field: str
    formula: Formula
    names: Mapping[str, str]


_defined: dict[str, list[tuple[str, str]]] = {}


def know(definitions: Mapping[str, Sequence[CustomField]]) -> None:
    """Take over the living formulas, by object."""
    _defined.clear()
    for name, found in definitions.items():
        formulas = [(one.name, one.formula) for one in found if one.kind == CustomField.Kind.FORMULA]
        if formulas:
            _defined[name] = formulas


def _formulas_of(resource: Resource) -> list[tuple[str, str]]:
    """(field, formula) of those that are declared and those that were added."""
    declared = [(spec.name, spec.formula) for spec in resource.fields if spec.formula]
    return declared + _defined.get(resource.name, [])


@remembered
def computed_fields(resource: Resource) -> tuple[Computed, ...]:
    """The formulas of an object, those that others need first. One that cannot be read any more is left out."""
    found = {}
    for name, text in _formulas_of(resource):
        try:
            found[name] = understand(resource, text, name)
        except Invalid:
            continue
    order = TopologicalSorter({name: set(one.names.values()) & found.keys() for name, one in found.items()})
    try:
        return tuple(found[name] for name in order.static_order())
    except CycleError:
        return ()


def understand(resource: Resource, text: str, name: str) -> Computed:
    """A formula with every name resolved. Raises ``Invalid`` naming what is not known."""
    formula = read(text)
    infos = fields_of(resource)
    labels = by_label(infos)
    names = {}
    for word in formula.names:
        key = word if word in infos else labels.get(fold(word))
        if key is None or key == name:
            raise Invalid(_("There is no field “%(name)s”.") % {"name": word})
        if infos[key].kind in _UNUSABLE:
            raise Invalid(_("A formula cannot use “%(name)s”.") % {"name": word})
        names[word] = key
    for figure in formula.aggregates:
        _check_figure(resource, figure)
    return Computed(name, formula, names)


def _check_figure(resource: Resource, figure: Aggregate) -> None:
    child = next((one for one in children_of(resource) if one.name == figure.resource), None)
    if child is None:
        raise Invalid(_("There are no “%(objects)s” below this.") % {"objects": figure.resource})
    info = fields_of(child).get(figure.field)
    if figure.function != "COUNT" and (info is None or info.kind in _UNUSABLE):
        raise Invalid(_("There is no field “%(name)s”.") % {"name": figure.field})
    if figure.function in ("SUM", "AVERAGE") and info and info.kind not in (Kind.INTEGER, Kind.DECIMAL, Kind.MONEY):
        raise Invalid(_("“%(name)s” is no number.") % {"name": figure.field})


def without_a_circle(resource: Resource, name: str, text: str) -> None:
    """Raises ``Invalid`` when a formula would, by way of others, need its own result."""
    needs = {one.field: set(one.names.values()) for one in computed_fields(resource) if one.field != name}
    needs[name] = set(understand(resource, text, name).names.values())
    try:
        TopologicalSorter(needs).prepare()
    except CycleError:
        raise Invalid(_("Formulas cannot need each other's results in a circle.")) from None


# ---- at the end of a change -----------------------------------------------------------------------------------------


def settle(opened: OpenChange) -> None:
    """Work out anew what a change may have altered: its own rows, and figures of the records above them."""
    for resource in _with_formulas():
        recompute(resource, _touched(opened, resource) | _above(opened, resource))


@remembered
def _with_formulas() -> tuple[Resource, ...]:
    """The objects that have formulas; what lies below others first, for those sum it up."""
    return tuple(sorted((one for one in all_resources() if computed_fields(one)), key=_depth, reverse=True))


def _depth(resource: Resource) -> int:
    return 1 + _depth(parent_of(resource)) if resource.scope.parent else 0


def _touched(opened: OpenChange, resource: Resource) -> set[int]:
    return _ids(
        "SELECT DISTINCT object_id FROM audit_entry WHERE change_id = %s AND relation = %s AND id > %s",
        [opened.id, resource.model._meta.db_table, opened.after],
    )


def _above(opened: OpenChange, resource: Resource) -> set[int]:
    """Records whose children the change touched – also those that a child was moved away from."""
    figures = {figure.resource for one in computed_fields(resource) for figure in one.formula.aggregates}
    found: set[int] = set()
    for child in children_of(resource):
        if child.name not in figures:
            continue
        table, link = child.model._meta.db_table, f"{child.scope.parent}_id"
        found |= _ids(
            f'SELECT DISTINCT c."{link}" FROM audit_entry e JOIN "{table}" c ON c.id = e.object_id '
            "WHERE e.change_id = %(change)s AND e.relation = %(table)s AND e.id > %(after)s "
            "UNION SELECT (e.before ->> %(link)s)::bigint FROM audit_entry e "
            "WHERE e.change_id = %(change)s AND e.relation = %(table)s AND e.id > %(after)s AND e.before ? %(link)s",
            {"change": opened.id, "table": table, "link": link, "after": opened.after},
        )
    return found


def _ids(statement: str, values: Any) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return {row[0] for row in cursor.fetchall() if row[0] is not None}


def recompute(resource: Resource, ids: Collection[int]) -> int:
    """Work out the formulas of these records; returns how many rows had to be written."""
    written = 0
    ordered = sorted(ids)
    for start in range(0, len(ordered), _BATCH):
        written += _recompute_batch(resource, ordered[start : start + _BATCH])
    return written


def _recompute_batch(resource: Resource, ids: Sequence[int]) -> int:
    formulas = computed_fields(resource)
    records = list(resource.model._default_manager.filter(pk__in=ids))
    figures = {figure: _figure(resource, figure, ids) for one in formulas for figure in one.formula.aggregates}
    stale = []
    for record in records:
        mine = {figure: found.get(record.pk, _none(figure)) for figure, found in figures.items()}
        if _work_out(resource, formulas, record, mine):
            stale.append({"id": record.pk, **{one.field: getattr(record, one.field) for one in formulas}})
    if stale:
        _write(resource, [one.field for one in formulas], stale)
    return len(stale)


def _figure(resource: Resource, figure: Aggregate, ids: Sequence[int]) -> dict[int, Value]:
    child = resource_for(figure.resource)
    parent = f"{child.scope.parent}_id"
    rows = child.model._default_manager.filter(**{f"{parent}__in": ids}, deleted_at__isnull=True)
    function = _FIGURES[figure.function]("pk" if figure.function == "COUNT" else figure.field)
    found = rows.values_list(parent).annotate(figure=function).order_by()
    return {pk: _plain(value) for pk, value in found}


def _none(figure: Aggregate) -> Value:
    return Decimal(0) if figure.function in ("COUNT", "SUM") else None


def _work_out(
    resource: Resource, formulas: Iterable[Computed], record: Any, figures: Mapping[Aggregate, Value]
) -> bool:
    """Set the formulas' fields of a record; what cannot be worked out stays empty. Returns whether one changed."""
    infos = fields_of(resource)
    changed = False
    for one in formulas:
        names = {word: value_of(record, infos[key]) for word, key in one.names.items()}
        try:
            value = coerce(infos[one.field], _fitting(one.formula.value(names, figures)))
        except Invalid:
            value = coerce(infos[one.field], None)
        if getattr(record, one.field) != value:
            setattr(record, one.field, value)
            changed = True
    return changed


def _fitting(value: Value) -> Any:
    """A result as an input takes it: a number or a day in a text field is its text."""
    return f"{value:f}" if isinstance(value, Decimal) else value


def work_out(resource: Resource, record: Any, below: Mapping[str, Sequence[Any]]) -> None:
    """Set the formulas of a record that need not be stored; ``below`` are the records below it, by object, likewise."""
    for name, rows in below.items():
        child = resource_for(name)
        formulas = computed_fields(child)
        for row in rows:
            _work_out(child, formulas, row, {one: _none(one) for found in formulas for one in found.formula.aggregates})
    figures = {one: _figure_of(one, below) for found in computed_fields(resource) for one in found.formula.aggregates}
    _work_out(resource, computed_fields(resource), record, figures)


def _figure_of(figure: Aggregate, below: Mapping[str, Sequence[Any]]) -> Value:
    rows = below.get(figure.resource, ())
    if figure.function == "COUNT":
        return Decimal(len(rows))
    column = fields_of(resource_for(figure.resource))[figure.field].column
    values: list[Any] = [value for row in rows if (value := _plain(getattr(row, column))) is not None]
    if not values:
        return _none(figure)
    match figure.function:
        case "LARGEST" | "SMALLEST":
            found: Value = (max if figure.function == "LARGEST" else min)(values)
            return found
        case "AVERAGE":
            return sum(values, Decimal(0)) / len(values)
    return sum(values, Decimal(0))


def worth(resource: Resource, computed: Computed, record: Any) -> Any:
    """What a formula comes to for a record, as an input takes it. Raises ``Invalid`` when it cannot be worked out."""
    figures = {
        figure: _figure(resource, figure, [record.pk]).get(record.pk, _none(figure))
        for figure in computed.formula.aggregates
    }
    infos = fields_of(resource)
    names = {word: value_of(record, infos[key]) for word, key in computed.names.items()}
    return _fitting(computed.formula.value(names, figures))


def value_of(record: Any, info: FieldInfo) -> Value:
    """A record's field as formulas see it: options by name, choices by label, times by their day."""
    return as_value(info, getattr(record, info.column))


def as_value(info: FieldInfo, raw: Any) -> Value:
    """A stored value as formulas see it."""
    if info.kind is Kind.OPTION:
        found = option(raw)
        return found.name if found else None
    if info.kind is Kind.CHOICE:
        return next((str(label) for value, label in info.choices if value == raw), None)
    return _plain(raw)


def meets(resource: Resource, criteria: Criteria, raw_of: Callable[[FieldInfo], Any]) -> bool:
    """Do the values of a record that may not be stored yet meet criteria of a declaration (``Field.show``, ``need``)?

    Choices are compared by their value, options by their name.
    """
    infos = fields_of(resource)

    def value(name: str) -> Any:
        raw = raw_of(infos[name])
        return raw if infos[name].kind is Kind.CHOICE else as_value(infos[name], raw)

    return matches(criteria, value)


def _plain(raw: Any) -> Value:
    if isinstance(raw, datetime.datetime):
        return timezone.localtime(raw).date()
    if isinstance(raw, (bool, str, datetime.date, Decimal)) or raw is None:
        return raw
    return Decimal(str(raw))


def _write(resource: Resource, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Derived values are no history: undo works them out again from what it brings back."""
    sets = sql.SQL(", ").join(sql.SQL("{c} = new.{c}").format(c=sql.Identifier(column)) for column in columns)
    statement = sql.SQL(
        "UPDATE {table} t SET {sets} FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb) new WHERE t.id = new.id"
    ).format(table=sql.Identifier(resource.model._meta.db_table), sets=sets)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('shuke.derived', 'on', true)")
        cursor.execute(statement, [dumps(rows)])
        cursor.execute("SELECT set_config('shuke.derived', '', true)")


def refreshed(resource: Resource, record: Any) -> Any:
    """A record that was just written, with what its formulas came to."""
    names = [one.field for one in computed_fields(resource)]
    if names:
        record.refresh_from_db(fields=names)
    return record
