"""How people set up pools."""

from django.utils.translation import gettext_lazy as _

from shuke.apps.people.services import pool as rules
from shuke.engine.organisation.models import Pool
from shuke.resource.registry import register
from shuke.resource.spec import Field, Match, Menu, Resource, Search, Section, Table

pools = register(
    Resource(
        model=Pool,
        name="pools",
        title="name",
        icon="pool",
        menu=Menu("settings", 40),
        about=_("Where customers without an owner wait to be claimed; open to everyone or to some units."),
        fields=(
            Field("name", search=Search.A, sort=True, quick=True),
            Field("units", quick=True),
        ),
        form=(Section(_("Pool"), ("name", "units")),),
        table=Table(columns=("name", "updated_at"), sort="name"),
        duplicates=(Match(("name",)),),
        keep=(rules.pool_is_empty,),
        importable=False,
    )
)
