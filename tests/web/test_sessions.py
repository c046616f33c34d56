"""Sessions: seen by their owner, ended by him or an administrator, and by nobody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from shuke.apps.people.resources.user import users
from shuke.engine.commands.verbs import perform, verb_of
from shuke.engine.organisation.models import Membership, Role, User
from shuke.engine.signing.models import Session, SignIn
from shuke.engine.signing.sessions import clear_sessions, handle_of
from shuke.kernel.errors import NotAllowed
from tests.browser.company import PASSWORD, Company
from tests.web.test_access import sign_in
from tests.web.test_logs import EDGE, WECHAT

ClientOf = Callable[..., Client]


def come_in(login: str, agent: str = EDGE, address: str = "203.0.113.7") -> Client:
    client = Client(headers={"User-Agent": agent}, REMOTE_ADDR=address)
    assert sign_in(client, login, PASSWORD).status_code == 302
    return client


def first_place(page: str) -> str:
    return page.partition('id="sessions"')[2].partition("<b>")[2].partition("</li>")[0]


def is_in(client: Client) -> bool:
    return client.get("/me").status_code == 200


def test_the_profile_shows_where_one_is_signed_in(company: Company) -> None:
    desk, telephone = come_in("zhang"), come_in("zhang", WECHAT, "198.51.100.9")
    come_in("li", address="192.0.2.1")
    shown = desk.get("/me").content.decode()
    for word in ("Edge 126 · Windows", "203.0.113.7", "WeChat Browser 8 · iPhone", "198.51.100.9"):
        assert word in shown
    assert "192.0.2.1" not in shown
    # The keys open the sessions, so the page must not hold them.
    assert all(session.session_key not in shown for session in Session.objects.all())
    assert first_place(shown).startswith("Edge 126")
    assert "本机" in first_place(shown)
    assert first_place(telephone.get("/me").content.decode()).startswith("WeChat")


def test_one_session_is_ended(company: Company) -> None:
    desk, telephone = come_in("zhang"), come_in("zhang", WECHAT)
    handle = handle_of(telephone.session.session_key or "")
    assert desk.post("/me/sessions/end", {"session": handle}).status_code == 302
    assert (is_in(desk), is_in(telephone)) == (True, False)
    assert SignIn.objects.get(kind="ended").note == "WeChat Browser 8 · iPhone"
    assert desk.post("/me/sessions/end", {"session": handle}).status_code == 404


def test_all_others_are_ended(company: Company) -> None:
    desk, telephone, tablet = (come_in("zhang") for _ in range(3))
    desk.post("/me/sessions/end", {"session": "others"})
    assert (is_in(desk), is_in(telephone), is_in(tablet)) == (True, False, False)


def test_nobody_ends_the_session_of_somebody_else(company: Company) -> None:
    zhang, li = come_in("zhang"), come_in("li")
    for wanted in (handle_of(zhang.session.session_key or ""), zhang.session.session_key, "", "x" * 500):
        assert li.post("/me/sessions/end", {"session": wanted}).status_code == 404
    li.post("/me/sessions/end", {"session": "others"})
    assert is_in(zhang)


def test_an_administrator_signs_a_colleague_out_everywhere(company: Company) -> None:
    zhang, li = come_in("zhang"), come_in("li")
    perform(company.people["admin"], users, [company.people["zhang"].user_id or 0], verb_of(users, "sign-out"), {})
    assert (is_in(zhang), is_in(li)) == (False, True)


def test_who_may_sign_people_out_does_not_sign_administrators_out(company: Company) -> None:
    role = Role.plain.create(name="值班", grants={"users": {"view": "all", "sign-out": "all"}})
    Membership.objects.create(user=User.plain.get(login="chen"), role=role)
    admin, chen = come_in("admin"), company.people["chen"]
    with pytest.raises(NotAllowed):
        perform(chen, users, [company.people["zhang"].user_id or 0], verb_of(users, "sign-out"), {})
    from shuke.engine.organisation.actors import actor_for

    chen = actor_for(User.plain.get(login="chen"), "web")
    with pytest.raises(NotAllowed, match="系统管理员"):
        perform(chen, users, [company.people["admin"].user_id or 0], verb_of(users, "sign-out"), {})
    assert is_in(admin)


def test_a_locked_account_is_out_and_its_old_session_stays_dead(company: Company) -> None:
    zhang, admin = come_in("zhang"), company.people["admin"]
    pk = company.people["zhang"].user_id or 0
    perform(admin, users, [pk], verb_of(users, "lock"), {})
    perform(admin, users, [pk], verb_of(users, "unlock"), {})
    assert not is_in(zhang)


def test_a_new_password_from_an_administrator_ends_all_sessions(company: Company) -> None:
    zhang = come_in("zhang")
    pk = company.people["zhang"].user_id or 0
    perform(company.people["admin"], users, [pk], verb_of(users, "password"), {"password": "Neues-Wort-77"})
    assert not is_in(zhang)
    assert not Session.objects.filter(user_id=pk).exists()


def test_ones_own_new_password_keeps_this_session_and_ends_the_others(company: Company) -> None:
    desk, telephone = come_in("zhang"), come_in("zhang", WECHAT)
    new = "Neues-Wort-77"
    assert desk.post("/me/password", {"old": PASSWORD, "new": new, "again": new}).status_code == 302
    assert (is_in(desk), is_in(telephone)) == (True, False)
    assert "Edge 126" in desk.get("/me").content.decode()


def test_a_planted_session_is_not_signed_in_and_leaves_nothing(company: Company) -> None:
    attacker = Client()
    attacker.session.save()
    key = attacker.cookies[settings.SESSION_COOKIE_NAME].value
    victim = Client()
    victim.cookies[settings.SESSION_COOKIE_NAME] = key
    assert sign_in(victim, "zhang", PASSWORD).status_code == 302
    attacker.cookies[settings.SESSION_COOKIE_NAME] = key
    assert (is_in(victim), is_in(attacker)) == (True, False)
    assert not Session.objects.filter(session_key=key).exists()


def test_when_a_session_was_last_seen_is_kept_to_some_minutes(company: Company) -> None:
    zhang = come_in("zhang")
    before = timezone.now() - timedelta(minutes=30)
    Session.objects.update(seen_at=before)
    zhang.get("/me")
    assert timezone.now() - Session.objects.get().seen_at < timedelta(minutes=1)


def test_sessions_that_ran_out_open_nothing_and_go(company: Company) -> None:
    zhang = come_in("zhang")
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not is_in(zhang)
    assert clear_sessions() >= 1


def test_reading_ends_no_session(company: Company, client_of: ClientOf) -> None:
    assert client_of("zhang").get("/me/sessions/end").status_code == 405


def test_a_page_costs_no_further_query_for_its_session(
    company: Company, client_of: ClientOf, django_assert_num_queries: Any
) -> None:
    zhang = client_of("zhang")
    zhang.get("/notices")
    with django_assert_num_queries(3) as captured:
        zhang.get("/notices")
    assert not [one for one in captured if re.search("UPDATE", one["sql"])]
