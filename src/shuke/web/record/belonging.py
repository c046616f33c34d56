"""Whose a new record is to be: one's own, a colleague's, or nobody's, in a pool (CUS-06, CUS-08)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.organisation.models import Pool
from shuke.kernel.digits import whole_number
from shuke.kernel.errors import Invalid
from shuke.resource.registry import resource_for
from shuke.resource.spec import Resource
from shuke.web.lists.actions import has_pools, may_hand_over
from shuke.web.values.forms import DrawnField, DrawnSection, plain_select
from shuke.web.values.inputs import picker
from shuke.web.values.titles import titles_of_records


def open_pools(actor: Actor) -> list[tuple[str, str]]:
    """The pools that are open to the actor: id and name."""
    rows = Pool.objects.unscoped("pools open to the actor").filter(pk__in=actor.pools, deleted_at__isnull=True)
    return [(str(pool.pk), pool.name) for pool in rows.order_by("name").only("pk", "name")]


def belonging_section(
    actor: Actor, resource: Resource, data: QueryDict, errors: Mapping[str, Sequence[object]], *, prefix: str
) -> list[DrawnSection]:
    """The form's last section, where there is a choice: an owner or a pool; ``data`` says what was chosen."""
    fields = []
    if may_hand_over(actor, resource):
        fields.append(_owner(actor, data.get("owner", ""), errors, prefix))
    if has_pools(actor, resource):
        pools = open_pools(actor)
        html = plain_select("pool", f"{prefix}-pool", pools, data.get("pool", ""), empty=_("none: it has an owner"))
        words = _("A record in a pool is seen by everybody to whom the pool is open, and waits to be handed out.")
        fields.append(_field("pool", _("Pool"), html, words, errors, prefix))
    return [DrawnSection(_("Whose it is"), fields)] if fields else []


def chosen_place(actor: Actor, resource: Resource, data: QueryDict) -> dict[str, int | None]:
    """Owner and pool as the form says them, for the command. Raises ``Invalid`` for what is no id."""
    offered = {"owner": may_hand_over(actor, resource), "pool": has_pools(actor, resource)}
    found: dict[str, int | None] = {}
    for name, is_offered in offered.items():
        text = data.get(name, "") if is_offered else ""
        found[name] = whole_number(text)
        if text and found[name] is None:
            raise Invalid(fields={name: _("Choose one of what is offered.")})
    return found


def _owner(actor: Actor, chosen: str, errors: Mapping[str, Sequence[object]], prefix: str) -> DrawnField:
    label, pk = _("Owner"), whole_number(chosen)
    names = titles_of_records(actor, resource_for("users"), [] if pk is None else [pk])
    html = picker(
        name="owner",
        address=reverse("web:lookup", args=["users"]),
        input_id=f"{prefix}-owner",
        label=label,
        chosen=[(str(key), name) for key, name in names.items()],
    )
    return _field("owner", label, html, _("Empty: yourself."), errors, prefix)


def _field(
    name: str, label: str, html: Any, words: str, errors: Mapping[str, Sequence[object]], prefix: str
) -> DrawnField:
    texts = [str(message) for message in errors.get(name, ())]
    return DrawnField(name, f"{prefix}-{name}", label, words, html, texts, required=False, wide=False, tick=False)
