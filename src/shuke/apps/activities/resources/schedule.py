"""How people work with the schedule."""

from django.utils.translation import gettext_lazy as _

from shuke.apps.activities.models import ScheduleEntry
from shuke.apps.activities.services import contact_record
from shuke.apps.activities.services import schedule as rules
from shuke.kernel.criteria import All, Either, where
from shuke.resource.registry import register
from shuke.resource.spec import (
    PERSONAL,
    Beside,
    Field,
    Menu,
    Parameter,
    Resource,
    Search,
    Section,
    Table,
    Verb,
    View,
)

_OWN, _TAKING_PART = where(owner={"me": True}), where(participants=[{"me": True}])
_MINE = Either((_OWN, _TAKING_PART))


def _open(period: str) -> All:
    return All((*where(state="open", starts_at__within=period).parts, _MINE))


schedule = register(
    Resource(
        model=ScheduleEntry,
        name="schedule",
        title="title",
        icon="calendar-time",
        menu=Menu("work", 10),
        about=_("Your appointments, calls and meetings, alone or with colleagues."),
        scope=PERSONAL,
        fields=(
            Field("title", search=Search.A, quick=True),
            Field("kind", filter=True, badge=True, quick=True),
            Field("starts_at", filter=True, sort=True, quick=True, due=True),
            Field("ends_at", quick=True),
            Field("place", quick=True),
            Field("customer", filter=True, quick=True),
            Field("contact"),
            Field("participants", filter=True, quick=True),
            Field("remind_before", quick=True),
            Field("note", wide=True),
            Field("state", filter=True, badge=True, readonly=True),
            Field("result", search=Search.B, readonly=True, wide=True),
            Field("completed_at", filter=True, sort=True, readonly=True),
            Field("record", once=True),
        ),
        form=(
            Section(_("What and when"), ("title", "kind", "starts_at", "ends_at", "place", "remind_before")),
            Section(_("With whom"), ("customer", "contact", "participants", "note")),
        ),
        table=Table(
            columns=("title", "kind", "starts_at", "ends_at", "customer", "place", "owner", "state", "participants"),
            sort="starts_at",
            views=(
                View("today", _("Today"), _open("today"), sort="starts_at"),
                View("week", _("This week"), _open("this-week"), sort="starts_at"),
                View("month", _("This month"), _open("this-month"), sort="starts_at"),
                View("overdue", _("Overdue"), _open("before-today"), sort="starts_at"),
                View("history", _("Completed"), All((*where(state="done").parts, _MINE)), sort="-completed_at"),
                View("all", _("Everybody’s"), sort="-starts_at"),
            ),
        ),
        pending=where(state="open"),
        closed=where(state="done"),
        concern=(_OWN, All((*_TAKING_PART.parts, *where(owner__ne={"me": True}).parts))),
        beside=(Beside("customer", ("title", "kind", "starts_at", "owner", "state")),),
        facts=("kind", "starts_at", "ends_at", "customer", "state"),
        rules=(rules.completed_is_locked, contact_record.contact_works_there),
        doubts=(rules.collides,),
        reactions=(rules.tell_participants,),
        keep=(rules.completed_stays,),
        verbs=(
            Verb(
                "complete",
                _("Complete"),
                rules.complete,
                grant="edit",
                icon="circle-check",
                parameters=(Parameter("result", _("what came of it"), kind="long_text"),),
                when=where(state="open"),
                settles=True,
            ),
        ),
    )
)
