"""An administrator sets a colleague's password; it is stored nowhere but as its hash."""

from __future__ import annotations

from typing import Any

import pytest

from shuke.apps.people.resources.user import users
from shuke.engine.audit.models import Entry
from shuke.engine.commands.passwords import first_password
from shuke.engine.commands.verbs import perform, verb_of
from shuke.engine.events.models import Event
from shuke.engine.organisation.models import User
from shuke.kernel.errors import Invalid, NotAllowed
from tests.engine.conftest import MANAGER

pytestmark = pytest.mark.django_db

SECRET = "Lang-und-geheim-7"


def test_an_administrator_sets_a_password_that_appears_nowhere(person: Any, company: Any) -> None:
    admin, zhang = person("admin", admin=True), person("zhang", company["team"])
    perform(admin, users, [zhang.user_id], verb_of(users, "password"), {"password": SECRET})
    row = User.plain.get(pk=zhang.user_id)
    assert row.check_password(SECRET)
    stored = str([*Event.objects.values_list("data", flat=True), *Entry.objects.values_list("before", "after")])
    assert SECRET not in stored
    assert row.password not in stored


def test_easy_passwords_and_other_people_are_refused(person: Any, company: Any) -> None:
    admin, zhang = person("admin", admin=True), person("zhang", company["team"])
    chief = person("chief", company["east"], {**MANAGER, "users": {"view": "all", "edit": "all"}})
    with pytest.raises(Invalid):
        perform(admin, users, [zhang.user_id], verb_of(users, "password"), {"password": "12345678"})
    with pytest.raises(NotAllowed):
        perform(chief, users, [zhang.user_id], verb_of(users, "password"), {"password": SECRET})


def test_a_first_password_is_one_that_the_rules_accept(db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["12345678", "zhangwei@ming", "NYNifag-Ima25"])
    monkeypatch.setattr("shuke.engine.commands.passwords._drawn", lambda: next(drawn))
    assert first_password(User(login="zhangwei", name="张伟", email="zhangwei@ming.example")) == "NYNifag-Ima25"


def test_a_first_password_is_long_random_and_read_off_paper_without_doubt(db: Any) -> None:
    drawn = [first_password(User(login=f"p{at}", name="张伟")) for at in range(200)]
    assert len(set(drawn)) == len(drawn)
    assert {len(one) for one in drawn} == {12}
    assert not set("".join(drawn)) & set("0O1Iloi-_")
