"""What decides the demo rows, as plain data that travels to other processes; nothing here needs Django."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

CHUNK = 5_000


@dataclass(frozen=True)
class Seller:
    """Somebody who owns customers: user, unit, and how many he draws compared with his colleagues."""

    user: int
    unit: int
    weight: float


@dataclass(frozen=True)
class SignIn:
    """What the demo file keeps of one account."""

    login: str
    password: str
    role: str


@dataclass(frozen=True)
class Staff:
    """The company as the customer generator needs it: sellers by territory, pools by territory (None: everybody's)."""

    sellers: dict[str, list[Seller]]
    pools: dict[str | None, int]
    administrator: int
    signins: list[SignIn]


@dataclass(frozen=True)
class Plan:
    """All that decides the rows: how many, the seed, the present moment, the company, the options' ids by dictionary.

    `now` is in the company's own time zone. `first_customer` and `first_contact` are the ids to begin with.
    """

    customers: int
    seed: int
    now: datetime.datetime
    staff: Staff
    options: dict[str, dict[str, int]]
    first_customer: int = 1
    first_contact: int = 1

    @property
    def chunks(self) -> int:
        """How many chunks there are."""
        return -(-self.customers // CHUNK)
