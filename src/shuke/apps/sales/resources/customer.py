"""How people work with customers."""

from django.utils.translation import gettext_lazy as _

from shuke.apps.sales.models import Contact, Customer
from shuke.kernel.criteria import All, Not, where
from shuke.resource.registry import register
from shuke.resource.spec import (
    OWNED,
    Beside,
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


def _not_contacted(period: str) -> All:
    """One's own customers with whom nobody was in touch in a period, those never contacted among them (CUS-10)."""
    return All((*where(owner={"me": True}).parts, Not(where(last_contact_at__within=period))))


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
            Field("type", dictionary="customer-type", filter=True, bulk=True),
            Field("stage", dictionary="customer-stage", filter=True, bulk=True, badge=True),
            Field("status", dictionary="customer-status", filter=True, bulk=True, badge=True),
            Field("credit_rating", dictionary="credit-rating", filter=True, bulk=True, badge=True),
            Field("satisfaction", dictionary="satisfaction", filter=True, bulk=True, badge=True),
            Field("probability", filter=True, sort=True, bulk=True),
            Field("phone", search=Search.B, mask="phone", quick=True),
            Field("email", search=Search.B, mask="email"),
            Field("website"),
            Field("region", filter=True, bulk=True),
            Field("address"),
            Field("credit_limit", sort=True, sensitive=True),
            Field("last_contact_at", filter=True, sort=True, readonly=True),
            Field("next_contact_at", filter=True, sort=True, bulk=True, due=True),
            Field("chance", filter=True, bulk=True),
            Field("preferred_way", dictionary="contact-way"),
            Field("habits", wide=True),
            Field("tags", dictionary="customer-tag", filter=True),
            Field("note", wide=True),
        ),
        form=(
            Section(
                _("Basic data"),
                ("name", "level", "stage", "status", "source", "classification", "type", "industry", "tags"),
            ),
            Section(_("Contact details"), ("phone", "email", "website", "region", "address", "preferred_way")),
            Section(
                _("Follow-up"),
                (
                    "next_contact_at",
                    "probability",
                    "chance",
                    "credit_rating",
                    "credit_limit",
                    "satisfaction",
                    "habits",
                    "note",
                ),
            ),
        ),
        table=Table(
            columns=(
                "name",
                "level",
                "stage",
                "chance",
                "tags",
                "phone",
                "owner",
                "next_contact_at",
                "last_contact_at",
            ),
            views=(
                View("all", _("All customers")),
                View("mine", _("My customers"), where(owner={"me": True}), mine=True),
                View(
                    "due",
                    _("To contact today"),
                    where(pool__empty=True, next_contact_at__lte={"today": 0}),
                    sort="next_contact_at",
                ),
                View("plan", _("Not contacted this week"), _not_contacted("this-week"), sort="last_contact_at"),
                View(
                    "forgotten", _("Not contacted for 30 days"), _not_contacted("last-30-days"), sort="last_contact_at"
                ),
                View("new", _("New in 30 days"), where(created_at__gte={"today": -30}), sort="-created_at"),
                View("pool", _("In a pool"), where(pool__not_empty=True)),
            ),
        ),
        hint=("level", "owner", "pool", "phone", "number"),
        facts=("level", "stage", "owner", "next_contact_at", "last_contact_at", "region"),
        beside=(Beside("pool", ("name", "level", "stage", "region", "phone", "last_contact_at")),),
        related=(Related(Contact, "customer", ("name", "title", "mobile", "email")),),
        duplicates=(Match(("name",)), Match(("phone",))),
    )
)
