"""How people work with contact records."""

from django.utils.translation import gettext_lazy as _

from shuke.apps.activities.models import ContactRecord
from shuke.apps.activities.services import contact_record as rules
from shuke.apps.sales.services.level import DICTIONARY
from shuke.apps.sales.services.removal import only_ones_own_of_today
from shuke.kernel.criteria import where
from shuke.resource.registry import register
from shuke.resource.spec import (
    Beside,
    Daily,
    Field,
    Menu,
    Parameter,
    Resource,
    Search,
    Section,
    Suggestion,
    Table,
    Verb,
    View,
    child_of,
)

contact_records = register(
    Resource(
        model=ContactRecord,
        name="contact-records",
        title="summary",
        icon="message-2",
        menu=Menu("customers", 30),
        about=_("Every visit, call and message, with what came of it and when to be in touch again."),
        scope=child_of("customer"),
        fields=(
            Field("customer", filter=True, quick=True),
            Field("contact", filter=True, quick=True),
            Field("kind", dictionary="contact-way", filter=True, badge=True, quick=True),
            Field("happened_at", filter=True, sort=True, quick=True),
            Field("salesperson", filter=True),
            Field("summary", search=Search.A, quick=True),
            Field("content", search=Search.B, wide=True, quick=True),
            Field("result", dictionary="contact-result", filter=True, badge=True),
            Field("level", dictionary=DICTIONARY, filter=True, badge=True, quick=True),
            Field("next_contact_at", filter=True, sort=True, quick=True),
            Field("next_plan", quick=True),
            Field("add_to_schedule", quick=True),
            Field("remind", quick=True),
            Field("chance", filter=True),
            Field("guidance", readonly=True, wide=True),
            Field("guided_by", readonly=True),
            Field("checked_by", filter=True, readonly=True),
            Field("checked_at", readonly=True),
        ),
        form=(
            Section(
                _("This contact"),
                ("customer", "contact", "kind", "happened_at", "summary", "result", "content", "salesperson", "chance"),
            ),
            Section(_("What comes next"), ("level", "next_contact_at", "next_plan", "add_to_schedule", "remind")),
        ),
        table=Table(
            columns=(
                "summary",
                "customer",
                "contact",
                "kind",
                "happened_at",
                "salesperson",
                "result",
                "next_contact_at",
            ),
            sort="-happened_at",
            views=(
                View("all", _("All records")),
                View("mine", _("My records"), where(salesperson={"me": True})),
                View("today", _("Today"), where(happened_at__within="today")),
                View("unchecked", _("Not checked yet"), where(checked_by__empty=True)),
            ),
        ),
        beside=(
            Beside(
                "customer",
                ("summary", "contact", "kind", "happened_at", "salesperson", "result"),
                offer=_("Record a contact"),
            ),
        ),
        daily=Daily(by="salesperson", on="happened_at"),
        facts=("customer", "contact", "kind", "happened_at", "salesperson", "result"),
        told=(
            "kind",
            "result",
            "contact",
            "happened_at",
            "salesperson",
            "content",
            "next_contact_at",
            "next_plan",
            "guidance",
        ),
        told_by="kind",
        suggestions=(
            Suggestion(("customer", "level", "happened_at"), rules.suggest),
            Suggestion(("customer",), rules.suggest_contact, offered=True),
        ),
        rules=(rules.contact_works_there, rules.times_make_sense),
        reactions=(rules.follow_level, rules.move_customer_on, rules.schedule_next, rules.tell_manager_of_key_customer),
        keep=(only_ones_own_of_today,),
        verbs=(
            Verb(
                "guide",
                _("Give guidance"),
                rules.guide,
                grant="guide",
                icon="message-star",
                parameters=(Parameter("guidance", _("guidance"), kind="long_text"),),
            ),
            Verb("check", _("Mark as checked"), rules.check, grant="check", icon="checks"),
        ),
    )
)
