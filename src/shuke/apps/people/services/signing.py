"""What administrators do about others' ways in, and the language in which new people are met."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from shuke.apps.people.services.user import has_just_come
from shuke.engine.access.actor import Actor
from shuke.engine.organisation.models import Company, User
from shuke.engine.signing.noting import Visitor
from shuke.engine.signing.second_factor import turn_off
from shuke.engine.signing.sessions import end_sessions
from shuke.kernel.errors import NotAllowed


def end_their_sessions(actor: Actor, users: Sequence[User]) -> None:
    """Sign people out everywhere: a lost telephone, a leaver. Administrators are signed out by their like only."""
    for user in users:
        if user.is_administrator and not actor.is_administrator:
            raise NotAllowed(_("Only a system administrator can sign another one out."))
        end_sessions(user, Visitor(actor.address))


def reset_second_factors(actor: Actor, users: Sequence[User]) -> None:
    """Let people in by password alone who lost their telephone and their recovery codes; they can set it up anew.

    One's own is turned off in the profile, where the password is asked; administrators help only each other.
    """
    for user in users:
        if user.pk == actor.user_id:
            raise NotAllowed(_("Your own second factor is turned off in your profile."))
        if user.is_administrator and not actor.is_administrator:
            raise NotAllowed(_("Only a system administrator can reset the second factor of another one."))
        turn_off(actor, user, Visitor(actor.address))


def new_people_speak_the_companys_language(actor: Actor, user: User, changed: frozenset[str]) -> None:
    """A reaction of users: who is new, and was given no language, has the company's."""
    if "language" in changed or not has_just_come(user, changed):
        return
    language = Company.objects.values_list("language", flat=True).first()
    if language and language != user.language:
        User.objects.unscoped("the person who was just made").filter(pk=user.pk).update(language=language)
