"""Calls of other programs: signed, tried again, and never a way into the network inside."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from procrastinate.jobs import Job

from shuke.apps.people.resources.automation import automation_rules
from shuke.apps.sales.resources.customer import customers
from shuke.engine.automation.calling import is_public, post
from shuke.engine.automation.jobs import WAITS, Backoff, NotTaken, call
from shuke.engine.automation.models import Delivery
from shuke.engine.automation.telling import secret_of
from shuke.engine.commands import write
from shuke.kernel.errors import Invalid
from tests.engine.test_automation import work

pytestmark = pytest.mark.django_db


class Other(HTTPServer):
    """Another program: answers with ``status`` and remembers what it was sent."""

    status = 200
    taken: list[tuple[dict[str, str], bytes]]


class _Handler(BaseHTTPRequestHandler):
    server: Other

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((dict(self.headers), body))
        self.send_response(self.server.status)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()
        self.wfile.write(b"answer")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@pytest.fixture
def other(settings: Any) -> Iterator[Other]:
    server = Other(("127.0.0.1", 0), _Handler)
    server.taken = []
    settings.SHUKE_WEBHOOK_HOSTS = (f"localhost:{server.server_port}",)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def delivery(other: Other, person: Any, company: Any) -> Delivery:
    admin = person("admin", company["company"], admin=True)
    step = {"do": "call", "url": f"http://localhost:{other.server_port}/hook?x=1", "fields": ["name", "phone"]}
    values = {"name": "规则", "object": "customers", "active": True, "trigger": {"on": "created"}, "actions": [step]}
    write.create(admin, automation_rules, values)
    write.create(admin, customers, {"name": "华江", "phone": "13800001111", "note": "geheim"})
    work()
    return Delivery.objects.select_related("run__rule").get()


def test_a_call_brings_the_chosen_fields_and_a_signature(other: Other, delivery: Delivery) -> None:
    call(delivery.pk)
    call(delivery.pk)
    [(headers, body)] = other.taken
    sent = json.loads(body)
    assert sent["fields"]["name"]["value"] == "华江"
    assert set(sent["fields"]) == {"name", "phone"}
    assert b"geheim" not in body
    secret = secret_of(delivery.run.rule.salt)
    signed = hmac.new(secret.encode(), headers["Shuke-Timestamp"].encode() + b"." + body, hashlib.sha256).hexdigest()
    assert headers["Shuke-Signature"] == f"sha256={signed}"
    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempts) == (200, 1)


@pytest.mark.parametrize("status", [500, 404, 302])
def test_what_is_not_taken_is_tried_again(other: Other, delivery: Delivery, status: int) -> None:
    other.status = status
    with pytest.raises(NotTaken):
        call(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.done_at) == (status, None)
    assert len(other.taken) == 1, "redirects are not followed"
    other.status = 204
    call(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.done_at


def test_after_a_day_it_is_given_up(other: Other, delivery: Delivery) -> None:
    job = Job(id=1, lock=None, queueing_lock=None, task_name="x", queue="default")
    waits = [Backoff().get_retry_decision(exception=NotTaken(), job=job.evolve(attempts=n)) for n in range(9)]
    assert [one is not None for one in waits] == [True] * len(WAITS) + [False] * (9 - len(WAITS))
    assert 20 * 3600 < sum(WAITS) <= 24 * 3600
    other.status = 500
    Delivery.objects.update(attempts=len(WAITS))
    call(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.done_at
    assert delivery.status == 500


def test_a_host_that_is_no_longer_allowed_is_not_called(other: Other, delivery: Delivery, settings: Any) -> None:
    settings.SHUKE_WEBHOOK_HOSTS = ()
    call(delivery.pk)
    delivery.refresh_from_db()
    assert other.taken == []
    assert delivery.done_at
    assert delivery.error


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/", "https://[::1]/", "https://10.1.2.3/", "https://192.168.0.1/", "https://169.254.169.254/",
        "https://[fd00::1]/", "https://[::ffff:127.0.0.1]/", "https://0.0.0.0/", "https://2130706433/",
        "https://0x7f.1/", "https://100.64.0.1/", "https://[64:ff9b::7f00:1]/", "http://example.com/",
        "ftp://example.com/", "https://a@example.com/", "https://example.com:99999/", "https:///x", "file:///etc/passwd",
        "https://example.com/a b", "https://example.com/\r\nX: y", "",
    ],
)  # fmt: skip
def test_nothing_inside_is_called(url: str) -> None:
    with pytest.raises(Invalid):
        post(url, b"{}", {})


def test_every_address_of_a_name_counts_and_the_checked_one_is_called(monkeypatch: Any, settings: Any) -> None:
    settings.SHUKE_WEBHOOK_HOSTS = ()
    asked: list[str] = []
    called: list[Any] = []
    found = ["93.184.215.14", "10.0.0.1"]

    def addresses(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        return [(0, 0, 0, "", (one, port)) for one in found]

    def connect(address: Any, timeout: float) -> Any:
        called.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", addresses)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(Invalid):
        post("https://example.com/", b"{}", {})
    found.pop()
    with pytest.raises(ConnectionRefusedError):
        post("https://example.com/", b"{}", {})
    assert called == [("93.184.215.14", 443)]
    assert asked == ["example.com", "example.com"], "the name is asked once for each call"


@pytest.mark.parametrize(("address", "public"), [("8.8.8.8", True), ("2606:4700::1111", True), ("224.0.0.1", False)])
def test_public_addresses_are_told_from_others(address: str, public: bool) -> None:
    assert is_public(address) is public
