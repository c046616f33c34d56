"""A browser reduced to what a measurement needs: one kept connection, cookies, forms, and a stop-watch."""

from __future__ import annotations

import http.client
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from bench.counting import DATABASE_MS, QUERIES, SERVER_MS

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_CAPTCHA = re.compile(r'name="captcha_key"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="captcha_key"')


class WrongAnswer(Exception):
    """The product did not answer as it should; a measurement of that would be worth nothing."""


@dataclass(frozen=True)
class Answer:
    """A response and how long it took, in milliseconds: until its last byte was read, and within the server."""

    status: int
    headers: dict[str, str]
    body: bytes
    ms: float

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    @property
    def queries(self) -> int | None:
        """How many queries the request took; None when the server does not say."""
        said = self.headers.get(QUERIES.lower())
        return int(said) if said else None

    @property
    def database_ms(self) -> float | None:
        """How long the database took; None when the server does not say."""
        said = self.headers.get(DATABASE_MS.lower())
        return float(said) if said else None

    @property
    def server_ms(self) -> float | None:
        """How long the request was inside Django."""
        said = self.headers.get(SERVER_MS.lower())
        return float(said) if said else None


@dataclass
class Client:
    """One visitor. Not for use by several threads."""

    port: int
    token: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    csrf: str = ""
    connection: http.client.HTTPConnection | None = None

    def get(self, path: str, *, htmx: str = "") -> Answer:
        """GET a page; `htmx` names the target of a partial update."""
        headers = {"HX-Request": "true", "HX-Target": htmx} if htmx else {}
        return self.send("GET", path, headers=headers)

    def post(self, path: str, form: dict[str, str], *, htmx: str = "") -> Answer:
        """POST a form with the token of the page seen last."""
        body = urlencode({"csrfmiddlewaretoken": self.csrf, **form}).encode()
        headers = {"HX-Request": "true", "HX-Target": htmx} if htmx else {}
        return self.send("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded", **headers})

    def upload(self, path: str, name: str, content: bytes) -> Answer:
        """POST one file as the field `file`."""
        mark = uuid.uuid4().hex
        head = (
            f'--{mark}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{self.csrf}\r\n--{mark}\r\n'
        )
        head += f'Content-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: text/csv\r\n\r\n'
        body = head.encode() + content + f"\r\n--{mark}--\r\n".encode()
        return self.send("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={mark}"})

    def send(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
        """One request on the kept connection, which is opened again when the server closed it."""
        for last in (False, True):
            try:
                return self._exchange(method, path, body, headers or {})
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                self.close()
                if last:
                    raise
        raise AssertionError("unreachable")

    def close(self) -> None:
        """Hang up."""
        if self.connection:
            self.connection.close()
        self.connection = None

    def _exchange(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        sent = {"Accept-Language": "zh-hans", **headers}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        begun = time.perf_counter()
        self.connection.request(method, path, body, sent)
        response = self.connection.getresponse()
        content = response.read()
        spent = (time.perf_counter() - begun) * 1000
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        answer = Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, content, spent)
        if found := _TOKEN.search(answer.text if "html" in answer.headers.get("content-type", "") else ""):
            self.csrf = found[1]
        return answer


def sign_in(client: Client, login: str, password: str, solve: Callable[[str], str]) -> None:
    """Sign in as a person does; `solve` reads the picture. Raises WrongAnswer when the product refuses."""
    page = client.get("/sign-in")
    found = _CAPTCHA.search(page.text)
    if page.status != 200 or not found:
        raise WrongAnswer(f"the sign-in page answered {page.status}")
    key = found[1] or found[2]
    form = {"login": login, "password": password, "captcha_key": key, "captcha": solve(key), "next": "/"}
    answer = client.post("/sign-in", form)
    if answer.status != 302:
        raise WrongAnswer(f"signing in as {login} was answered with {answer.status}")
