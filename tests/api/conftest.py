"""The company, people and samples of the conformance tests."""

from tests.conformance.conftest import admin, company, person, pool, samples

__all__ = ["admin", "company", "person", "pool", "samples"]
