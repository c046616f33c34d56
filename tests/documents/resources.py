"""How people work with offers."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from shuke.engine.access.actor import Actor
from shuke.kernel.errors import Invalid
from shuke.resource.registry import register
from shuke.resource.spec import (
    OWNED,
    Field,
    Lines,
    Resource,
    Search,
    Section,
    Suggestion,
    Table,
    child_of,
)
from tests.documents.models import Offer, OfferLine

# What is known to cost so much.
PRICES = {"阀门": Decimal("120.00"), "轴承": Decimal("35.50")}


def not_below_nothing(actor: Actor, line: OfferLine) -> None:
    """One offers at least one piece."""
    if line.quantity is not None and line.quantity <= 0:
        raise Invalid(fields={"quantity": "数量至少为 1。"})


def usual_price(actor: Actor, line: OfferLine) -> Mapping[str, Any]:
    """The price of what has a known one."""
    return {"price": PRICES[line.product]} if line.product in PRICES else {}


lines = register(
    Resource(
        model=OfferLine,
        name="offer-lines",
        title="product",
        icon="list",
        scope=child_of("offer"),
        fields=(
            Field("product", search=Search.A, sort=True),
            Field("offer", filter=True),
            Field("quantity", sort=True),
            Field("price"),
            Field("amount", readonly=True, sort=True, formula="ROUND(quantity * price, 2)"),
            Field("way", filter=True),
            Field("source", dictionary="customer-source"),
            Field("channel", dictionary="offer-channel", depends="source"),
            Field("contact"),
            Field("wanted_on"),
            Field("position", sort=True),
        ),
        form=(Section("明细", ("product", "quantity", "price", "way", "source", "contact", "wanted_on", "channel")),),
        table=Table(columns=("product", "offer", "quantity", "price", "amount"), sort="product"),
        rules=(not_below_nothing,),
        suggestions=(Suggestion(("product",), usual_price),),
        importable=False,
    )
)

offers = register(
    Resource(
        model=Offer,
        name="offers",
        title="title",
        icon="file-invoice",
        scope=OWNED,
        fields=(
            Field("title", search=Search.A, sort=True, quick=True),
            Field("customer", filter=True, quick=True),
            Field("source", dictionary="customer-source", filter=True, bulk=True),
            Field("channel", dictionary="offer-channel", depends="source", filter=True, bulk=True),
            Field("terms", search=Search.B),
            Field("papers", filter=True),
            Field("photos", filter=True, wide=True),
            Field("discount"),
            Field("amount", readonly=True, sort=True,
                  formula='SUM("offer-lines", "amount") * (100 - IFEMPTY(discount, 0)) / 100'),
            Field("quantity", readonly=True, formula='SUM("offer-lines", "quantity")'),
        ),
        form=(Section("报价", ("title", "customer", "source", "channel", "terms", "papers", "photos", "discount")),),
        table=Table(columns=("title", "customer", "amount", "owner", "updated_at"), sort="-updated_at"),
        facts=("customer", "amount"),
        lines=(
            Lines(
                OfferLine,
                "offer",
                ("product", "quantity", "price", "way", "source", "contact", "wanted_on", "channel", "amount"),
                totals=("quantity", "amount"),
            ),
        ),
    )
)  # fmt: skip
