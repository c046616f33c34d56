"""The daily mail: what the bell would tell, for those who asked for it by mail."""

from __future__ import annotations

import logging

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shuke.engine.access.actor import Actor
from shuke.engine.dispatch.dailies import DAILY
from shuke.engine.dispatch.models import Notice, Wish
from shuke.engine.dispatch.wishes import MAIL
from shuke.engine.dispatch.wording import Told, tell
from shuke.engine.organisation.actors import actor_for
from shuke.engine.organisation.models import User

MOST = 100
_log = logging.getLogger(__name__)


def send_digests(hour: int) -> int:
    """Send the mail of everybody who wants it at this hour and has something new; returns how many were sent."""
    if not settings.EMAIL_HOST:
        return 0
    sent = 0
    for one in Wish.objects.filter(hour=hour).select_related("user").order_by("pk").iterator():
        user = one.user
        kinds = [kind for kind, way in one.ways.items() if way == MAIL]
        if kinds and user.email and user.is_active and user.deleted_at is None:
            try:
                sent += _send(user, kinds)
            except OSError:
                # One address that is refused must not keep the others from their mail; it is tried again tomorrow.
                _log.exception("the daily mail of user %s could not be sent", user.pk)
    return sent


def _send(user: User, kinds: list[str]) -> int:
    fresh = Notice.objects.filter(user=user, kind__in=kinds, read_at=None, mailed_at=None).order_by("-pk")
    notices = list(fresh[:MOST])
    if not notices:
        return 0
    with translation.override(user.language or settings.LANGUAGE_CODE):
        _message(actor_for(user, "job"), user, notices).send()
    # After sending: a mail that comes twice is better than one that never comes.
    Notice.objects.filter(pk__in=[one.pk for one in notices]).update(mailed_at=timezone.now())
    return 1


def _message(actor: Actor, user: User, notices: list[Notice]) -> EmailMessage:
    count = len(notices)
    subject = ngettext("Shuke: %(count)d notice", "Shuke: %(count)d notices", count) % {"count": count}
    lines = [line for told in tell(actor, notices) for line in _lines(told)]
    how = _("You choose what comes by mail: %(address)s") % {"address": f"{settings.SHUKE_BASE_URL}/me/notices"}
    body = "\n".join([*lines, "-- ", how, ""])
    return EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [user.email], connection=get_connection())


def _lines(told: Told) -> list[str]:
    one = told.notice
    several = told.resource.name if one.kind == DAILY else f"changes/{one.change_id}"
    place = f"{told.resource.name}/{one.object_id}" if one.object_id else several
    at = timezone.localtime(one.at).strftime("%Y-%m-%d %H:%M")
    return [f"{at} {told.person} {told.words} {told.title}".rstrip(), f"  {settings.SHUKE_BASE_URL}/{place}", ""]
