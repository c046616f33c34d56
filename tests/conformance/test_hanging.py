"""What hangs on a record of any object: who does not see the record sees, writes and changes nothing of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from shuke.engine.access.actor import Actor
from shuke.engine.audit.models import Change
from shuke.engine.commands.removal import delete
from shuke.engine.comments.models import Comment
from shuke.engine.dispatch.models import Notice
from shuke.engine.dispatch.notices import tell_followers, tell_mentioned
from shuke.engine.events.models import Event
from shuke.engine.marks.marking import forget_old, see
from shuke.engine.marks.models import Mark
from shuke.engine.organisation.models import Role, Unit
from shuke.resource.spec import Resource
from tests.conformance.api import Caller
from tests.conformance.conftest import Person
from tests.conformance.sample import Samples

pytestmark = pytest.mark.django_db


@pytest.fixture
def record(resource: Resource, samples: Samples) -> Any:
    """A record of the administrator's."""
    return samples.make(resource)


@pytest.fixture
def reader(resource: Resource, person: Person, company: dict[str, Unit]) -> Actor:
    """Sees every record of the object and may do nothing else."""
    return person("reader", company["east"], {resource.name: {"view": "all"}})


@pytest.fixture
def stranger(person: Person, company: dict[str, Unit]) -> Actor:
    """Works here and may see nothing."""
    return person("stranger", company["south"])


def test_who_sees_a_record_comments_on_it_and_nobody_else(
    resource: Resource, record: Any, reader: Actor, stranger: Actor
) -> None:
    path = f"/{resource.name}/{record.pk}/comments"
    said = Caller(reader).post(path, {"text": " 下周拜访 "})
    assert (said.status_code, said.json()["text"]) == (201, "下周拜访")
    mine = f"{path}/{said.json()['id']}"
    before = Change.objects.count()
    outside = Caller(stranger)
    refused = [
        outside.get(path), outside.post(path, {"text": "x"}), outside.patch(mine, {"text": "x"}), outside.delete(mine),
        outside.get(f"/{resource.name}/{record.pk}/timeline"),
    ]  # fmt: skip
    assert {answer.status_code for answer in refused} <= {403, 404}
    assert [comment.text for comment in Comment.objects.all()] == ["下周拜访"]
    assert Change.objects.count() == before


def test_a_comment_is_its_writers_own_and_comes_back_by_undo(
    resource: Resource, record: Any, reader: Actor, person: Person
) -> None:
    path = f"/{resource.name}/{record.pk}/comments"
    caller = Caller(reader)
    mine = f"{path}/{caller.post(path, {'text': '一'}).json()['id']}"
    other = Caller(person("other", None, {resource.name: {"view": "all"}}))
    assert other.patch(mine, {"text": "二"}).status_code == 403
    assert other.delete(mine).status_code == 403
    assert caller.patch(mine, {"text": "三"}).json()["text"] == "三"
    removed = caller.delete(mine).json()["change"]
    assert caller.get(path).json() == []
    assert caller.post(f"/changes/{removed}/undo").status_code == 200
    assert [one["text"] for one in caller.get(path).json()] == ["三"]


def test_a_comment_of_one_record_is_not_reached_through_another(
    resource: Resource, record: Any, reader: Actor, samples: Samples
) -> None:
    caller = Caller(reader)
    pk = caller.post(f"/{resource.name}/{record.pk}/comments", {"text": "一"}).json()["id"]
    elsewhere = samples.make(resource).pk
    assert caller.patch(f"/{resource.name}/{elsewhere}/comments/{pk}", {"text": "二"}).status_code == 404
    assert caller.delete(f"/{resource.name}/{elsewhere}/comments/{pk}").status_code == 404


def test_only_who_sees_the_record_is_told_that_he_was_mentioned(
    resource: Resource, record: Any, admin: Actor, reader: Actor, stranger: Actor
) -> None:
    text = f"@{reader.name} @{stranger.name} 请看，@{admin.name} 也是"
    people = [reader.user_id, stranger.user_id, admin.user_id]
    change = (
        Caller(admin)
        .post(f"/{resource.name}/{record.pk}/comments", {"text": text, "mentions": people})
        .json()["change"]
    )
    events = list(Event.objects.filter(change_id=change))
    tell_mentioned(events)
    tell_mentioned(events)
    assert list(Notice.objects.values_list("user_id", "kind")) == [(reader.user_id, "mentioned")]


def test_whoever_is_not_called_by_name_is_not_mentioned(
    resource: Resource, record: Any, admin: Actor, reader: Actor
) -> None:
    said = Caller(admin).post(
        f"/{resource.name}/{record.pk}/comments", {"text": "没有叫谁", "mentions": [reader.user_id]}
    )
    assert said.json()["mentions"] == []


def test_the_timeline_has_everything_once_newest_first(resource: Resource, record: Any, admin: Actor) -> None:
    caller, path = Caller(admin), f"/{resource.name}/{record.pk}"
    for number in range(7):
        caller.post(f"{path}/comments", {"text": f"第 {number} 条"})
    found: list[Any] = []
    cursor = None
    while True:
        answer = caller.get(f"{path}/timeline", limit=3, **({"cursor": cursor} if cursor else {})).json()
        found += answer["items"]
        cursor = answer["next"]
        if cursor is None:
            break
    assert [one["text"] for one in found if one["kind"] == "comment"] == [
        f"第 {number} 条" for number in range(6, -1, -1)
    ]
    assert [one["verb"] for one in found if one["kind"] == "change"].count("create") == 1
    assert [one["at"] for one in found] == sorted((one["at"] for one in found), reverse=True)
    only = caller.get(f"{path}/timeline", kind="comment", limit=100).json()["items"]
    assert {one["kind"] for one in only} == {"comment"}


def test_the_timeline_refuses_what_it_does_not_know(resource: Resource, record: Any, admin: Actor) -> None:
    caller, path = Caller(admin), f"/{resource.name}/{record.pk}/timeline"
    assert caller.get(path, kind="x").status_code == 422
    assert caller.get(path, cursor="nonsense").status_code == 422


def test_marks_are_ones_own_and_lists_show_only_what_is_in_sight(
    resource: Resource, record: Any, admin: Actor, reader: Actor, stranger: Actor
) -> None:
    path, mine = f"/{resource.name}/{record.pk}/mark", Caller(reader)
    assert mine.put(path, {"star": True}).status_code == 200
    assert Caller(stranger).put(path, {"star": True}).status_code == 404
    assert [(one["resource"], one["id"]) for one in mine.get("/me/starred").json()] == [(resource.name, record.pk)]
    assert Caller(admin).get("/me/starred").json() == []
    see(reader, resource, record.pk)
    assert [one["id"] for one in mine.get("/me/recent").json()] == [record.pk]
    delete(admin, resource, [record.pk])
    assert mine.get("/me/starred").json() == []
    assert mine.get("/me/recent").json() == []


def test_followers_hear_of_what_others_do_while_they_see_the_record(
    resource: Resource, record: Any, admin: Actor, reader: Actor
) -> None:
    Caller(reader).put(f"/{resource.name}/{record.pk}/mark", {"follow": True})
    Caller(admin).put(f"/{resource.name}/{record.pk}/mark", {"follow": True})
    change = Caller(admin).post(f"/{resource.name}/{record.pk}/comments", {"text": "一"}).json()["change"]
    events = list(Event.objects.filter(change_id=change))
    tell_followers(events)
    tell_followers(events)
    assert list(Notice.objects.values_list("user_id", "kind")) == [(reader.user_id, "commented")]
    Notice.objects.all().delete()
    Role.objects.unscoped("test").filter(name="角色 reader").update(grants={})
    tell_followers(events)
    assert not Notice.objects.exists()


def test_only_the_latest_looks_are_remembered(resource: Resource, reader: Actor) -> None:
    for number in range(50):
        see(reader, resource, number + 1)
    mark_of = Mark.objects.filter(user_id=reader.user_id)
    mark_of.filter(object_id=1).update(starred_at=timezone.now())
    assert forget_old() == 9
    assert mark_of.count() == 41
