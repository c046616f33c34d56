"""One number that rises whenever rights or the organisation change, so that actors can be cached safely."""

from __future__ import annotations

from django.db import models


class AccessStamp(models.Model):
    """The single row ``id = 1``; ``value`` is raised by database triggers (``engine/audit/triggers``)."""

    value = models.BigIntegerField(default=1)

    class Meta:
        verbose_name = "access stamp"

    def __str__(self) -> str:
        return str(self.value)
