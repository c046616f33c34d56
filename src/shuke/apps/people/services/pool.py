"""Rules of pools."""

from __future__ import annotations

from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.organisation.models import Pool
from shuke.kernel.errors import Invalid
from shuke.resource.registry import all_resources


def pool_is_empty(actor: Actor, pool: Pool) -> None:
    """A pool with records in it stays; nobody would see them any more."""
    for resource in all_resources():
        if not resource.scope.pool:
            continue
        rows = resource.model.objects.unscoped("is the pool empty?")  # type: ignore[attr-defined]
        if rows.filter(**{resource.scope.pool: pool.pk}, deleted_at__isnull=True).exists():
            raise Invalid(
                _("“%(pool)s” still holds %(objects)s. Hand them out first.")
                % {"pool": pool.name, "objects": resource.label_plural}
            )
