"""ORG-12: who approves is a member of the built-in role, and has the permission; one without the other is nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from shuke.apps.sales.resources.customer import customers
from shuke.engine.access.actor import APPROVE, Actor
from shuke.engine.bulk.acting import Work, act
from shuke.engine.commands import removal, write
from shuke.engine.commands.sight import in_sight
from shuke.engine.explain.reasons import explain
from shuke.engine.explain.rights import rights_of
from shuke.engine.organisation.actors import _actors, actor_for
from shuke.engine.organisation.models import Membership, Role, User
from shuke.kernel.errors import Invalid, NotAllowed
from shuke.resource.registry import register, resource_for, unregister
from shuke.resource.spec import Resource, Verb
from tests.conformance.api import Caller
from tests.engine.conftest import SELLER

pytestmark = pytest.mark.django_db

KEYS = ("administrator", "order-approval", "receipt-approval")


def approve(actor: Actor, records: Any) -> None:
    for record in records:
        record.note = "审核"
        write.apply(actor, resource_for("customers"), record, {"note"})


@pytest.fixture
def documents() -> Iterator[Resource]:
    """Customers, as if they were orders that somebody approves."""
    verb = Verb("approve", "审核", approve, grant=APPROVE)
    fake = replace(customers, approval="order-approval", verbs=(*customers.verbs, verb))
    unregister(customers)
    _actors.clear()
    yield register(fake)
    unregister(fake)
    register(customers)
    _actors.clear()


def again(actor: Actor) -> Actor:
    return actor_for(User.plain.get(pk=actor.user_id), "web")


def enter(actor: Actor, key: str) -> Actor:
    Membership.objects.create(user_id=actor.user_id, role=Role.plain.get(builtin=key))
    return again(actor)


@pytest.mark.feature("ORG-12")
def test_approving_needs_the_membership_and_the_permission(documents: Resource, person: Any, company: Any) -> None:
    granted = {"customers": {**SELLER["customers"], APPROVE: "own"}}
    has_right = person("right", company["team"], granted)
    is_member = enter(person("member", company["team"], SELLER), "order-approval")
    other = enter(person("other", company["team"], granted), "receipt-approval")
    for actor, word in ((has_right, "您不是成员"), (is_member, "没有配置"), (other, "您不是成员")):
        pk = write.create(actor, documents, {"name": "单据"}).record.pk
        assert not actor.may("customers", APPROVE)
        with pytest.raises(NotAllowed, match=word):
            act(actor, documents, Work("approve", {}), [pk])
        assert not explain(actor.user_id or 0, documents, pk, action=APPROVE).allowed
    assert explain(other.user_id or 0, documents, pk, action=APPROVE).reasons[-1].kind == "approval"
    both = enter(has_right, "order-approval")
    pk = write.create(both, documents, {"name": "单据"}).record.pk
    act(both, documents, Work("approve", {}), [pk])
    assert documents.model.plain.get(pk=pk).note == "审核"


@pytest.mark.feature("ORG-11", "ORG-12")
def test_approving_reaches_as_far_as_it_was_granted(documents: Resource, person: Any, company: Any) -> None:
    approver = enter(person("a", company["team"], {"customers": {"view": "all", APPROVE: "own"}}), "order-approval")
    foreign = write.create(person("li", company["south"], SELLER), documents, {"name": "别人的单据"}).record.pk
    assert in_sight(approver, documents, foreign)
    with pytest.raises(NotAllowed):
        act(approver, documents, Work("approve", {}), [foreign])
    with pytest.raises(NotAllowed):
        write.update(approver, documents, foreign, {"note": "approving is not saving"})


@pytest.mark.feature("ORG-12")
def test_an_administrator_approves_only_as_a_member(documents: Resource, person: Any) -> None:
    admin = person("admin", admin=True)
    assert not admin.may("customers", APPROVE)
    assert enter(admin, "order-approval").may("customers", APPROVE)


@pytest.mark.feature("ORG-12", "ORG-13")
def test_the_rights_of_a_person_tell_what_is_missing(documents: Resource, person: Any, company: Any) -> None:
    actor = person("right", company["team"], {"customers": {"view": "own", APPROVE: "own"}})
    user = User.plain.get(pk=actor.user_id)
    [before] = [one for one in rights_of(user).objects if one.resource is documents]
    assert before.barred
    assert APPROVE not in before.held
    enter(actor, "order-approval")
    [after] = [one for one in rights_of(user).objects if one.resource is documents]
    assert not after.barred
    assert [giver.name for giver in after.held[APPROVE].givers] == ["role of right"]


@pytest.mark.feature("ORG-12")
@pytest.mark.parametrize("key", KEYS)
def test_built_in_roles_are_there_and_stay(person: Any, key: str) -> None:
    roles, role = resource_for("roles"), Role.plain.get(builtin=key)
    admin = person("admin", admin=True)
    with pytest.raises(Invalid, match=role.name):
        removal.delete(admin, roles, [role.pk])
    refused = Caller(admin).patch(f"/roles/{role.pk}", {"builtin": ""})
    assert refused.status_code == 422
    assert "builtin" in refused.json()["fields"]
    assert write.update(admin, roles, role.pk, {"note": "别的说明"}).record.builtin == key
    assert not Role.plain.get(builtin=key).deleted_at


@pytest.mark.feature("ORG-22")
def test_members_of_the_role_system_administrator_are_administrators(person: Any, company: Any) -> None:
    users, role = resource_for("users"), Role.plain.get(builtin="administrator")
    admin, other = person("admin", admin=True), person("other", company["team"])
    hr = person("hr", company["company"], {"users": {"view": "all", "edit": "all"}, "roles": {"view": "all"}})
    with pytest.raises(NotAllowed):
        write.update(hr, users, other.user_id, {"roles": [role.pk]})
    write.update(admin, users, other.user_id, {"roles": [role.pk]})
    assert again(other).is_administrator
    with pytest.raises(NotAllowed):
        write.update(hr, users, other.user_id, {"roles": []})
    write.update(again(other), users, admin.user_id, {"roles": []})
    assert not again(admin).is_administrator
    with pytest.raises(Invalid):
        write.update(again(other), users, other.user_id, {"roles": []})
    assert again(other).is_administrator
    assert Caller(again(other)).patch(f"/users/{admin.user_id}", {"is_administrator": True}).status_code == 422
