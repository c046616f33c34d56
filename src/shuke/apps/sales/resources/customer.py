"""How people work with customers."""

from django.utils.translation import gettext_lazy as _

from shuke.apps.sales.models import Contact, Customer
from shuke.kernel.criteria import where
from shuke.resource.registry import register
from shuke.resource.spec import (
    OWNED,
    Field,
    Match,
    Menu,
    Number,
    Related,
    Resource,
    Search,
    Section,
    Table,
    View,
)

customers = register(
    Resource(
        model=Customer,
        name="customers",
        title="name",
        subtitle="number",
        icon="building",
        menu=Menu("customers", 10),
        about=_("The companies and people you sell to. Import your spreadsheet, or add the first customer."),
        scope=OWNED,
        number=Number("number", "C{yyyy}-{seq:5}"),
        fields=(
            Field("number", search=Search.B, readonly=True),
            Field("name", search=Search.A, sort=True, quick=True),
            Field("level", dictionary="customer-level", filter=True, bulk=True, badge=True, quick=True),
            Field("source", dictionary="customer-source", filter=True, bulk=True, quick=True),
            Field("classification", dictionary="customer-classification", filter=True, bulk=True),
            Field("industry", dictionary="industry", filter=True, bulk=True),
            Field("phone", search=Search.B, mask="phone", quick=True),
            Field("email", search=Search.B, mask="email"),
            Field("website"),
            Field("region", filter=True, bulk=True),
            Field("address"),
            Field("credit_limit", sort=True, sensitive=True),
            Field("next_contact_at", filter=True, sort=True, bulk=True, due=True),
            Field("tags", dictionary="customer-tag", filter=True),
            Field("note", wide=True),
        ),
        form=(
            Section(_("Basic data"), ("name", "level", "tags", "source", "classification", "industry")),
            Section(_("Reaching them"), ("phone", "email", "website", "region", "address")),
            Section(_("Working with them"), ("next_contact_at", "credit_limit", "note")),
        ),
        table=Table(
            columns=("name", "level", "tags", "region", "phone", "owner", "next_contact_at", "source", "updated_at"),
            views=(
                View("all", _("All customers")),
                View("mine", _("My customers"), where(owner={"me": True})),
                View("due", _("To contact today"), where(next_contact_at__lte={"today": 0}), sort="next_contact_at"),
                View("new", _("New in 30 days"), where(created_at__gte={"today": -30}), sort="-created_at"),
                View("pool", _("In a pool"), where(pool__not_empty=True)),
            ),
        ),
        facts=("level", "owner", "next_contact_at", "region", "source"),
        related=(Related(Contact, "customer", ("name", "title", "mobile", "email")),),
        duplicates=(Match(("name",)), Match(("phone",))),
    )
)
