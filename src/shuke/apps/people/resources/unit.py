"""How people work with organisation units."""

from django.utils.translation import gettext_lazy as _

from shuke.apps.people.services import unit as rules
from shuke.engine.organisation.models import Unit, User
from shuke.resource.registry import register
from shuke.resource.spec import Field, Menu, Related, Resource, Scope, Search, Section, Table

units = register(
    Resource(
        model=Unit,
        name="units",
        title="name",
        icon="sitemap",
        menu=Menu("settings", 10),
        about=_("The tree of companies and departments: who belongs where, and what “below” means in permissions."),
        scope=Scope(unit="id"),
        fields=(
            Field("name", search=Search.A, sort=True, quick=True),
            Field("kind", filter=True, quick=True, badge=True),
            Field("parent", filter=True, quick=True),
            Field("head", filter=True, quick=True, bulk=True),
            Field("code", search=Search.B),
            Field("position", sort=True),
            Field("phone", search=Search.B),
            Field("address"),
            Field("note", wide=True),
        ),
        form=(
            Section(_("Unit"), ("name", "kind", "parent", "head", "code", "position")),
            Section(_("Contact"), ("phone", "address", "note")),
        ),
        table=Table(columns=("name", "kind", "parent", "head", "code", "phone", "updated_at"), sort="position"),
        facts=("kind", "parent", "head"),
        related=(
            Related(Unit, "parent", ("name", "kind", "head", "position")),
            Related(User, "unit", ("name", "login", "title", "mobile")),
        ),
        rules=(rules.tree_has_no_loop, rules.unit_has_a_place),
        keep=(rules.unit_is_empty,),
    )
)
