"""Addresses that are put together say what Django's own say."""

from __future__ import annotations

import pytest
from django.urls import NoReverseMatch, reverse

from shuke.web.frame.addresses import record_address


@pytest.mark.parametrize(
    ("route", "parts"),
    [
        ("web:home", ()),
        ("web:list", ("customers",)),
        ("web:record", ("customers", 5)),
        ("web:record", ("customers", 10**17)),
        ("web:file", ("customers", 5, 6)),
        ("web:file", ("customers", 6, 5)),
        ("web:comment", ("customers", 7, 7)),
        ("web:field", ("customers", 5, "name")),
        ("web:filter", ("customers", "name")),
        ("web:job", (12,)),
    ],
)
def test_kept_addresses_are_those_of_the_router(route: str, parts: tuple[str | int, ...]) -> None:
    for _again in range(2):
        assert record_address(route, *parts) == reverse(route, args=parts)


def test_a_route_that_is_not_there_is_said_so() -> None:
    with pytest.raises(NoReverseMatch):
        record_address("web:nothing", "customers", 5)
