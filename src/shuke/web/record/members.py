"""The tab of a record whose rows are put in and taken out there: the members of a role (ORG-10)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.commands.joining import has_members, join
from shuke.kernel.criteria import All, where
from shuke.kernel.digits import whole_numbers
from shuke.kernel.errors import Invalid, NotFound
from shuke.resource.registry import related_of, resource_for, resource_of
from shuke.resource.spec import Related, Resource
from shuke.web.frame.acting import PageRequest, require_actor
from shuke.web.values.inputs import picker


def pointing_at(related: Related, pk: int) -> All:
    """The criteria of a related tab's rows."""
    return where(**{f"{related.by}__in": [pk]}) if has_members(related) else where(**{related.by: pk})


def members_context(actor: Actor, resource: Resource, pk: int, related: Related) -> dict[str, Any]:
    """What the tab needs for putting in and taking out, for who may change the rows."""
    target = resource_of(related.model)
    if not has_members(related) or not actor.may(target.name, "edit"):
        return {}
    if not FieldAccess(actor, target).changes(related.by):
        return {}
    label = _("Who is to belong to it")
    field = picker(
        name="add", address=reverse("web:lookup", args=[target.name]), input_id="member-add", label=label, many=True
    )
    return {"members_at": reverse("web:members", args=[resource.name, pk, target.name]), "member_picker": field}


@require_POST
def members(request: PageRequest, name: str, pk: int, key: str) -> HttpResponse:
    """Put the chosen (``add``) into the record, or take the ticked (``ids``) out; one change."""
    actor, resource = require_actor(request), resource_for(name)
    related = next((one for one in related_of(resource) if resource_of(one.model).name == key), None)
    if related is None or not has_members(related):
        raise NotFound(_("There is no such list."))
    add, remove = (whole_numbers(request.POST.getlist(field)) for field in ("add", "ids"))
    if not add and not remove:
        raise Invalid(_("Choose at least one first."))
    change = join(actor, resource, pk, related, add=add, remove=remove)
    count = len(add) or len(remove)
    words = ngettext("%(count)d put in", "%(count)d put in", count) if add else ""
    words = words or ngettext("%(count)d taken out", "%(count)d taken out", count)
    response = trigger_client_event(HttpResponse(""), "sk:changed")
    toast = {"text": words % {"count": count}, "undo": reverse("web:undo", args=[change])}
    return trigger_client_event(response, "sk:toast", toast)
