"""The rows of customers and contacts, made chunk by chunk: the same for the same plan, whichever process makes them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from shuke.apps.activities.models import ContactRecord, ScheduleEntry
from shuke.apps.sales.models import Contact, Customer
from shuke.cli.demo import names
from shuke.cli.demo.activities import Activities, about
from shuke.cli.demo.made import made
from shuke.cli.demo.plan import CHUNK, Plan, Seller
from shuke.cli.demo.staff import company
from shuke.cli.demo.vocabulary import Place, Weighted, drawn, places, seeded, weighted
from shuke.engine.record.index_text import index
from shuke.resource.registry import resource_of

YEARS = 3
# How many contacts a customer has: 1.5 on average.
CONTACTS = weighted({0: 18.0, 1: 38.0, 2: 24.0, 3: 14.0, 4: 6.0})
IN_POOL = 0.06


def contact_counts(plan: Plan, chunk: int) -> list[int]:
    """How many contacts each customer of a chunk has; known beforehand, so that ids do not depend on the order."""
    size = min(CHUNK, plan.customers - chunk * CHUNK)
    random = seeded(plan.seed, "contacts", chunk)
    return random.choices(CONTACTS.items, cum_weights=CONTACTS.heights, k=size)


def make_chunk(plan: Plan, chunk: int, first_contact: int) -> tuple[list[Any], list[Any], Activities]:
    """The customers and contacts of a chunk and what was done for them, indexed for search, ready to be stored."""
    random = seeded(plan.seed, "customers", chunk)
    drawing = _drawing(plan)
    customers: list[Any] = []
    contacts: list[Any] = []
    done = Activities()
    for offset, count in enumerate(contact_counts(plan, chunk)):
        serial = chunk * CHUNK + offset
        place = places().draw(random)
        name = names.customer(random, place)
        record = _customer(random, plan, drawing, serial, place, name)
        customers.append(record)
        for _ in range(count):
            contacts.append(_contact(random, plan, drawing, record, place, name, first_contact + len(contacts)))
        about(random, plan, record, contacts[len(contacts) - count :], done)
    for model, records in ((Customer, customers), (Contact, contacts), (ContactRecord, done.records)):
        make_searchable(model, records)
    make_searchable(ScheduleEntry, done.entries)
    return customers, contacts, done


def make_searchable(model: Any, records: Sequence[Any]) -> None:
    """Fill the columns that rows are found by."""
    resource = resource_of(model)
    for record in records:
        index(resource, record)


@dataclass(frozen=True)
class Drawing:
    """What is drawn from, prepared once per process."""

    sellers: dict[int, Weighted[Seller]]
    territories: dict[int, str]
    level: Weighted[int]
    source: Weighted[int]
    classification: Weighted[int]
    industry: dict[str, int]
    industries: Weighted[int]
    further: dict[str, Weighted[int | None]]
    tags: dict[type[Any], Weighted[int]]


_drawings: dict[int, Drawing] = {}


def _drawing(plan: Plan) -> Drawing:
    if id(plan) not in _drawings:
        _drawings[id(plan)] = _prepare(plan)
    return _drawings[id(plan)]


def _prepare(plan: Plan) -> Drawing:
    territories = {code: unit for unit, codes in company()["territories"].items() for code in codes}
    by_unit = {
        unit: weighted({seller: seller.weight for seller in sellers}) for unit, sellers in plan.staff.sellers.items()
    }
    industries = plan.options["industry"]
    tags = {Customer: ("customer-tag", (14, 30, 24, 12, 20)), Contact: ("contact-tag", (30, 50, 16, 4))}
    return Drawing(
        sellers={code: by_unit[unit] for code, unit in territories.items()},
        territories=territories,
        level=_skewed(plan.options["customer-level"], (8, 22, 45, 25)),
        source=_skewed(plan.options["customer-source"], (12, 18, 25, 20, 12, 10, 3)),
        classification=_skewed(plan.options["customer-classification"], (55, 30, 8, 7)),
        industry={trade: industries[name] for trade, name in company()["industries"].items() if name in industries},
        industries=_skewed(industries, ()),
        tags={model: _skewed(plan.options[key], weights) for model, (key, weights) in tags.items()},
        further={
            "type_id": _often_empty(plan.options["customer-type"], (15, 60, 25), 0),
            "stage_id": _often_empty(plan.options["customer-stage"], (25, 25, 20, 12, 18), 0),
            "status_id": _often_empty(plan.options["customer-status"], (88, 7, 5), 0),
            "credit_rating_id": _often_empty(plan.options["credit-rating"], (8, 14, 20, 12, 4), 42),
            "satisfaction_id": _often_empty(plan.options["satisfaction"], (10, 20, 10, 4, 1), 55),
        },
    )


def _skewed(options: dict[str, int], weights: tuple[int, ...]) -> Weighted[int]:
    """Option ids in their order with the given weights; further ones are rare."""
    padded = [*weights, *[5] * len(options)]
    return weighted({pk: float(weight) for pk, weight in zip(options.values(), padded, strict=False)})


def _often_empty(options: dict[str, int], weights: tuple[int, ...], empty: int) -> Weighted[int | None]:
    """The same, with nothing at all by the weight ``empty``."""
    known: dict[int | None, float] = {pk: float(weight) for pk, weight in zip(options.values(), weights, strict=False)}
    return weighted({**known, None: float(empty)})


def _customer(random: Random, plan: Plan, drawing: Drawing, serial: int, place: Place, name: names.Name) -> Any:
    created = _created(random, plan, serial)
    updated = created + (plan.now - created) * min(1.0, random.random() ** 0.5)
    seller, pool = _owner(random, plan, drawing, place)
    landline = name.kind in ("company", "institution") and random.random() < 0.45
    mail = random.random() < 0.55
    website = f"https://www.{mail_host}" if (mail_host := names.host(name.brand)) and random.random() < 0.2 else ""
    author = seller.user if seller else plan.staff.administrator
    return made(
        Customer,
        id=plan.first_customer + serial,
        number=f"C{created.year}-{plan.first_customer + serial:05d}",
        name=name.text,
        level_id=drawing.level.draw(random),
        source_id=drawing.source.draw(random),
        classification_id=drawing.classification.draw(random),
        **{column: options.draw(random) for column, options in drawing.further.items()},
        probability=random.randrange(1, 10) * 10 if random.random() < 0.4 else None,
        chance=random.random() < 0.06,
        industry_id=drawing.industry.get(name.trade) or drawing.industries.draw(random),
        phone="" if random.random() < 0.04 else names.landline(random, place) if landline else names.mobile(random),
        email=names.email(random, "", name.brand) if mail else "",
        website=website,
        region_id=place.code,
        address=names.address(random, place) if random.random() < 0.8 else place.full,
        credit_limit=random.randrange(1, 60) * 5000 if random.random() < 0.3 else None,
        next_contact_at=_next_contact(random, plan) if seller and random.random() < 0.6 else None,
        note=random.choice(company()["notes"]) if random.random() < 0.15 else "",
        tags=_tags(random, drawing.tags[Customer], 0.4),
        owner_id=seller.user if seller else None,
        unit_id=seller.unit if seller else None,
        pool_id=pool,
        version=1 + int(random.random() ** 2 * 6),
        created_at=created,
        created_by_id=author,
        updated_at=updated,
        updated_by_id=author,
    )


def _contact(
    random: Random, plan: Plan, drawing: Drawing, customer: Any, place: Place, name: names.Name, pk: int
) -> Any:
    who, gender = names.person(random)
    created = customer.created_at + datetime.timedelta(minutes=random.randrange(5, 60))
    created = min(created, plan.now)
    mobile = names.mobile(random)
    return made(
        Contact,
        id=pk,
        number=f"P{created.year}-{pk:05d}",
        customer_id=customer.id,
        name=who,
        gender=gender,
        title=drawn("jobs").draw(random) if name.kind != "person" else "",
        department=random.choice(company()["departments"]) if name.kind in ("company", "institution") else "",
        mobile=mobile,
        phone=names.landline(random, place) if random.random() < 0.2 else "",
        email=names.email(random, who, name.brand) if random.random() < 0.4 else "",
        wechat=f"wx{mobile[-8:]}" if random.random() < 0.35 else "",
        birthday=_birthday(random) if random.random() < 0.2 else None,
        tags=_tags(random, drawing.tags[Contact], 0.5),
        owner_id=customer.owner_id,
        unit_id=customer.unit_id,
        pool_id=customer.pool_id,
        created_at=created,
        created_by_id=customer.created_by_id,
        updated_at=max(created, customer.updated_at) if random.random() < 0.5 else created,
        updated_by_id=customer.updated_by_id,
    )


def _tags(random: Random, tags: Weighted[int], share: float) -> list[int]:
    """None for most; who has one often has another."""
    found = set()
    while random.random() < share:
        found.add(tags.draw(random))
    return sorted(found)


def _birthday(random: Random) -> datetime.date:
    return datetime.date(random.randrange(1965, 2001), random.randrange(1, 13), random.randrange(1, 29))


def _owner(random: Random, plan: Plan, drawing: Drawing, place: Place) -> tuple[Seller | None, int | None]:
    province = place.code // 10_000
    if random.random() < IN_POOL:
        pools = plan.staff.pools
        own = pools.get(drawing.territories[province])
        return None, own if own and random.random() < 0.5 else pools[None]
    return drawing.sellers[province].draw(random), None


def _created(random: Random, plan: Plan, serial: int) -> datetime.datetime:
    """Customers come in ever faster over the years, in working hours, in the order of their serials."""
    start = plan.now - datetime.timedelta(days=365 * YEARS)
    passed = float((serial / plan.customers) ** 0.75)
    day = (start + (plan.now - start) * passed).replace(hour=0, minute=0, second=0, microsecond=0)
    return min(plan.now, day + datetime.timedelta(seconds=random.randrange(8 * 3600 + 1800, 18 * 3600 + 1800)))


def _next_contact(random: Random, plan: Plan) -> datetime.datetime:
    """Between two weeks ago (overdue) and six weeks ahead, on a half hour of the working day."""
    day = plan.now.replace(hour=9, minute=0, second=0, microsecond=0)
    return day + datetime.timedelta(days=random.randrange(-14, 43), minutes=30 * random.randrange(0, 18))


def offsets(plan: Plan) -> Iterator[tuple[int, int]]:
    """(chunk, id of its first contact) of every chunk."""
    contact = plan.first_contact
    for chunk in range(plan.chunks):
        yield chunk, contact
        contact += sum(contact_counts(plan, chunk))
