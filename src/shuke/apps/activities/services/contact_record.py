"""What a contact record does: it moves the customer on and fills the schedule."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from shuke.apps.activities.models import ContactRecord, ScheduleEntry
from shuke.apps.sales.models import Contact, Customer
from shuke.apps.sales.services.level import is_key, next_contact
from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.audit.context import change
from shuke.engine.automation.people import overseers
from shuke.engine.automation.telling import TOLD
from shuke.engine.commands.sight import require_sight
from shuke.engine.commands.write import apply, create
from shuke.engine.events.outbox import emit
from shuke.engine.options.catalogue import option
from shuke.kernel.errors import Conflict, Invalid, NotAllowed
from shuke.resource.registry import resource_of

# What of a record moves the customer on.
_CARRIED = frozenset({"customer", "happened_at", "level", "next_contact_at", "chance"})
_PLANNED = frozenset({"next_contact_at", "next_plan", "add_to_schedule", "salesperson"})
_KINDS = {
    "拜访": ScheduleEntry.Kind.VISIT,
    "电话": ScheduleEntry.Kind.CALL,
    "邮件": ScheduleEntry.Kind.MAIL,
    "传真": ScheduleEntry.Kind.FAX,
}
# Clocks differ.
_SLACK = datetime.timedelta(minutes=10)


# ---- before it is written -------------------------------------------------------------------------------------------


def suggest(actor: Actor, record: ContactRecord) -> Mapping[str, Any]:
    """Who talked; the level the customer has – or, when another is given, the next contact that follows from it."""
    found: dict[str, Any] = {"salesperson": actor.user_id}
    rows = Customer.objects.visible_to(actor).filter(pk=record.customer_id)
    present = rows.values_list("level_id", flat=True).first()
    if record.level_id is None:
        found["level"] = present
    elif record.level_id != present and record.customer_id and record.happened_at:
        found["next_contact_at"] = next_contact(record.level_id, record.happened_at)
    return found


def suggest_contact(actor: Actor, record: ContactRecord) -> Mapping[str, Any]:
    """Whom one talked to last at the customer, or the only one whom one can talk to there."""
    people = Contact.objects.visible_to(actor).filter(customer_id=record.customer_id or 0)
    records = ContactRecord.objects.visible_to(actor).filter(contact__in=people)
    last = records.order_by("-happened_at").values_list("contact_id", flat=True).first()
    known = list(people.values_list("pk", flat=True)[:2])
    only = known[0] if len(known) == 1 else None
    return {"contact": last or only}


def contact_works_there(actor: Actor, record: Any) -> None:
    """The contact is one of the customer's."""
    if record.contact_id is not None:
        rows = Contact.objects.unscoped("whose contact is it?")
        if rows.filter(pk=record.contact_id).values_list("customer_id", flat=True).first() != record.customer_id:
            raise Invalid(fields={"contact": _("Choose a contact of this customer.")})


def times_make_sense(actor: Actor, record: ContactRecord) -> None:
    """What is recorded has happened; the next contact comes after it."""
    if record.happened_at > timezone.now() + _SLACK:
        raise Invalid(fields={"happened_at": _("This is still to come: put it into the schedule instead.")})
    if record.next_contact_at and record.next_contact_at <= record.happened_at:
        raise Invalid(fields={"next_contact_at": _("The next contact comes after this one.")})


# ---- what follows ---------------------------------------------------------------------------------------------------


def follow_level(actor: Actor, record: ContactRecord, changed: frozenset[str]) -> None:
    """Another level on a record that is there moves its next contact, unless that was chosen by hand (CON-05)."""
    if "level" not in changed or record.level_id is None or changed & {"customer", "next_contact_at"}:
        return
    rows = Customer.objects.unscoped("the record's own customer")
    present = rows.values_list("level_id", flat=True).get(pk=record.customer_id)
    by_itself = (None, next_contact(present, record.happened_at) if present else None)
    at = next_contact(record.level_id, record.happened_at)
    if present == record.level_id or at is None or record.next_contact_at not in by_itself:
        return
    resource = resource_of(ContactRecord)
    record.next_contact_at = at
    with change(actor, "edit", resource.name) as opened:
        apply(actor, resource, record, {"next_contact_at"})
        emit(opened, "updated", resource.name, [record.pk], {"fields": ["next_contact_at"]})
    schedule_next(actor, record, frozenset({"next_contact_at"}))


def move_customer_on(actor: Actor, record: ContactRecord, changed: frozenset[str]) -> None:
    """The latest record gives the customer its next contact and its level (CON-05, CUS-17)."""
    if not changed & _CARRIED:
        return
    rows = Customer.objects.unscoped("the record's own customer")
    customer = rows.select_for_update(of=("self",), no_key=True).only(*_OF_CUSTOMER).get(pk=record.customer_id)
    values = _moved(actor, record, customer)
    if not values:
        return
    resource = resource_of(Customer)
    with change(actor, "edit", resource.name) as opened:
        stamps = {"version": F("version") + 1, "updated_at": timezone.now(), "updated_by_id": actor.user_id}
        rows.filter(pk=customer.pk).update(**values, **stamps)
        fields = sorted(name.removesuffix("_id") for name in values)
        emit(opened, "updated", resource.name, [customer.pk], {"fields": fields})


_OF_CUSTOMER = ("level", "last_contact_at", "next_contact_at", "chance", "name")


def _moved(actor: Actor, record: ContactRecord, customer: Customer) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if record.chance and not customer.chance:
        values["chance"] = True
    if customer.last_contact_at and record.happened_at < customer.last_contact_at:
        return values
    if record.next_contact_at and record.next_contact_at != customer.next_contact_at:
        values["next_contact_at"] = record.next_contact_at
    elif not record.next_contact_at and customer.next_contact_at and customer.next_contact_at <= record.happened_at:
        # The appointment was kept.
        values["next_contact_at"] = None
    if record.level_id and record.level_id != customer.level_id:
        _require_level(actor, customer)
        values["level_id"] = record.level_id
    return values


def _require_level(actor: Actor, customer: Customer) -> None:
    resource = resource_of(Customer)
    require_sight(actor, resource, customer.pk, "edit")
    if not FieldAccess(actor, resource).changes("level"):
        raise NotAllowed(_("You may not change the level of “%(customer)s”.") % {"customer": customer.name})


def schedule_next(actor: Actor, record: ContactRecord, changed: frozenset[str]) -> None:
    """The next contact stands in the schedule of who talked to the customer, unless that was unticked (CAL-05)."""
    if not changed & _PLANNED:
        return
    resource = resource_of(ScheduleEntry)
    # It is the record that plans; who may write it need not be allowed to plan otherwise.
    planner = replace(actor, is_administrator=True)
    rows = ScheduleEntry.objects.unscoped("the entry of this very record")
    entry = rows.filter(record=record, deleted_at=None).order_by("-pk").first()
    at = record.next_contact_at
    wanted = record.add_to_schedule and at is not None and at > timezone.now()
    if entry is None and wanted:
        create(planner, resource, _entry_of(record), owner=record.salesperson_id or actor.user_id)
    elif entry is not None and entry.state == ScheduleEntry.State.OPEN:
        with change(actor, "edit", resource.name):
            if not wanted or at is None:
                rows.filter(pk=entry.pk).update(deleted_at=timezone.now(), deleted_by_id=actor.user_id)
                return
            entry.starts_at, entry.title = at, _title(record)
            apply(planner, resource, entry, {"starts_at", "title"})


def _entry_of(record: ContactRecord) -> dict[str, Any]:
    assert record.next_contact_at is not None
    way = option(record.kind_id)
    return {
        "title": _title(record),
        "kind": str(_KINDS.get(way.name if way else "", ScheduleEntry.Kind.TODO)),
        "starts_at": record.next_contact_at.isoformat(),
        "customer": record.customer_id,
        "contact": record.contact_id,
        "record": record.pk,
    }


def _title(record: ContactRecord) -> str:
    return (record.next_plan or _("Contact %(customer)s") % {"customer": record.customer.name})[:120]


# ---- managers -------------------------------------------------------------------------------------------------------


def guide(actor: Actor, records: Sequence[ContactRecord], guidance: str) -> None:
    """A manager's answer (CON-09); who wrote the record is told of it."""
    resource = resource_of(ContactRecord)
    for record in records:
        record.guidance, record.guided_by_id = guidance, actor.user_id
        apply(actor, resource, record, {"guidance", "guided_by"})
        writers = {record.salesperson_id, record.created_by_id}
        people = sorted(user for user in writers if user is not None and user != actor.user_id)
        if people:
            text = _("Guidance from %(manager)s: %(text)s") % {"manager": actor.name, "text": guidance}
            with change(actor, "guide", resource.name) as opened:
                emit(opened, TOLD, resource.name, [record.pk], {"people": people, "text": text})


def tell_manager_of_key_customer(actor: Actor, record: ContactRecord, changed: frozenset[str]) -> None:
    """The salesperson's manager hears of a contact with a key customer, and when the next one is (CON-16)."""
    if "customer" not in changed or not is_key(record.level_id):
        return
    resource = resource_of(ContactRecord)
    people = overseers(resource, record.salesperson_id or 0, besides=actor.user_id)
    if not people:
        return
    text = _("Key customer %(customer)s: %(summary)s") % {
        "customer": record.customer.name,
        "summary": record.summary,
    }
    if record.next_contact_at:
        at = date_format(timezone.localtime(record.next_contact_at), "m-d H:i")
        text += _(" (next contact %(time)s)") % {"time": at}
    with change(actor, "create", resource.name) as opened:
        emit(opened, TOLD, resource.name, [record.pk], {"people": people, "text": text})


def check(actor: Actor, records: Sequence[ContactRecord]) -> None:
    """The designated checker has looked at these records (CON-15). Raises ``Conflict`` for his own."""
    resource = resource_of(ContactRecord)
    for record in records:
        if actor.user_id in (record.created_by_id, record.salesperson_id):
            raise Conflict(_("“%(record)s” is your own; somebody else checks it.") % {"record": record.summary})
        record.checked_by_id, record.checked_at = actor.user_id, timezone.now()
        apply(actor, resource, record, {"checked_by", "checked_at"})
