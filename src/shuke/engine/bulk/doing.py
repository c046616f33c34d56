"""The verbs that every object has: the permission each needs, its words, which objects know it, what does it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.audit.context import change
from shuke.engine.commands.many import edit_many
from shuke.engine.commands.ownership import assign, claim, release
from shuke.engine.commands.removal import delete, restore
from shuke.engine.commands.sharing import share, unshare
from shuke.engine.commands.tagging import retag, tags_fields
from shuke.kernel.errors import Invalid
from shuke.resource.describe import fields_of
from shuke.resource.spec import Resource

Ids = Collection[int]
Values = dict[str, Any]


@dataclass(frozen=True)
class Doing:
    """One generic verb. ``run`` takes its values out of what it is given; what is left over nobody has asked for.

    ``check`` raises ``Invalid`` for values that no record could take, before any is touched.
    """

    grant: str
    label: str | Promise
    run: Callable[[Actor, Resource, Ids, Values], int]
    fits: Callable[[Resource], bool] = lambda _resource: True
    check: Callable[[Actor, Resource, Mapping[str, Any]], None] = lambda _actor, _resource, _values: None


def generic(resource: Resource, verb: str) -> Doing | None:
    """The generic verb of that name, where the object knows it."""
    found = _GENERIC.get(verb)
    return found if found is not None and found.fits(resource) else None


def _check_edit(actor: Actor, resource: Resource, values: Mapping[str, Any]) -> None:
    """A field that one may not see is answered by ``edit_many`` like one that is not there."""
    infos, access = fields_of(resource), FieldAccess(actor, resource)
    single = [name for name in values if name in infos and access.sees(name) and not infos[name].spec.bulk]
    if single:
        raise Invalid(fields=dict.fromkeys(single, _("This field cannot be set on many records at once.")))
    if not values:
        raise Invalid(_("Name at least one field to set."))


def _edit(actor: Actor, resource: Resource, ids: Ids, values: Values, *, loosely: bool = False) -> int:
    """The same values for all; ``loosely``, what depends on them and does not fit any more is emptied."""
    _check_edit(actor, resource, values)
    return edit_many(actor, resource, ids, values, loosely=loosely)


def _tag(actor: Actor, resource: Resource, ids: Ids, values: Values) -> int:
    """Put tags on many records and take others off; each keeps the rest of what it has."""
    name = str(values.pop("field", ""))
    info = next((info for info in tags_fields(resource) if info.name == name), None)
    add, remove = _list(values, "add"), _list(values, "remove")
    no_more(values)
    if info is None:
        raise Invalid(fields={"field": _("This field cannot be set on many records at once.")})
    with change(actor, "bulk", resource.name) as opened:
        for pk in sorted(set(ids)):
            retag(actor, resource, pk, info, add=add, remove=remove)
    return opened.id


def _list(values: Values, name: str) -> list[Any]:
    found = values.pop(name, None) or []
    if not isinstance(found, list):
        raise Invalid(fields={name: _("%(parameter)s: please choose or enter a value.") % {"parameter": name}})
    return found


def _assign(actor: Actor, resource: Resource, ids: Ids, values: Values) -> int:
    return assign(actor, resource, ids, _number(values, "owner"))


def _release(actor: Actor, resource: Resource, ids: Ids, values: Values) -> int:
    return release(actor, resource, ids, _number(values, "pool"))


def _plain(command: Callable[[Actor, Resource, Ids], int]) -> Callable[[Actor, Resource, Ids, Values], int]:
    def run(actor: Actor, resource: Resource, ids: Ids, values: Values) -> int:
        no_more(values)
        return command(actor, resource, ids)

    return run


def _grantee(values: Values) -> tuple[str, int]:
    """``{"user": 5}``, or a ``unit``, or a ``role``."""
    kind = next((kind for kind in ("user", "unit", "role") if kind in values), "user")
    return kind, _number(values, kind)


def _share(actor: Actor, resource: Resource, ids: Ids, values: Values) -> int:
    level = str(values.pop("level", "view"))
    kind, grantee = _grantee(values)
    return share(actor, resource, ids, kind=kind, grantee=grantee, level=level)


def _unshare(actor: Actor, resource: Resource, ids: Ids, values: Values) -> int:
    kind, grantee = _grantee(values)
    return unshare(actor, resource, ids, kind=kind, grantee=grantee)


def _number(values: Values, name: str) -> int:
    """The id under a name, the only value left; ``{"id": 5}`` is as good as ``5``. Raises ``Invalid``."""
    raw: Any = values.pop(name, None)
    no_more(values)
    raw = raw.get("id") if isinstance(raw, dict) else raw
    if not isinstance(raw, int) or isinstance(raw, bool) or not 0 < raw < 2**63:
        raise Invalid(fields={name: _("%(parameter)s: please choose or enter a value.") % {"parameter": name}})
    return raw


def no_more(values: Mapping[str, Any]) -> None:
    """Raises ``Invalid`` for values that the verb has no use for."""
    if values:
        raise Invalid(fields={name: _("The verb has no such parameter.") for name in values})


def _changes_hands(resource: Resource) -> bool:
    return resource.scope.changes_hands


def _has_pools(resource: Resource) -> bool:
    return resource.scope.waits_in_pools


def _is_shareable(resource: Resource) -> bool:
    return bool(resource.scope.shareable)


_GENERIC: dict[str, Doing] = {
    "edit": Doing("edit", gettext_lazy("Edit"), _edit, check=_check_edit),
    "edit-loosely": Doing("edit", gettext_lazy("Edit"), partial(_edit, loosely=True), check=_check_edit),
    "tag": Doing("edit", gettext_lazy("Tags"), _tag),
    "assign": Doing("assign", gettext_lazy("Change owner"), _assign, _changes_hands),
    "release": Doing("edit", gettext_lazy("Put into a pool"), _release, _has_pools),
    "claim": Doing("edit", gettext_lazy("Claim"), _plain(claim), _has_pools),
    "share": Doing("share", gettext_lazy("Share"), _share, _is_shareable),
    "unshare": Doing("share", gettext_lazy("Stop sharing"), _unshare, _is_shareable),
    "delete": Doing("delete", gettext_lazy("Delete"), _plain(delete)),
    "restore": Doing("delete", gettext_lazy("Restore"), _plain(restore)),
}
