"""What a person may do to records of an object, one or many: the buttons that lead to the dialogs of ``bulk/deeds``."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.resource.describe import FieldInfo, Kind, fields_of
from shuke.resource.spec import Resource
from shuke.web.frame.addresses import page_address


@dataclass(frozen=True)
class BulkAction:
    """A button of the selection bar; its address answers with a dialog.

    ``first``: what a record of this kind waits for, so that its page offers it before all else.
    """

    title: str
    icon: str
    address: str
    danger: bool = False
    first: bool = False


def bulk_actions(actor: Actor, resource: Resource) -> list[BulkAction]:
    """What may be done to many records at once."""

    def action(title: str, icon: str, route: str, *more: str, danger: bool = False) -> BulkAction:
        return BulkAction(title, icon, page_address(f"web:{route}", resource.name, *more), danger)

    may_edit = actor.may(resource.name, "edit")
    offered = [
        (may_hand_over(actor, resource), action(_("Change owner"), icon="user-share", route="bulk-assign")),
        (
            resource.scope.shareable and actor.may(resource.name, "share"),
            action(_("Share"), icon="share", route="bulk-share"),
        ),
        (may_edit and has_pools(actor, resource), action(_("Claim"), icon="hand-grab", route="bulk-claim")),
        (may_edit and has_pools(actor, resource), action(_("Put into a pool"), icon="pool", route="bulk-release")),
        (may_edit and bool(bulk_fields(actor, resource)), action(_("Edit"), icon="edit", route="bulk-edit")),
        (may_edit and bool(tag_field(actor, resource)), action(_("Tags"), icon="tags", route="bulk-tag")),
        *(
            (
                verb.bulk and actor.may(resource.name, verb.grant),
                action(str(verb.label), verb.icon, "bulk-verb", verb.name, danger=verb.danger),
            )
            for verb in resource.verbs
        ),
        (actor.may(resource.name, "delete"), action(_("Delete"), icon="trash", route="bulk-delete", danger=True)),
    ]
    return [one for allowed, one in offered if allowed]


def may_hand_over(actor: Actor, resource: Resource) -> bool:
    """May the actor give such records to colleagues?"""
    return resource.scope.changes_hands and actor.may(resource.name, "assign")


def has_pools(actor: Actor, resource: Resource) -> bool:
    """Can the object's records wait in a pool that is open to the actor?"""
    return bool(resource.scope.waits_in_pools and actor.pools)


def bulk_fields(actor: Actor, resource: Resource) -> list[FieldInfo]:
    """The fields that may be set on many records at once."""
    access = FieldAccess(actor, resource)
    return [info for name, info in fields_of(resource).items() if info.spec.bulk and access.changes(name)]


def tag_field(actor: Actor, resource: Resource) -> FieldInfo | None:
    """The field that holds the object's tags, where the actor may change it."""
    access = FieldAccess(actor, resource)
    infos = fields_of(resource).values()
    return next((info for info in infos if info.kind is Kind.TAGS and access.changes(info.name)), None)
