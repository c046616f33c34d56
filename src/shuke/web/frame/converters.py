"""What stands for objects and records in an address."""

from __future__ import annotations

from shuke.resource.registry import all_resources


class ResourceName:
    """Matches the name of a registered object and nothing else."""

    regex = "[a-z][a-z0-9-]*"

    def to_python(self, value: str) -> str:
        """The name; ``ValueError`` makes the router look on."""
        if all(value != resource.name for resource in all_resources()):
            raise ValueError(value)
        return value

    def to_url(self, value: str) -> str:
        """The name as it is."""
        return value


class Id:
    """A record's id: what fits a database's bigint."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        """The number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """The digits."""
        return str(value)
