"""How people work with tasks."""

from django.utils.translation import gettext_lazy as _

from shuke.apps.activities.models import Task
from shuke.apps.activities.services import task as rules
from shuke.kernel.criteria import where
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

tasks = register(
    Resource(
        model=Task,
        name="tasks",
        title="title",
        icon="checklist",
        menu=Menu("work", 20),
        about=_("What is to be done by a day. Change its owner to give it to a colleague."),
        scope=PERSONAL,
        fields=(
            Field("title", search=Search.A, quick=True),
            Field("due_at", filter=True, sort=True, quick=True, due=True, bulk=True),
            Field("urgency", filter=True, badge=True, quick=True, bulk=True),
            Field("state", filter=True, badge=True, readonly=True),
            Field("customer", filter=True, quick=True),
            Field("note", wide=True, quick=True),
            Field("result", readonly=True, wide=True),
            Field("completed_at", filter=True, sort=True, readonly=True),
        ),
        form=(Section(_("Task"), ("title", "due_at", "urgency", "customer", "note")),),
        table=Table(
            columns=("title", "due_at", "urgency", "state", "customer", "owner"),
            sort="due_at",
            views=(
                View("open", _("To do"), where(owner={"me": True}, state__ne="done"), sort="due_at"),
                View("done", _("Completed"), where(owner={"me": True}, state="done"), sort="-completed_at"),
                View("given", _("Given to others"), where(created_by={"me": True}, owner__ne={"me": True})),
                View("all", _("Everybody’s"), sort="due_at"),
            ),
        ),
        pending=where(state__ne="done"),
        beside=(Beside("customer", ("title", "due_at", "urgency", "state", "owner")),),
        facts=("due_at", "urgency", "state", "customer", "owner"),
        keep=(rules.completed_stays,),
        verbs=(
            Verb("begin", _("Begin"), rules.begin, grant="edit", icon="player-play", when=where(state="open")),
            Verb(
                "complete",
                _("Complete"),
                rules.complete,
                grant="edit",
                icon="circle-check",
                parameters=(Parameter("result", _("what came of it"), kind="long_text", required=False),),
                when=where(state__ne="done"),
                settles=True,
            ),
            Verb("reopen", _("Open again"), rules.reopen, grant="edit", icon="rotate", when=where(state="done")),
        ),
    )
)
