"""Names, numbers and addresses that look real and belong to nobody; all drawn from a seeded random source."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from random import Random

from shuke.cli.demo.vocabulary import Place, Weighted, drawn, weighted, words
from shuke.kernel.pinyin import full

KINDS = weighted({"company": 80.0, "shop": 13.0, "institution": 2.0, "person": 5.0})


@dataclass(frozen=True, slots=True)
class Name:
    """A customer's name, what kind of customer bears it, its trade name (for mail domains) and its trade."""

    text: str
    kind: str
    brand: str
    trade: str


@cache
def _trades() -> Weighted[tuple[str, tuple[str, ...]]]:
    return weighted(
        {(name, tuple(entry["words"].split())): entry["share"] for name, entry in words()["trades"].items()}
    )


def person(random: Random, gender: str = "") -> tuple[str, str]:
    """A person's name and gender (`"f"` or `"m"`, drawn unless given)."""
    gender = gender or ("f" if random.random() < 0.45 else "m")
    given = words()["given_female" if gender == "f" else "given_male"]
    return drawn("surnames").draw(random) + random.choice(given), gender


def brand(random: Random) -> str:
    """A trade name: mostly two characters, sometimes three, sometimes a word of our days."""
    lists = words()
    if random.random() < 0.12:
        return str(random.choice(lists["brand_modern"]))
    first, second = random.choice(lists["brand_first"]), random.choice(lists["brand_second"])
    while first == second:
        second = random.choice(lists["brand_second"])
    if random.random() < 0.15:
        return f"{first}{second}{random.choice(lists['brand_second'])}"
    return f"{first}{second}"


def customer(random: Random, place: Place) -> Name:
    """A customer's name that fits its place: company, shop, public institution or person."""
    kind = KINDS.draw(random)
    if kind == "person":
        return Name(person(random)[0], kind, "", "")
    if kind == "institution":
        return Name(place.city + random.choice(words()["institutions"]), kind, "", "")
    if kind == "shop":
        return _shop(random, place)
    trade, lines = _trades().draw(random)
    name = brand(random)
    return Name(_company(random, place, name, random.choice(lines)), kind, name, trade)


def _company(random: Random, place: Place, name: str, line: str) -> str:
    form = drawn("forms").draw(random)
    if form == "厂":
        return f"{place.city}{place.county if random.random() < 0.4 else ''}{name}{line.removesuffix('科技')}厂"
    style = random.random()
    if style < 0.5:
        head = f"{place.city}{name}{line}{form}"
    elif style < 0.8:
        head = f"{place.short_city}{name}{line}{form}"
    elif style < 0.92:
        head = f"{name}{line}（{place.short_city}）{form}"
    else:
        head = f"{name}{line}{form}"
    return f"{head}{place.short_city}分公司" if style > 0.97 else head


def _shop(random: Random, place: Place) -> Name:
    sign = random.choice(words()["shops"])
    name = f"{drawn('surnames').draw(random)}记" if random.random() < 0.2 else brand(random)
    head = place.county or place.city
    if random.random() < 0.3:
        head = place.short_city
    return Name(f"{head}{name}{sign}", "shop", name, "")


def mobile(random: Random) -> str:
    """A mobile number as people write it without gaps."""
    return f"{random.choice(words()['mobile_prefixes'])}{random.randrange(10**8):08d}"


def landline(random: Random, place: Place) -> str:
    """A land line of the place: `0755-88886666`."""
    digits = 8 if len(place.area_code) == 3 or place.area_code in ("0755", "0769", "0571", "0731") else 7
    return f"{place.area_code}-{random.randrange(2 * 10 ** (digits - 1), 9 * 10 ** (digits - 1))}"


def address(random: Random, place: Place) -> str:
    """A street address of the place; about one in three in a park or building."""
    lists = words()
    street = f"{place.full}{random.choice(lists['streets'])}{random.randrange(1, 999)}号"
    if random.random() < 0.35:
        floor = random.randrange(1, 33)
        return (
            f"{street}{random.choice(lists['places'])}{random.choice('ABCD')}座{floor}{random.randrange(1, 20):02d}室"
        )
    return street


def email(random: Random, who: str, name: str) -> str:
    """A mail address: every second customer with a trade name has its own domain, the rest are at a free host."""
    local = _spelled(who) if who else random.choice(("info", "sales", "office", "purchase", "cg", "admin"))
    if name and random.random() < 0.55:
        return f"{local}@{host(name)}"
    return f"{local}{random.randrange(10, 9999)}@{random.choice(words()['mail_hosts'])}"


def host(name: str) -> str:
    """The domain of a trade name; empty without one. Under `.example`, so that no demo mail ever reaches anybody."""
    return f"{_spelled(name)}.example" if name else ""


@lru_cache(maxsize=65536)
def _spelled(text: str) -> str:
    return next(iter(full(text)), text)
