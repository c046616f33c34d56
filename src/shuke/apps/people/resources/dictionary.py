"""How administrators work with dictionaries and their options."""

from django.utils.translation import gettext_lazy as _

from shuke.apps.people.services import dictionary as rules
from shuke.engine.options.models import Dictionary, Option
from shuke.kernel.criteria import where
from shuke.resource.registry import register
from shuke.resource.spec import Field, Menu, Parameter, Resource, Search, Section, Table, Verb, View

dictionaries = register(
    Resource(
        model=Dictionary,
        name="dictionaries",
        title="name",
        subtitle="key",
        icon="list-details",
        menu=Menu("settings", 50),
        about=_("The values that drop-down fields offer, such as customer levels and sources."),
        fields=(
            Field("name", search=Search.A, sort=True, quick=True),
            Field("key", search=Search.B, once=True),
            Field("above", quick=True),
            Field("note", wide=True, quick=True),
        ),
        form=(Section(_("Dictionary"), ("name", "key", "above", "note")),),
        table=Table(columns=("name", "key", "above", "note", "updated_at"), sort="name"),
        related=(rules.OPTIONS,),
        verbs=(
            Verb(
                "add",
                _("Add several options"),
                rules.add_block,
                grant="edit",
                icon="list-details",
                bulk=False,
                parameters=(
                    Parameter(
                        "block", _("One a line; what it belongs to before it, with a tab or >"), kind="long_text"
                    ),
                ),
            ),
        ),
        rules=(rules.key_is_plain, rules.options_belong_above),
        reactions=(rules.show_at_once,),
        keep=(rules.dictionary_is_unused,),
        importable=False,
    )
)

options = register(
    Resource(
        model=Option,
        name="options",
        title="name",
        subtitle="dictionary",
        icon="tag",
        about=_("One value of a dictionary. Retire it when it is used no more: records that hold it keep it."),
        fields=(
            Field("name", search=Search.A, sort=True, quick=True),
            Field("dictionary", filter=True, quick=True, once=True),
            Field("parent", filter=True, quick=True, bulk=True),
            Field("tone", quick=True, badge=True, tint=True, bulk=True),
            Field("position", sort=True),
            Field("retired", filter=True, bulk=True),
        ),
        form=(Section(_("Option"), ("name", "dictionary", "parent", "tone", "position", "retired")),),
        table=Table(
            columns=("name", "dictionary", "parent", "tone", "position", "retired", "updated_at"),
            sort="position",
            views=(
                View("all", _("All")),
                View("offered", _("Offered"), where(retired=False)),
                View("retired", _("Retired"), where(retired=True)),
            ),
        ),
        facts=("dictionary", "parent", "tone", "retired"),
        verbs=(
            Verb("up", _("Move up"), rules.move_up, grant="edit", icon="arrow-up"),
            Verb("down", _("Move down"), rules.move_down, grant="edit", icon="arrow-down"),
            Verb(
                "merge",
                _("Merge into another"),
                rules.merge_into,
                grant="edit",
                icon="arrow-merge",
                parameters=(Parameter("into", _("Option that stays"), kind="link", resource="options"),),
            ),
        ),
        rules=(rules.option_stays_in_its_dictionary, rules.parent_is_above),
        reactions=(rules.show_at_once,),
        importable=False,
    )
)
