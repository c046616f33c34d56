"""Changing the regions: administrators add own ones, rename, retire and restore (SYS-04 to SYS-06)."""

from __future__ import annotations

from django.db import connection, transaction
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor, require_administrator
from shuke.engine.audit.context import change
from shuke.engine.options.models import Region
from shuke.engine.options.regions import CITY, PROVINCE, forget, last_code, rank
from shuke.kernel.errors import Invalid, NotFound
from shuke.kernel.text import INVISIBLE, tidy

# What stands beside the provinces has codes from here on; the standard's have six digits.
FIRST_OWN = 1_000_000
_LAST = 2_000_000_000


def add(actor: Actor, name: str, parent: int | None = None) -> tuple[int, int]:
    """Add a region below another, or beside the provinces. Returns its code and the change's id.

    Raises ``NotAllowed``, ``NotFound``, and ``Invalid`` for a name that its neighbours have, or without a free code.
    """
    require_administrator(actor)
    with change(actor, "region", "regions") as opened:
        _lock()
        above = require_region(parent) if parent is not None else None
        known = _known_name(name, parent)
        code = _free_code(above)
        full_name = f"{above.full_name} {known}" if above else known
        Region.objects.create(code=code, parent=above, name=known, full_name=_fitting(full_name), own=True)
        _told()
    return code, opened.id


def keep(actor: Actor, code: int, *, name: str | None = None, retired: bool | None = None) -> int | None:
    """Rename, retire or restore a region. Returns the change's id, or None where nothing is different."""
    require_administrator(actor)
    with transaction.atomic():
        _lock()
        region = require_region(code)
        known = region.name if name is None else _known_name(name, region.parent_id, code)
        retired = region.retired if retired is None else retired
        if (known, retired) == (region.name, region.retired):
            return None
        with change(actor, "region", "regions") as opened:
            Region.objects.filter(pk=code).update(name=known, retired=retired)
            if known != region.name:
                _name_below(code)
            _told()
    return opened.id


def require_region(code: int) -> Region:
    """The region. Raises ``NotFound``."""
    found = Region.objects.filter(pk=code).first() if 0 < code <= _LAST else None
    if found is None:
        raise NotFound(_("There is no region with the code %(code)s.") % {"code": code})
    return found


def _lock() -> None:
    """Two people do not take the same code."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('regions', 0))")


def _told() -> None:
    forget()
    transaction.on_commit(forget)


def _known_name(name: str, parent: int | None, code: int = 0) -> str:
    known = tidy(INVISIBLE.sub("", name))
    if not 1 <= len(known) <= 64:
        raise Invalid(fields={"name": _("Give the region a name of 1 to 64 characters.")})
    if Region.objects.filter(parent_id=parent, name=known).exclude(pk=code).exists():
        raise Invalid(fields={"name": _("There is a region “%(name)s” here already.") % {"name": known}})
    return known


def _fitting(full_name: str) -> str:
    if len(full_name) > 128:
        raise Invalid(fields={"name": _("With what it lies in, the name has more than 128 characters.")})
    return full_name


def _free_code(above: Region | None) -> int:
    """The standard counts up, so own regions count down from the end of what they lie in."""
    if above is None:
        own = Region.objects.filter(code__gte=FIRST_OWN).order_by("-code").values_list("code", flat=True).first()
        code = FIRST_OWN if own is None else own - own % PROVINCE + PROVINCE
        if code > _LAST:
            raise Invalid(fields={"name": _("There is no room for another region here.")})
        return code
    level = rank(above.code)
    if level == 2:
        raise Invalid(fields={"name": _("Below a county there are no further regions.")})
    step = CITY if level == 0 else 1
    within = Region.objects.filter(code__gt=above.code, code__lte=last_code(above.code))
    taken = {code - code % step for code in within.values_list("code", flat=True)}
    free = [code for code in range(above.code + step, last_code(above.code) + 1, step) if code not in taken]
    if not free:
        raise Invalid(fields={"name": _("There is no room for another region here.")})
    return free[-1]


def _name_below(code: int) -> None:
    """A new name is part of the full names of all that lies in it."""
    rows = list(
        Region.objects.filter(code__gte=code, code__lte=last_code(code)).select_related("parent").order_by("code")
    )
    names: dict[int, str] = {}
    for row in rows:
        above = names.get(row.parent_id or 0) or (row.parent.full_name if row.parent else "")
        names[row.code] = row.full_name = _fitting(f"{above} {row.name}".strip())
    Region.objects.bulk_update(rows, ["full_name"])
