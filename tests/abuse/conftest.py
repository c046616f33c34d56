"""The company, people and samples of the conformance tests."""

from tests.conformance.conftest import admin, company, person, pool, pytest_generate_tests, samples

__all__ = ["admin", "company", "person", "pool", "pytest_generate_tests", "samples"]
