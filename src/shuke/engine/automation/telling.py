"""Actions that tell: a notice to people, a mail, a call of another program."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from procrastinate.contrib.django import app as procrastinate_app

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.automation.actor import AUTOMATION
from shuke.engine.automation.calling import check_address
from shuke.engine.automation.models import Delivery
from shuke.engine.automation.people import check_people, told
from shuke.engine.automation.scene import Action, Scene, Step
from shuke.engine.automation.texts import address_of, check_text, fill_in
from shuke.engine.events.outbox import emit
from shuke.engine.present.cells import Presenter
from shuke.engine.record.words import listed
from shuke.kernel.errors import Invalid
from shuke.kernel.json import dumps
from shuke.resource.describe import Kind, fields_of
from shuke.resource.spec import Resource

MAIL, CALL = "shuke.automation.mail", "shuke.automation.call"
# Notices reach people through the outbox, as everything does that they are told of.
TOLD = "told"
_MOST_ADDRESSES = 50


# ---- notice ---------------------------------------------------------------------------------------------------------


def _check_notice(actor: Actor, resource: Resource, step: Step) -> None:
    check_people(step, also=("owner", "manager"))
    check_text(actor, resource, step.get("text"))


def _notify(scene: Scene, step: Step) -> str:
    people = [user.pk for user in told(scene.resource, scene.record, step)]
    text = fill_in(scene.resource, scene.record, step["text"])
    if people:
        emit(scene.change, TOLD, scene.resource.name, [scene.record.pk], {"people": people, "text": text})
    words = ngettext("%(count)d person told: %(text)s", "%(count)d people told: %(text)s", len(people))
    return words % {"count": len(people), "text": text}


# ---- mail -----------------------------------------------------------------------------------------------------------


def _check_mail(actor: Actor, resource: Resource, step: Step) -> None:
    check_people(step, also=("owner", "manager", "addresses", "field"))
    check_text(actor, resource, step.get("subject"))
    check_text(actor, resource, step.get("text"))
    addresses = step.get("addresses") or []
    if not isinstance(addresses, list) or len(addresses) > _MOST_ADDRESSES:
        raise Invalid(_("At most %(most)d addresses.") % {"most": _MOST_ADDRESSES})
    for address in addresses:
        try:
            validate_email(address)
        except ValidationError:
            raise Invalid(_("“%(value)s” is no e-mail address.") % {"value": address}) from None
    if (name := step.get("field")) and (
        name not in email_fields(resource) or not FieldAccess(actor, resource).compares(name)
    ):
        raise Invalid(_("There is no field “%(name)s”.") % {"name": name})


def email_fields(resource: Resource) -> list[str]:
    """The fields of a record that hold a mail address."""
    return [name for name, info in fields_of(resource).items() if info.kind is Kind.EMAIL]


def _mail(scene: Scene, step: Step) -> str:
    if not settings.EMAIL_HOST:
        raise Invalid(_("No mail server is set up (SHUKE_MAIL_URL)."))
    found = {user.email for user in told(scene.resource, scene.record, step)} | set(step.get("addresses") or ())
    if step.get("field"):
        found.add(getattr(scene.record, step["field"], ""))
    receivers = sorted(found - {""})
    subject = " ".join(fill_in(scene.resource, scene.record, step["subject"]).split())
    text = fill_in(scene.resource, scene.record, step["text"])
    for receiver in receivers:
        procrastinate_app.configure_task(MAIL).defer(receiver=receiver, subject=subject[:200], text=text)
    return _("mail “%(subject)s” to %(receivers)s") % {"subject": subject, "receivers": listed(receivers) or "—"}


# ---- call -----------------------------------------------------------------------------------------------------------


def _check_call(actor: Actor, resource: Resource, step: Step) -> None:
    check_address(step.get("url"))
    fields, access = step.get("fields", []), FieldAccess(actor, resource)
    if not isinstance(fields, list) or not all(isinstance(name, str) and access.compares(name) for name in fields):
        raise Invalid(_("Choose the fields that are sent."))


def _call(scene: Scene, step: Step) -> str:
    delivery = Delivery.objects.create(run=scene.run, url=step["url"], body="")
    delivery.body = dumps(_message(scene, step, delivery.pk))
    delivery.save(update_fields=["body"])
    procrastinate_app.configure_task(CALL).defer(delivery_id=delivery.pk)
    return _("calls %(url)s") % {"url": step["url"]}


def _message(scene: Scene, step: Step, delivery: int) -> dict[str, Any]:
    presenter = Presenter(AUTOMATION, scene.resource, step.get("fields", []))
    [cells] = presenter.rows([scene.record])
    return {
        "delivery": delivery,
        "rule": {"id": scene.rule.id, "name": scene.rule.name},
        "event": scene.rule.on,
        "resource": scene.resource.name,
        "id": scene.record.pk,
        "title": str(getattr(scene.record, scene.resource.title)),
        "link": address_of(scene.resource, scene.record.pk),
        "fields": {cell.name: {"value": cell.value, "text": cell.text} for cell in cells},
    }


def secret_of(salt: str) -> str:
    """The secret of a rule's webhooks: worked out from the installation's key and never stored."""
    digest = hmac.digest(settings.SECRET_KEY.encode(), f"shuke webhook {salt}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def signature(salt: str, moment: int, body: str) -> str:
    """HMAC-SHA256 over ``moment.body``; the moment is in seconds since 1970 and goes along in a header."""
    return hmac.new(secret_of(salt).encode(), f"{moment}.{body}".encode(), hashlib.sha256).hexdigest()


NOTIFY = Action(_check_notice, _notify)
SEND = Action(_check_mail, _mail)
CALLING = Action(_check_call, _call)
