"""How people work with roles."""

from django.utils.translation import gettext_lazy as _

from shuke.apps.people.services import rights
from shuke.apps.people.services import role as rules
from shuke.engine.organisation.models import Role, User
from shuke.resource.registry import register
from shuke.resource.spec import Field, Match, Menu, Related, Resource, Search, Section, Table

roles = register(
    Resource(
        model=Role,
        name="roles",
        title="name",
        icon="shield",
        menu=Menu("settings", 30),
        about=_(
            "Sets of permissions that users share: what may be done, over how much of the company, with which fields."
        ),
        fields=(
            Field("name", search=Search.A, sort=True, quick=True),
            Field("builtin", readonly=True),
            Field("note", wide=True, quick=True),
            Field("position", sort=True),
            Field("second_factor"),
            Field("grants", wide=True),
            Field("field_rules", wide=True),
        ),
        form=(
            Section(_("Role"), ("name", "note", "position", "second_factor")),
            Section(_("Permissions"), ("grants", "field_rules")),
        ),
        table=Table(columns=("name", "note", "position", "updated_at"), sort="position"),
        related=(Related(User, "roles", ("name", "login", "unit", "title"), title=_("Members")),),
        duplicates=(Match(("name",)),),
        rules=(rights.grants_are_known,),
        reactions=(rights.roles_give_only_what_one_has,),
        keep=(rules.role_is_not_built_in, rules.role_has_no_members),
        importable=False,
    )
)
