"""The first ten minutes of an installation: what of it is done, by what is really there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from shuke.engine.access.actor import Actor, require_administrator
from shuke.engine.company.profile import Profile
from shuke.engine.organisation.models import Membership, Role, Unit, User
from shuke.resource.registry import all_resources
from shuke.resource.spec import Resource

# The preference that holds whom the administrator leaves without a role.
_ASIDE = "without_role"
STEPS = ("company", "units", "people", "roles", "records")


@dataclass(frozen=True)
class Standing:
    """Which steps are done; ``roleless`` are people who cannot see anything yet, put aside or not."""

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
        "roles": has_people and not (roleless and {pk for pk, _name in roleless} - _put_aside(actor)),
        "records": first is None or first.model.objects.visible_to(actor).exists(),  # type: ignore[attr-defined]
    }
    return Standing(frozenset(step for step, is_done in holds.items() if is_done), roleless)


def put_aside(actor: Actor, people: Iterable[int]) -> None:
    """Leave people without a role for good, as far as this administrator's first run is concerned."""
    require_administrator(actor)
    user = User.plain.only("preferences").get(pk=actor.user_id)
    user.preferences[_ASIDE] = sorted({*user.preferences.get(_ASIDE, ()), *people})
    User.plain.filter(pk=user.pk).update(preferences=user.preferences)


def _put_aside(actor: Actor) -> set[int]:
    kept = User.plain.filter(pk=actor.user_id).values_list("preferences", flat=True).first() or {}
    return set(kept.get(_ASIDE, ()))


def first_records() -> Resource | None:
    """The object that a company brings along first: the one that most others belong to, such as customers."""
    parents = [
        resource for resource in all_resources() if resource.importable and resource.scope.waits_in_pools
        and resource.number is not None
    ]  # fmt: skip
    return parents[0] if parents else None
