"""Field rules: which fields of an object an actor sees masked, only reads, or may write."""

from __future__ import annotations

from shuke.engine.access.actor import Actor, FieldLevel
from shuke.resource.describe import FieldInfo, fields_of
from shuke.resource.spec import Resource


class FieldAccess:
    """Asked by the presenter, by commands, by the criteria compiler and by the history: the same answer for all."""

    def __init__(self, actor: Actor, resource: Resource) -> None:
        self._everything = actor.is_administrator
        self._rules = actor.field_rules.get(resource.name, {})
        self._fields = fields_of(resource)

    def level(self, name: str) -> FieldLevel:
        """The actor's level for a field; unknown fields are hidden, read-only ones never writable."""
        info = self._fields.get(name)
        if info is None:
            return FieldLevel.HIDDEN
        level = self._rules.get(name, FieldLevel.HIDDEN if info.spec.sensitive else FieldLevel.WRITE)
        if self._everything:
            level = FieldLevel.WRITE
        return min(level, FieldLevel.READ) if info.spec.readonly else level

    def sees(self, name: str) -> bool:
        """May the actor see the field, be it masked?"""
        return self.level(name) > FieldLevel.HIDDEN

    def is_masked(self, name: str) -> bool:
        """Is the field shown masked?"""
        return self.level(name) is FieldLevel.MASKED

    def writes(self, name: str) -> bool:
        """May the actor write the field?"""
        return self.level(name) is FieldLevel.WRITE

    def changes(self, name: str) -> bool:
        """May the actor write the field of a record that is there already?"""
        return self.writes(name) and not self._fields[name].spec.once

    def compares(self, name: str) -> bool:
        """May the actor filter, sort or search by the field? Masked ones would leak through comparisons."""
        return self.level(name) >= FieldLevel.READ

    def visible(self) -> tuple[FieldInfo, ...]:
        """Every field that the actor sees, in the resource's order."""
        return tuple(info for name, info in self._fields.items() if self.sees(name))
