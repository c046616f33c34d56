"""How people are told: as they wish, in the bell and by a mail that a real server takes."""

from __future__ import annotations

import socket
from email import message_from_bytes
from email.header import decode_header, make_header
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from shuke.config.mail import Mail, mail_server
from shuke.engine.access.actor import Actor
from shuke.engine.commands.ownership import assign
from shuke.engine.dispatch.mailing import send_digests
from shuke.engine.dispatch.models import Notice
from shuke.engine.dispatch.notices import tell_new_owner
from shuke.engine.dispatch.wishes import wish
from shuke.engine.events.models import Event
from shuke.engine.organisation.models import Unit, User
from shuke.kernel.errors import Invalid
from shuke.resource.registry import resource_for
from tests.conformance.conftest import Person, every
from tests.conformance.sample import Samples

pytestmark = pytest.mark.django_db


@pytest.fixture
def box(settings: Any) -> Any:
    """A real SMTP server; the mails it took."""
    taken: list[Any] = []

    class Taking:
        async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
            taken.append(envelope)
            return "250 taken"

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(Taking(), hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.SHUKE_BASE_URL = "https://crm.example.com"
    yield taken
    server.stop()


@pytest.fixture
def seller(person: Person, company: dict[str, Unit]) -> Actor:
    """Somebody with an address who sees his own customers."""
    actor = person("seller", company["east"], every("own", [resource_for("customers")]))
    User.objects.unscoped("test").filter(pk=actor.user_id).update(email="seller@example.com")
    return actor


def hand_over(admin: Actor, samples: Samples, seller: Actor) -> Any:
    customers = resource_for("customers")
    row = samples.make(customers)
    change = assign(admin, customers, [row.pk], seller.user_id or 0)
    tell_new_owner(list(Event.objects.filter(change_id=change)))
    return row


def test_the_daily_mail_comes_once_at_the_hour_that_was_chosen(
    box: list[Any], admin: Actor, samples: Samples, seller: Actor
) -> None:
    wish(seller, {"assigned": "mail"}, 7)
    row = hand_over(admin, samples, seller)
    assert (send_digests(8), send_digests(7), send_digests(7)) == (0, 1, 0)
    assert [one.rcpt_tos for one in box] == [["seller@example.com"]]
    mail = message_from_bytes(box[0].content)
    assert "1" in str(make_header(decode_header(mail["Subject"])))
    text = mail.get_payload(decode=True).decode()
    assert row.name in text
    assert admin.name in text
    assert f"https://crm.example.com/customers/{row.pk}" in text


def test_no_mail_for_what_was_read_or_left_to_the_bell(
    box: list[Any], admin: Actor, samples: Samples, seller: Actor
) -> None:
    wish(seller, {"assigned": "bell"}, 7)
    hand_over(admin, samples, seller)
    assert send_digests(7) == 0
    wish(seller, {"assigned": "mail"}, 7)
    Notice.objects.update(read_at="2026-01-01T00:00Z")
    assert send_digests(7) == 0
    assert box == []


def test_what_one_does_not_want_to_hear_is_not_even_kept(admin: Actor, samples: Samples, seller: Actor) -> None:
    wish(seller, {"assigned": "off"}, 7)
    hand_over(admin, samples, seller)
    assert not Notice.objects.exists()


def test_a_mail_server_is_a_setting() -> None:
    assert mail_server("") == Mail()
    assert mail_server("smtps://a%40b.cn:p%3Aw@mail.example.com") == Mail(
        "mail.example.com", 465, "a@b.cn", "p:w", ssl=True
    )
    for wrong in ("mail.example.com", "http://x", "smtp://x:y"):
        with pytest.raises(Invalid):
            mail_server(wrong)


def test_senseless_wishes_are_refused(seller: Actor) -> None:
    for ways, hour in (({"assigned": "post"}, 7), ({"x": "bell"}, 7), ({}, 24)):
        with pytest.raises(Invalid):
            wish(seller, ways, hour)
