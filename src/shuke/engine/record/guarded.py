"""The guarded manager: a query over records that was not limited to what an actor may see refuses to run.

``Customer.objects.visible_to(actor)`` is the normal way; ``.unscoped("reason")`` the explicit exception. Django's own
needs (cascades, related lookups, forms) use ``plain``, which nothing outside the engine may touch
(``tests/test_house.py``).
"""

from __future__ import annotations

from typing import Any, Self, TypeVar

from django.db import models

from shuke.engine.access.actor import Actor
from shuke.engine.access.scope import combined
from shuke.resource.registry import resource_of

M = TypeVar("M", bound=models.Model)


class UnscopedQuery(RuntimeError):
    """A programmer's mistake: rows were about to be read or written without asking who may."""


def _guarded(name: str) -> Any:
    original = getattr(models.QuerySet, name)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        self._require_scope(name)
        return original(self, *args, **kwargs)

    method.__name__ = name
    method.__doc__ = original.__doc__
    return method


class GuardedQuerySet(models.QuerySet[M]):
    """A queryset that evaluates only after ``visible_to`` or ``unscoped``."""

    _scoped = False

    def visible_to(self, actor: Actor, action: str = "view") -> Self:
        """Only living rows that ``actor`` may ``action``."""
        condition = combined(actor, resource_of(self.model), action)
        return self._scope().filter(condition, deleted_at__isnull=True)

    def deleted_for(self, actor: Actor) -> Self:
        """Only rows in the recycle bin that ``actor`` might delete: those he may also bring back."""
        condition = combined(actor, resource_of(self.model), "delete")
        return self._scope().filter(condition, deleted_at__isnull=False)

    def unscoped(self, reason: str) -> Self:
        """All rows, dead ones included, for a stated reason."""
        if not reason:
            raise UnscopedQuery("say why this query may see every row")
        return self._scope()

    def _scope(self) -> Self:
        query: Self = self.all()
        query._scoped = True
        return query

    def _clone(self) -> Self:
        query: Self = super()._clone()  # type: ignore[misc]
        query._scoped = self._scoped
        return query

    def _require_scope(self, what: str) -> None:
        if not self._scoped:
            raise UnscopedQuery(f"{self.model.__name__}: {what}() before visible_to(actor) or unscoped(reason)")

    def resolve_expression(self, *args: Any, **kwargs: Any) -> Any:
        """A subquery needs its scope, too."""
        self._require_scope("subquery")
        return super().resolve_expression(*args, **kwargs)

    def _combinator_query(self, combinator: str, *others: Any, all: bool = False) -> Any:  # noqa: A002
        self._require_scope(combinator)
        for other in others:
            if isinstance(other, GuardedQuerySet):
                other._require_scope(combinator)
        return super()._combinator_query(combinator, *others, all=all)  # type: ignore[misc]

    _fetch_all = _guarded("_fetch_all")
    iterator = _guarded("iterator")
    count = _guarded("count")
    exists = _guarded("exists")
    aggregate = _guarded("aggregate")
    update = _guarded("update")
    delete = _guarded("delete")
    in_bulk = _guarded("in_bulk")
    explain = _guarded("explain")
    contains = _guarded("contains")
    _update = _guarded("_update")


GuardedManager = models.Manager.from_queryset(GuardedQuerySet)
