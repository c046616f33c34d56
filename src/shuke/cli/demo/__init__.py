"""The demo company: a believable distributor with its people, customers and contacts; the same for the same seed."""

from __future__ import annotations

from collections.abc import Callable


def fill(customers: int, seed: int, echo: Callable[[str], None], *, offices: int = 0) -> None:
    """Fill an empty, migrated database; see `filling.fill`. Django has to be set up."""
    from shuke.cli.demo.filling import fill as run

    run(customers, seed, echo, offices=offices)
