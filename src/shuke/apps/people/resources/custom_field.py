"""How administrators work with custom fields."""

from django.utils.translation import gettext_lazy as _

from shuke.apps.people.services import custom_field as rules
from shuke.engine.customfields.models import CustomField
from shuke.kernel.criteria import where
from shuke.resource.registry import register
from shuke.resource.spec import Field, Menu, Resource, Search, Section, Table, View

custom_fields = register(
    Resource(
        model=CustomField,
        name="custom-fields",
        title="label",
        subtitle="key",
        icon="forms",
        menu=Menu("settings", 60),
        about=_("Fields of your own on any object. Retire one in the recycle bin: its values stay and can come back."),
        fields=(
            Field("object", filter=True, sort=True, badge=True, quick=True, once=True),
            Field("label", search=Search.A, sort=True, quick=True),
            Field("label_en", search=Search.A),
            Field("key", search=Search.B, once=True),
            Field("kind", filter=True, quick=True, once=True),
            Field("options", wide=True, quick=True),
            Field("target", once=True),
            Field("result", once=True),
            Field("formula", wide=True),
            Field("places", once=True),
            Field("help", wide=True),
            Field("section"),
            Field("position", sort=True),
            Field("required", filter=True, quick=True),
            Field("filter"),
            Field("sort"),
            Field("search", once=True),
            Field("bulk"),
            Field("quick"),
        ),
        form=(
            Section(
                _("Field"), ("object", "label", "label_en", "kind", "options", "target", "result", "formula", "places")
            ),
            Section(_("Use"), ("required", "filter", "sort", "search", "bulk", "quick")),
            Section(_("Place"), ("section", "position", "help", "key")),
        ),
        table=Table(
            columns=("label", "object", "kind", "section", "required", "filter", "sort", "key", "updated_at"),
            sort="object",
            views=(
                View("all", _("All")),
                View("required", _("Required"), where(required=True)),
                View("formulas", _("Formulas"), where(kind="formula")),
            ),
        ),
        rules=(rules.is_known, rules.key_is_plain, rules.has_what_its_kind_needs),
        reactions=(rules.store,),
        importable=False,
    )
)
