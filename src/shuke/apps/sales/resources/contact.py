"""How people work with contacts."""

from django.utils.translation import gettext_lazy as _

from shuke.apps.sales.models import Contact
from shuke.apps.sales.services.removal import only_ones_own_of_today
from shuke.kernel.criteria import where
from shuke.resource.registry import register
from shuke.resource.spec import Field, Match, Menu, Number, Resource, Search, Section, Table, View, child_of

contacts = register(
    Resource(
        model=Contact,
        name="contacts",
        title="name",
        subtitle="title",
        icon="users",
        menu=Menu("customers", 20),
        about=_("The people at your customers: whom to call, and what they are there."),
        scope=child_of("customer"),
        number=Number("number", "P{yyyy}-{seq:5}"),
        fields=(
            Field("number", search=Search.B, readonly=True),
            Field("name", search=Search.A, sort=True, quick=True),
            Field("customer", filter=True, quick=True),
            Field("gender", filter=True),
            Field("title", quick=True),
            Field("department"),
            Field("mobile", search=Search.B, mask="phone", quick=True),
            Field("phone", search=Search.B, mask="phone"),
            Field("email", search=Search.B, mask="email"),
            Field("wechat", search=Search.B),
            Field("birthday", filter=True),
            Field("tags", dictionary="contact-tag", filter=True),
            Field("note", wide=True),
        ),
        form=(
            Section(_("Person"), ("name", "customer", "gender", "title", "department", "tags", "birthday")),
            Section(_("Contact details"), ("mobile", "phone", "email", "wechat", "note")),
        ),
        table=Table(
            columns=("name", "customer", "title", "mobile", "email", "owner", "updated_at"),
            views=(
                View("all", _("All contacts")),
                View("mine", _("My contacts"), where(owner={"me": True})),
            ),
        ),
        hint=("customer", "owner", "mobile"),
        facts=("customer", "title", "mobile", "email"),
        duplicates=(Match(("customer", "name")), Match(("mobile",))),
        keep=(only_ones_own_of_today,),
    )
)
