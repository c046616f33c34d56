"""How administrators work with form layouts."""

from django.utils.translation import gettext_lazy as _

from shuke.apps.people.services import form_layout as rules
from shuke.engine.layouts.models import FormLayout
from shuke.resource.registry import register
from shuke.resource.spec import Field, Menu, Resource, Search, Section, Table

form_layouts = register(
    Resource(
        model=FormLayout,
        name="form-layouts",
        title="name",
        icon="layout-list",
        menu=Menu("settings", 65),
        about=_("How forms look for a role, a company or everybody: sections, order, what lacks, what must be filled."),
        fields=(
            Field("name", search=Search.A, sort=True, quick=True),
            Field("object", filter=True, badge=True, quick=True, once=True),
            Field("role", filter=True, quick=True),
            Field("company", filter=True, quick=True),
            Field("sections"),
            Field("left_out"),
        ),
        form=(Section(_("Layout"), ("name", "object", "role", "company")),),
        table=Table(columns=("name", "object", "role", "company", "sections", "left_out", "updated_at"), sort="name"),
        facts=("object", "role", "company"),
        rules=(rules.makes_sense,),
        importable=False,
    )
)
