"""How administrators work with automation rules."""

from django.utils.translation import gettext_lazy as _

from shuke.apps.people.services import automation as rules
from shuke.engine.automation.models import AutomationRule
from shuke.kernel.criteria import where
from shuke.resource.registry import register
from shuke.resource.spec import Field, Menu, Resource, Search, Section, Table, View

automation_rules = register(
    Resource(
        model=AutomationRule,
        name="automation-rules",
        title="name",
        icon="robot",
        menu=Menu("settings", 70),
        about=_("Work that does itself: when something happens or a date comes near, and if it fits, then do this."),
        fields=(
            Field("name", search=Search.A, sort=True, quick=True),
            Field("object", filter=True, sort=True, badge=True, quick=True, once=True),
            Field("active", filter=True, bulk=True),
            Field("position", sort=True),
            Field("trigger"),
            Field("criteria"),
            Field("actions"),
            Field("most_per_minute"),
            Field("note", wide=True),
        ),
        form=(Section(_("Rule"), ("name", "object", "active", "position", "most_per_minute", "note")),),
        table=Table(
            columns=("name", "object", "trigger", "active", "position", "updated_at"),
            sort="position",
            views=(
                View("all", _("All")),
                View("on", _("Switched on"), where(active=True)),
                View("off", _("Switched off"), where(active=False)),
            ),
        ),
        facts=("object", "active"),
        rules=(rules.has_salt, rules.makes_sense),
        reactions=(rules.wind_clock,),
        importable=False,
    )
)
