"""How people set up what customer levels mean."""

from django.utils.translation import gettext_lazy as _

from shuke.apps.sales.models import LevelPolicy
from shuke.apps.sales.services import level as rules
from shuke.resource.registry import register
from shuke.resource.spec import Field, Menu, Resource, Search, Section, Table

level_policies = register(
    Resource(
        model=LevelPolicy,
        name="level-policies",
        title="name",
        icon="stairs",
        menu=Menu("settings", 55),
        about=_("What a customer’s level means: after how many days one is in touch again, and who watches it."),
        fields=(
            Field("name", search=Search.A, sort=True, quick=True),
            Field("days", sort=True, quick=True),
            Field("key", filter=True, quick=True),
        ),
        form=(Section(_("Level"), ("name", "days", "key")),),
        table=Table(columns=("name", "days", "key", "updated_at"), sort="days"),
        facts=("days", "key"),
        rules=(rules.level_is_an_option,),
        reactions=(rules.name_is_the_levels,),
    )
)
