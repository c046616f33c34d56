"""How administrators work with custom fields."""

from django.utils.translation import gettext_lazy as _

from shuke.apps.people.services import custom_field as rules
from shuke.engine.customfields.models import CustomField
from shuke.kernel.criteria import Not, where
from shuke.resource.registry import register
from shuke.resource.spec import Field, Menu, Resource, Search, Section, Table, View

# The kinds that have choices.
_LISTS = ["option", "options"]
_FILES = ["files", "pictures"]

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
            Field("options", wide=True, quick=True, show=where(kind=_LISTS), need=where(kind=_LISTS)),
            Field("depends", show=where(kind="option")),
            Field("target", once=True, show=where(kind="link"), need=where(kind="link")),
            Field("result", once=True, show=where(kind="formula")),
            Field("formula", wide=True, quick=True, show=where(kind="formula"), need=where(kind="formula")),
            Field("places", once=True, show=where(kind=["decimal", "formula"])),
            Field("most", show=where(kind=_FILES)),
            Field("help", wide=True),
            Field("section"),
            Field("position", sort=True),
            Field("required", filter=True, quick=True, show=Not(where(kind="formula"))),
            Field("filter"),
            Field("sort", show=Not(where(kind=_FILES))),
            Field("search", once=True, show=where(kind=["text", "phone", "email", "url", "long_text", "rich_text"])),
            Field("bulk", show=Not(where(kind=["formula", *_FILES]))),
            Field("quick", show=Not(where(kind="formula"))),
        ),
        form=(
            Section(
                _("Field"),
                (
                    "object",
                    "label",
                    "label_en",
                    "kind",
                    "options",
                    "depends",
                    "target",
                    "result",
                    "formula",
                    "places",
                    "most",
                ),
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
