"""Callers of the product: a program with a token, JSON in and out, and a browser in which somebody is signed in."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from shuke.engine.access.actor import Actor
from shuke.engine.organisation.models import User
from shuke.engine.signing.tokens import issue
from shuke.kernel.criteria import EVERYTHING
from shuke.resource.spec import Resource

BASE = "/api/v1"


class Caller:
    """Calls the API as a person; ``None`` calls without a token."""

    def __init__(self, actor: Actor | None = None, *, token: str | None = None) -> None:
        # An error is an answer, too: it must be one that a program can read.
        self._client = Client(raise_request_exception=False)
        self._headers = {}
        self.token = token
        if actor is not None:
            self.token = token = issue(User.objects.unscoped("test").get(pk=actor.user_id), "test")
        if token is not None:
            self._headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str, **query: Any) -> Any:
        """GET with query parameters; ``filter`` may be data."""
        if not isinstance(query.get("filter", ""), (str, bytes)):
            query["filter"] = json.dumps(query["filter"])
        return self._client.get(BASE + path, query, headers=self._headers)

    def post(self, path: str, data: Any = None, **query: Any) -> Any:
        """POST JSON."""
        return self._send("post", path, data, query)

    def patch(self, path: str, data: Any) -> Any:
        """PATCH JSON."""
        return self._send("patch", path, data, {})

    def put(self, path: str, data: Any) -> Any:
        """PUT JSON."""
        return self._send("put", path, data, {})

    def delete(self, path: str) -> Any:
        """DELETE."""
        return self._client.delete(BASE + path, headers=self._headers)

    def upload(self, path: str, file: Any, **form: Any) -> Any:
        """POST a file with form fields."""
        return self._client.post(BASE + path, {"file": file, **form}, headers=self._headers)

    def _send(self, method: str, path: str, data: Any, query: dict[str, Any]) -> Any:
        body = data if isinstance(data, (str, bytes)) else json.dumps(data) if data is not None else ""
        return self._client.generic(
            method.upper(), BASE + path, body, "application/json", headers=self._headers, query_params=query
        )


def signed_in(actor: Actor, **options: Any) -> Client:
    """The browser of a person; ``options`` as of Django's ``Client``. Of an error it is told as people are."""
    client = Client(raise_request_exception=False, **options)
    user = User.objects.unscoped("test").get(pk=actor.user_id)
    client.force_login(user, backend="shuke.engine.organisation.backend.SignInBackend")
    return client


def every_item(caller: Caller, path: str, **query: Any) -> list[Any]:
    """All items of a list, page after page."""
    found: list[Any] = []
    cursor: str | None = None
    while True:
        answer = caller.get(path, **query, **({"cursor": cursor} if cursor else {}))
        assert answer.status_code == 200, answer.content.decode()
        found += answer.json()["items"]
        cursor = answer.json()["next"]
        if cursor is None:
            return found


def content_of(answer: Any) -> str:
    """The text of an answer, streamed or not; in JSON every character as itself, not as the number of a sign."""
    text = b"".join(answer).decode() if answer.streaming else answer.content.decode()
    is_json = answer.headers.get("Content-Type", "").partition(";")[0].endswith("json")
    return json.dumps(json.loads(text), ensure_ascii=False) if text and is_json else text


def whole(resource: Resource) -> str:
    """The parameter of an address that shows every row, for lists that begin with a narrower view."""
    everything = [view.key for view in resource.table.views if view.criteria == EVERYTHING]
    return f"view={everything[0]}&" if everything and resource.table.views[0].criteria != EVERYTHING else ""
