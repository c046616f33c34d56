"""What is done when a person leaves: he is locked, and what he owns goes to a colleague (ORG-33)."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from shuke.apps.people.services.signing import end_their_sessions
from shuke.engine.access.actor import Actor
from shuke.engine.commands.write import apply
from shuke.engine.organisation.models import User
from shuke.engine.record.words import listed
from shuke.engine.structure.leaving import hand_over, owned_by
from shuke.kernel.errors import Invalid
from shuke.resource.registry import resource_of


def what_they_own(actor: Actor, ids: Sequence[int]) -> str:
    """What the people still own, counted by object, in a sentence."""
    people = User.objects.visible_to(actor, "edit").filter(pk__in=ids).values_list("pk", flat=True)
    owned = listed(f"{objects} {count}" for objects, count in owned_by(list(people)))
    return _("Still owned: %(owned)s.") % {"owned": owned} if owned else _("Nothing is owned any more.")


def hand_everything_over(actor: Actor, users: Sequence[User], to: int) -> None:
    """All records of leavers, of every object, go to one colleague with their history (ORG-33)."""
    for user in users:
        hand_over(actor, user.pk, to)


def lock(actor: Actor, users: Sequence[User], to: int | None) -> None:
    """These people no longer sign in; what they own goes to a colleague, or – without one – stays for now (ORG-33).

    Their sessions end, so that none lives again when they are let in again.
    """
    if any(user.pk == actor.user_id for user in users):
        raise Invalid(_("You cannot lock yourself."))
    if to is not None:
        hand_everything_over(actor, users, to)
    _let_in(actor, users, may=False)
    end_their_sessions(actor, users)


def unlock(actor: Actor, users: Sequence[User]) -> None:
    """These people may sign in again."""
    _let_in(actor, users, may=True)


def _let_in(actor: Actor, users: Sequence[User], *, may: bool) -> None:
    for user in users:
        user.is_active = may
        apply(actor, resource_of(User), user, {"is_active"})
