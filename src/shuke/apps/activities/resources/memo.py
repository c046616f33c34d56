"""How people work with memos."""

from django.utils.translation import gettext_lazy as _

from shuke.apps.activities.models import Memo
from shuke.kernel.criteria import where
from shuke.resource.registry import register
from shuke.resource.spec import PERSONAL, Beside, Field, Menu, Resource, Search, Section, Table, View

memos = register(
    Resource(
        model=Memo,
        name="memos",
        title="title",
        icon="note",
        menu=Menu("work", 30),
        about=_("Notes to yourself. Choose a time, and you are reminded of one."),
        scope=PERSONAL,
        fields=(
            Field("title", search=Search.A, quick=True),
            Field("text", search=Search.B, wide=True, quick=True),
            Field("customer", filter=True, quick=True),
            Field("remind_at", filter=True, sort=True, quick=True, due=True),
        ),
        form=(Section(_("Memo"), ("title", "remind_at", "customer", "text")),),
        table=Table(
            columns=("title", "customer", "remind_at", "updated_at"),
            views=(
                View("mine", _("My memos"), where(owner={"me": True})),
                View(
                    "coming", _("Coming up"), where(owner={"me": True}, remind_at__gte={"today": 0}), sort="remind_at"
                ),
            ),
        ),
        beside=(Beside("customer", ("title", "remind_at", "owner")),),
        facts=("remind_at", "customer"),
    )
)
