"""Valid records of any object, made from nothing but its description: one value per kind, told apart by a counter."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from itertools import count
from typing import Any

from django.core.validators import MaxValueValidator

from shuke.engine.access.actor import SYSTEM, Actor
from shuke.engine.commands.lines import columns_of
from shuke.engine.commands.ownership import release
from shuke.engine.commands.write import create
from shuke.engine.options.catalogue import options_of
from shuke.engine.options.depending import fits
from shuke.engine.options.models import Dictionary, Region
from shuke.engine.organisation.models import Pool, Unit
from shuke.resource.describe import FieldInfo, Kind, fields_of
from shuke.resource.registry import has_resource, independent, parent_of, resource_of
from shuke.resource.spec import Resource

# Minutes, because a spreadsheet shows no seconds.
START = datetime.datetime(2026, 3, 1, 9, 30, tzinfo=datetime.UTC)

# Of each digit one character that stands in no other word of the product: a value read off a page is this value.
_HAN = "翀琰婳鳐麒螭璎彧翊曦"


def _a_company(number: int) -> int:
    """One of the companies, in turn."""
    found = Unit.plain.filter(kind=Unit.Kind.COMPANY, deleted_at=None).order_by("pk").values_list("pk", flat=True)
    return found[number % len(found)]


def _below_another(number: int) -> dict[str, Any]:
    """An option that belongs to one of the dictionary above."""
    lower = Dictionary.plain.exclude(above=None).earliest("pk")
    assert lower.above is not None
    found = options_of(lower.above.key)
    return {"dictionary": lower.pk, "parent": found[number % len(found)].pk}


# What the fields of an object must say together; everything else may be anything of its kind.
SENSIBLE: dict[str, Callable[[int], dict[str, Any]]] = {
    "units": lambda _number: {"parent": _oldest_unit()},
    "dictionaries": lambda number: {"key": f"sample-{number}"},
    "options": _below_another,
    "custom-fields": lambda number: {
        "object": "contacts",
        "kind": "text",
        "key": f"sample{number}",
        **dict.fromkeys(("options", "depends", "target", "formula"), ""),
        "places": 2,
    },
    "form-layouts": lambda number: {
        # Of everybody's layouts an object has one.
        "object": independent()[number % len(independent())].name,
        "sections": [{"title": f"部分{number}", "fields": [{"name": "name"}, {"name": "phone", "wide": True}]}],
        "left_out": ["note"] if number % 2 else [],
        "company": _a_company(number),
    },
    "automation-rules": lambda number: {
        "object": "customers",
        "active": False,
        "trigger": {"on": "updated", "fields": ["level" if number % 2 else "note"]},
        "criteria": {"field": "name", "op": "contains", "value": f"公司{number}"},
        "actions": [{"do": "set", "values": [{"field": "note", "source": "value", "value": f"自动 {number}"}]}],
        "most_per_minute": 100 + number,
    },
    # What happened lies in the past, what comes next after it; a contact works at the customer.
    "contact-records": lambda number: {
        "happened_at": moment(number),
        "next_contact_at": moment(number + 5_000),
    },
    "schedule": lambda number: {
        "starts_at": moment(number),
        "ends_at": moment(number + 5_000),
    },
}


def moment(number: int) -> str:
    """The ``number``-th of many moments, minutes apart and all before today."""
    return (START + datetime.timedelta(minutes=number)).isoformat()


def _oldest_unit() -> int | None:
    """Every unit but the first stands below another."""
    return Unit.plain.filter(deleted_at__isnull=True).order_by("pk").values_list("pk", flat=True).first()


class Samples:
    """Makes records as ``actor`` would, each different from all before it."""

    def __init__(self, actor: Actor = SYSTEM) -> None:
        self.actor = actor
        self._numbers = count(1)
        self._making: list[Resource] = []

    def make(self, resource: Resource, *, owner: int | None = None, **given: Any) -> Any:
        """A stored record with every field filled, ``given`` ones as they are, for ``owner`` where there can be one."""
        values = self.values(resource, owner=owner, **given)
        return create(self.actor, resource, values, owner=owner if resource.scope.changes_hands else None).record

    def document(self, resource: Resource, lines: int = 2) -> Any:
        """A stored record with so many lines in each of its lists."""
        given = {}
        for one in resource.lines:
            target = resource_of(one.model)
            filled = [name for name in columns_of(one) if not fields_of(target)[name].spec.readonly]
            rows = [self.values(target, **{one.by: None}) for _number in range(lines)]
            given[one.name] = [{name: row[name] for name in filled} for row in rows]
        return create(self.actor, resource, self.values(resource) | given).record

    def values(self, resource: Resource, *, owner: int | None = None, **given: Any) -> dict[str, Any]:
        """Valid input for a new record: JSON-like values, links as ids. A child's parent belongs to ``owner``, too."""
        number = next(self._numbers)
        given = {**SENSIBLE.get(resource.name, lambda _number: {})(number), **given}
        values = {}
        for info in fields_of(resource).values():
            if info.spec.readonly:
                continue
            if info.name in given:
                values[info.name] = given[info.name]
            elif info.kind in (Kind.LINK, Kind.LINKS):
                values[info.name] = self._link(resource, info, number, owner, values)
            else:
                values[info.name] = value_of(info, number)
        return values

    def _link(self, resource: Resource, info: FieldInfo, number: int, owner: int | None, made: dict[str, Any]) -> Any:
        if info.target is Region:
            codes = Region.objects.order_by("code").values_list("code", flat=True)
            return codes[number % 3_000 : number % 3_000 + 1].get()
        assert info.target is not None
        assert has_resource(info.target), f"{resource.name}.{info.name} leads to something nobody described"
        target = resource_of(info.target)
        if target is resource:
            return None
        if target in self._making:
            # A unit's head belongs to a unit that has a head …: one that is there will do.
            pk = target.model._default_manager.filter(deleted_at=None).values_list("pk", flat=True).first()
        else:
            given = _same_parent(resource, target, made)
            self._making.append(resource)
            try:
                pk = self.make(target, owner=owner if info.name == resource.scope.parent else None, **given).pk
            finally:
                self._making.pop()
        return [pk] if info.kind is Kind.LINKS else pk

    def into_pool(self, resource: Resource, record: Any, pool: Pool) -> None:
        """Put a record – or, for a child, its parent with it – into a pool, where the object knows pools."""
        if resource.scope.parent:
            info = fields_of(resource)[resource.scope.parent]
            assert info.target is not None
            release(self.actor, resource_of(info.target), [getattr(record, info.column)], pool.pk)
        elif resource.scope.pool:
            release(self.actor, resource, [record.pk], pool.pk)


def _same_parent(resource: Resource, target: Resource, made: dict[str, Any]) -> dict[str, Any]:
    """Two links of one record go together: the contact works at the record's customer."""
    if not target.scope.parent:
        return {}
    parent = parent_of(target).model
    links = [name for name, info in fields_of(resource).items() if info.kind is Kind.LINK and info.target is parent]
    return {target.scope.parent: made[links[0]]} if links and links[0] in made else {}


def word(number: int) -> str:
    """A Chinese word that stands for a number and begins with nothing but itself."""
    return "".join(_HAN[int(digit)] for digit in f"{number:03d}")


def value_of(info: FieldInfo, number: int) -> Any:
    """The ``number``-th valid value of a field that is no link."""
    return _BY_KIND[info.kind](info, number)


def _choice(info: FieldInfo, number: int) -> Any:
    filled = [value for value, _label in info.choices if value not in (None, "")]
    return filled[number % len(filled)]


def _option(info: FieldInfo, number: int) -> int:
    """One that fits whatever the field holds that this one may depend on."""
    found = [one for one in options_of(info.spec.dictionary or "") if fits(one, None)]
    return found[number % len(found)].pk


def _text(info: FieldInfo, number: int) -> str:
    return f"{word(number)}{info.name}{number}"[: info.max_length] if (info.max_length or 99) > 24 else word(number)


def _integer(info: FieldInfo, number: int) -> int:
    """Where the field allows, longer than any id and than a time's microseconds, so that it is not found in them."""
    limits = [limit.limit_value for limit in info.source.validators if isinstance(limit, MaxValueValidator)]
    half = min([1_777_000_000, *(limit // 2 for limit in limits)])
    return half + number % half


_BY_KIND: dict[Kind, Callable[[FieldInfo, int], Any]] = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: lambda info, number: f"{word(number)}{info.name}\n第二行",
    Kind.RICH_TEXT: lambda info, number: f"<p>{word(number)}{info.name}</p><p>第二行</p>",
    Kind.INTEGER: _integer,
    Kind.DECIMAL: lambda _info, number: str(Decimal(70_123) + number),
    Kind.MONEY: lambda _info, number: str(Decimal("70123.45") + number),
    Kind.BOOLEAN: lambda _info, number: number % 2 == 0,
    Kind.DATE: lambda _info, number: (START.date() + datetime.timedelta(days=number)).isoformat(),
    Kind.DATETIME: lambda _info, number: (START + datetime.timedelta(days=number)).isoformat(),
    Kind.CHOICE: _choice,
    Kind.OPTION: _option,
    Kind.TAGS: lambda info, number: [_option(info, number)],
    # The field's name is in it, so that no two fields of a record hold the same number.
    Kind.PHONE: lambda info, number: f"13{sum(info.name.encode()) % 10}{len(info.name) % 10}{4_000_000 + number}",
    Kind.EMAIL: lambda info, number: f"{info.name}.sample{number}@example.com",
    Kind.URL: lambda info, number: f"https://www.example.com/{info.name}/{number}",
    # Files are uploaded first; ``test_field_files.py`` does.
    Kind.FILES: lambda _info, _number: [],
    Kind.JSON: lambda _info, _number: {},
}


def different(info: FieldInfo, present: Any) -> Any:
    """A valid value that differs from the present one; the present one itself where the field offers no other."""
    sensible = SENSIBLE.get(resource_of(info.source.model).name, lambda _number: {})
    for number in range(900, 920):
        if (found := sensible(number).get(info.name) or value_of(info, number)) != present:
            return found
    return present
