"""What can be done with a record from its line in a list or in the organisation chart: filled in when opened."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from shuke.engine.access.actor import Actor
from shuke.engine.commands.sight import rights_on
from shuke.resource.registry import resource_for
from shuke.resource.spec import Resource
from shuke.web.frame.acting import PageRequest, require_actor
from shuke.web.record.offering import offers
from shuke.web.record.page import is_closed, pool_verbs, record_verbs, require_record
from shuke.web.record.rights import shows_rights


def menu_context(actor: Actor, resource: Resource, record: Any) -> dict[str, Any]:
    """What may be done with this very record, in the order in which it is offered."""
    rights = rights_on(actor, resource, record.pk, ("edit", "delete", "assign"))
    is_open = not is_closed(resource, record)
    return {
        "resource": resource,
        "pk": record.pk,
        "offers": offers(actor, resource, record.pk),
        "may_edit": is_open and "edit" in rights,
        "may_delete": is_open and "delete" in rights,
        "may_assign": resource.scope.changes_hands and "assign" in rights,
        "has_rights": shows_rights(actor, resource, record.pk),
        "verbs": [*pool_verbs(actor, resource, record), *record_verbs(actor, resource, record)],
    }


@require_GET
def row_menu(request: PageRequest, name: str, pk: int) -> HttpResponse:
    """The items of the menu (a fragment)."""
    actor, resource = require_actor(request), resource_for(name)
    return render(
        request, "web/record/row_menu.html", menu_context(actor, resource, require_record(actor, resource, pk))
    )
