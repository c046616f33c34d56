"""The first ten minutes of an installation: what of it is done, by what is really there."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from shuke.engine.access.actor import Actor
from shuke.engine.company.profile import Profile
from shuke.engine.organisation.models import Membership, Role, Unit, User
from shuke.resource.registry import all_resources
from shuke.resource.spec import Resource

STEPS = ("company", "units", "people", "roles", "records")


@dataclass(frozen=True)
class Standing:
    """Which steps are done; ``roleless`` are people who cannot see anything yet."""

    done: frozenset[str]
    roleless: tuple[tuple[int, str], ...]

    @property
    def is_over(self) -> bool:
        """Is there nothing left to do?"""
        return self.done == set(STEPS)


def standing(actor: Actor, profile: Profile) -> Standing:
    """How far the first run is, for an administrator."""
    people = User.objects.visible_to(actor).filter(is_active=True, is_administrator=False)
    roles = Role.objects.visible_to(actor).filter(pk=OuterRef("role_id"))
    member = Membership.objects.filter(Exists(roles), user_id=OuterRef("pk"))
    roleless = tuple(people.filter(~Exists(member)).order_by("position", "pk").values_list("pk", "name")[:300])
    has_people = bool(roleless) or people.exists()
    first = first_records()
    holds = {
        "company": bool(profile.name),
        "units": Unit.objects.visible_to(actor).exists(),
        "people": has_people,
        "roles": has_people and not roleless,
        "records": first is None or first.model.objects.visible_to(actor).exists(),  # type: ignore[attr-defined]
    }
    return Standing(frozenset(step for step, is_done in holds.items() if is_done), roleless)


def first_records() -> Resource | None:
    """The object that a company brings along first: the one that most others belong to, such as customers."""
    parents = [
        resource for resource in all_resources() if resource.importable and resource.scope.waits_in_pools
        and resource.number is not None
    ]  # fmt: skip
    return parents[0] if parents else None
