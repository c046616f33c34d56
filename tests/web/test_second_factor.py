"""The second factor: nobody gets in by the password alone, no code is good twice, no secret comes to light."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pyotp
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from shuke.apps.people.resources.user import users
from shuke.engine.commands.verbs import perform, verb_of
from shuke.engine.organisation.actors import actor_for
from shuke.engine.organisation.models import Role, User
from shuke.engine.signing import second_factor as factors
from shuke.engine.signing.models import SecondFactor, SignIn
from shuke.engine.signing.noting import Visitor
from shuke.engine.signing.tokens import issue
from shuke.kernel.errors import NotAllowed
from tests.browser.company import PASSWORD, Company
from tests.web.test_access import sign_in

ClientOf = Callable[..., Client]
PAGE = "/me/second-factor"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """``clock(2)`` lets so many time steps pass."""
    now = [time.time()]
    monkeypatch.setattr("shuke.engine.signing.second_factor.time.time", lambda: now[0])

    def go_on(steps: int) -> None:
        now[0] += 30 * steps

    return go_on


def code_of(secret: str, off: int = 0) -> str:
    return pyotp.TOTP(secret).generate_otp(int(factors.time.time()) // 30 + off)


def set_up(login: str) -> tuple[str, list[str]]:
    """The secret and the recovery codes of somebody who has just set it up."""
    user = User.objects.get_by_natural_key(login)
    secret = factors.begin_set_up(user)
    return secret, factors.confirm(actor_for(user, "web"), user, code_of(secret), Visitor())


def half_in(login: str) -> Client:
    """The browser of somebody who gave the right password."""
    client = Client()
    answer = sign_in(client, login, PASSWORD)
    assert answer["Location"].startswith("/sign-in/code")
    return client


def is_in(client: Client) -> bool:
    return client.get("/me").status_code == 200


def test_it_is_set_up_in_the_profile_and_asked_behind_the_password(company: Company, clock: Any) -> None:
    desk = Client()
    sign_in(desk, "zhang", PASSWORD)
    shown = desk.get(PAGE)
    assert 'src="data:image/svg+xml' in shown.content.decode()
    secret = shown.context["key"].replace(" ", "")
    assert desk.get(PAGE).context["key"].replace(" ", "") == secret
    answer = desk.post(PAGE, {"do": "confirm", "code": code_of(secret), "password": PASSWORD})
    codes = re.findall(r"<li><code>([A-Z0-9]{5}-[A-Z0-9]{5})</code>", answer.content.decode())
    assert len(set(codes)) == 10
    assert "no-store" in answer["Cache-Control"]
    later = desk.get(PAGE).content.decode()
    assert not any(code in later for code in codes)
    assert "data:image/svg" not in later.replace(later[: later.index("<body")], "")
    clock(1)
    client = half_in("zhang")
    assert not is_in(client)
    assert client.post("/sign-in/code", {"code": code_of(secret), "next": "/customers"})["Location"] == "/customers"
    assert is_in(client)
    assert list(SignIn.objects.order_by("pk").values_list("kind", flat=True)) == ["in", "factor-on", "in"]


def test_a_code_is_good_once(company: Company, clock: Any) -> None:
    secret, _codes = set_up("zhang")
    first = half_in("zhang")
    # The code that was typed at the set-up is used up, too.
    assert first.post("/sign-in/code", {"code": code_of(secret)}).status_code == 422
    clock(1)
    code = code_of(secret)
    assert first.post("/sign-in/code", {"code": code}).status_code == 302
    second = half_in("zhang")
    assert second.post("/sign-in/code", {"code": code}).status_code == 422
    assert second.post("/sign-in/code", {"code": code_of(secret, -1)}).status_code == 422
    assert not is_in(second)


def test_codes_of_clocks_that_differ_a_little_are_taken_others_not(company: Company, clock: Any) -> None:
    secret, _codes = set_up("zhang")
    user = User.objects.get_by_natural_key("zhang")
    clock(10)
    assert not factors.accepts(user, code_of(secret, -2))
    assert not factors.accepts(user, code_of(secret, 2))
    assert factors.accepts(user, code_of(secret, -1))
    assert factors.accepts(user, code_of(secret, 1))


@pytest.mark.parametrize("code", ["", "abcdef", "12345", "1234567", "١٢٣٤٥٦", "\x00" * 6, "９９９９９", "-" * 32])
def test_senseless_codes_are_refused(company: Company, code: str) -> None:
    set_up("zhang")
    client = half_in("zhang")
    assert client.post("/sign-in/code", {"code": code}).status_code == 422
    assert not is_in(client)


def test_a_recovery_code_is_good_once_in_any_spelling(company: Company) -> None:
    _secret, codes = set_up("zhang")
    client = half_in("zhang")
    typed = codes[3].lower().replace("-", " ")
    assert client.post("/sign-in/code", {"code": typed}).status_code == 302
    assert half_in("zhang").post("/sign-in/code", {"code": codes[3]}).status_code == 422
    assert half_in("zhang").post("/sign-in/code", {"code": codes[4]}).status_code == 302
    set_up("li")
    assert half_in("li").post("/sign-in/code", {"code": codes[5]}).status_code == 422


def test_wrong_codes_lock_the_account_as_wrong_passwords_do(company: Company, clock: Any) -> None:
    secret, _codes = set_up("zhang")
    client = half_in("zhang")
    for _try in range(5):
        last = client.post("/sign-in/code", {"code": "000000"})
    assert "密码错误次数过多" in last.content.decode()
    clock(1)
    assert client.post("/sign-in/code", {"code": code_of(secret)})["Location"] == "/sign-in"
    assert "密码错误次数过多" in sign_in(Client(), "zhang", PASSWORD).content.decode()
    kinds = list(SignIn.objects.exclude(kind="factor-on").order_by("pk").values_list("kind", "reason"))
    assert kinds[:4] == [("refused", "code")] * 4
    assert kinds[4] == ("locked", "")


def test_wrong_codes_from_many_addresses_close_the_second_step(company: Company, clock: Any) -> None:
    secret, _codes = set_up("zhang")
    user = User.objects.get_by_natural_key("zhang")
    clock(5)
    assert not any(factors.accepts(user, "000000") for _try in range(10))
    assert not factors.accepts(user, code_of(secret))
    SecondFactor.objects.update(closed_until=timezone.now())
    assert factors.accepts(user, code_of(secret))


def test_the_second_step_opens_for_some_minutes_only(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up("zhang")
    client = half_in("zhang")
    assert client.get("/sign-in/code").status_code == 200
    later = time.time() + 301
    monkeypatch.setattr("shuke.web.personal.sign_in.time.time", lambda: later)
    assert client.get("/sign-in/code")["Location"] == "/sign-in"


def test_nobody_comes_to_the_second_step_without_the_first(company: Company, clock: Any) -> None:
    secret, _codes = set_up("zhang")
    clock(1)
    stranger = Client()
    assert stranger.get("/sign-in/code")["Location"] == "/sign-in"
    assert stranger.post("/sign-in/code", {"code": code_of(secret), "login": "zhang"})["Location"] == "/sign-in"
    # Nor does somebody who is in as another go on as that one.
    set_up("li")
    other = half_in("li")
    assert other.post("/sign-in/code", {"code": code_of(secret)}).status_code == 422


def test_both_steps_give_a_new_session(company: Company, clock: Any) -> None:
    secret, _codes = set_up("zhang")
    name = settings.SESSION_COOKIE_NAME
    planted = Client()
    planted.session.save()
    key = planted.cookies[name].value
    victim = Client()
    victim.cookies[name] = key
    sign_in(victim, "zhang", PASSWORD)
    between = victim.cookies[name].value
    clock(1)
    victim.post("/sign-in/code", {"code": code_of(secret)})
    assert is_in(victim)
    assert len({key, between, victim.cookies[name].value}) == 3
    for known in (key, between):
        planted.cookies[name] = known
        assert not is_in(planted)


def test_changing_it_asks_the_password(company: Company, clock: Any) -> None:
    desk = Client()
    sign_in(desk, "zhang", PASSWORD)
    secret = desk.get(PAGE).context["key"].replace(" ", "")
    wrong = {"do": "confirm", "code": code_of(secret), "password": "wrong"}
    assert desk.post(PAGE, wrong).status_code == 422
    assert not SecondFactor.objects.get().confirmed_at
    assert desk.post(PAGE, {**wrong, "password": PASSWORD, "code": "000000"}).status_code == 422
    assert desk.post(PAGE, {**wrong, "password": PASSWORD}).status_code == 200
    for doing in ("off", "codes", "nonsense", ""):
        assert desk.post(PAGE, {"do": doing, "password": "wrong"}).status_code == 422
    old = SecondFactor.objects.get().recovery
    assert desk.post(PAGE, {"do": "codes", "password": PASSWORD}).status_code == 200
    assert not set(old) & set(SecondFactor.objects.get().recovery)
    assert desk.post(PAGE, {"do": "off", "password": PASSWORD}).status_code == 302
    assert not SecondFactor.objects.exists()


def test_setting_it_up_ends_the_other_sessions(company: Company) -> None:
    thief, desk = Client(), Client()
    sign_in(thief, "zhang", PASSWORD)
    sign_in(desk, "zhang", PASSWORD)
    secret = desk.get(PAGE).context["key"].replace(" ", "")
    desk.post(PAGE, {"do": "confirm", "code": code_of(secret), "password": PASSWORD})
    assert (is_in(desk), is_in(thief)) == (True, False)


def test_a_role_demands_it_before_anything_else(company: Company, client_of: ClientOf) -> None:
    role = Role.plain.get(name="角色 zhang")
    zhang = client_of("zhang")
    assert zhang.get("/customers").status_code == 200
    Role.plain.filter(pk=role.pk).update(second_factor=True)
    for address in ("/", "/customers", "/me", "/customers/1", "/search", "/me/tokens"):
        assert zhang.get(address)["Location"] == PAGE
        assert zhang.post(address)["Location"] == PAGE
    assert client_of("zhang", htmx=True).get("/notices").headers["HX-Redirect"] == PAGE
    assert client_of("li").get("/customers").status_code == 200
    shown = zhang.get(PAGE)
    assert "sk-side" not in shown.content.decode()
    secret = shown.context["key"].replace(" ", "")
    assert zhang.post(PAGE, {"do": "confirm", "code": code_of(secret), "password": PASSWORD}).status_code == 200
    assert zhang.get("/customers").status_code == 200
    assert zhang.post(PAGE, {"do": "off", "password": PASSWORD}).status_code == 422
    assert SecondFactor.objects.exists()


def test_who_owes_it_can_still_leave(company: Company, client_of: ClientOf) -> None:
    Role.plain.filter(name="角色 zhang").update(second_factor=True)
    assert client_of("zhang").post("/sign-out")["Location"] == "/sign-in"


def test_tokens_work_without(company: Company) -> None:
    Role.plain.filter(name="角色 zhang").update(second_factor=True)
    set_up("zhang")
    token = issue(User.objects.get_by_natural_key("zhang"), "test")
    assert Client().get("/api/v1/customers", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_an_administrator_resets_it_for_a_colleague_not_for_himself(company: Company) -> None:
    set_up("zhang")
    set_up("admin")
    verb = verb_of(users, "reset-second-factor")
    admin = company.people["admin"]
    perform(admin, users, [company.people["zhang"].user_id or 0], verb, {})
    assert not SecondFactor.objects.filter(user__login="zhang").exists()
    client = Client()
    assert sign_in(client, "zhang", PASSWORD)["Location"] == "/"
    with pytest.raises(NotAllowed):
        perform(admin, users, [admin.user_id or 0], verb, {})
    with pytest.raises(NotAllowed):
        perform(company.people["chen"], users, [company.people["li"].user_id or 0], verb, {})


def test_neither_secret_nor_codes_are_kept_as_they_are_or_told_anywhere(company: Company, client_of: ClientOf) -> None:
    secret, codes = set_up("zhang")
    factor = SecondFactor.objects.get()
    assert secret not in factor.secret
    assert not any(code.replace("-", "") in str(factor.recovery) for code in codes)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_entry WHERE relation = 'signing_secondfactor'")
        assert cursor.fetchone()[0] == 0
        cursor.execute("SELECT string_agg(a::text, '') FROM audit_entry a")
        history = str(cursor.fetchone()[0])
        cursor.execute("SELECT string_agg(c::text, '') FROM audit_change c")
        history += str(cursor.fetchone()[0])
    for told in (history, repr(list(SignIn.objects.values()))):
        assert not any(word in told for word in (secret, factor.secret, *codes, *factor.recovery))
    pk = company.people["zhang"].user_id
    shown = client_of("admin").get(f"/users/{pk}").content.decode()
    assert secret not in shown
    assert factor.secret not in shown


def test_under_another_key_of_the_installation_no_code_is_right(company: Company, settings: Any, clock: Any) -> None:
    secret, codes = set_up("zhang")
    settings.SECRET_KEY = "another"
    clock(1)
    user = User.objects.get_by_natural_key("zhang")
    assert not factors.accepts(user, code_of(secret))
    assert not factors.accepts(user, codes[0])
