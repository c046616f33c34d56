"""The recycle bin of every object: found by search, emptied by administrators only, and by itself after its days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import ProtectedError
from django.utils import timezone

from shuke.engine.access.actor import Actor
from shuke.engine.access.models import Share
from shuke.engine.audit.models import Entry
from shuke.engine.commands.removal import delete
from shuke.engine.comments.models import Comment
from shuke.engine.comments.writing import say
from shuke.engine.marks.marking import mark
from shuke.engine.marks.models import Mark
from shuke.engine.retention.purge import purge, purge_old
from shuke.kernel.errors import Conflict, NotAllowed, NotFound
from shuke.resource.registry import resource_for
from shuke.resource.spec import Resource
from tests.conformance.api import signed_in
from tests.conformance.conftest import Person, every
from tests.conformance.sample import Samples

pytestmark = pytest.mark.django_db


def rows_of(resource: Resource, pk: int) -> Any:
    return resource.model.objects.unscoped("test").filter(pk=pk)  # type: ignore[attr-defined]


def test_only_administrators_delete_for_good_and_the_history_stays(
    resource: Resource, samples: Samples, admin: Actor, person: Person
) -> None:
    pk = samples.make(resource).pk
    say(admin, resource, pk, "一")
    mark(admin, resource, pk, "star", on=True)
    with pytest.raises(NotFound):
        purge(admin, resource, [pk])
    delete(admin, resource, [pk])
    with pytest.raises(NotAllowed):
        purge(person("all", None, every("all")), resource, [pk])
    assert rows_of(resource, pk).exists()
    purge(admin, resource, [pk])
    assert not rows_of(resource, pk).exists()
    assert not Comment.objects.exists()
    assert not Mark.objects.exists()
    assert Entry.objects.filter(relation=resource.model._meta.db_table, object_id=pk, op="D").count() == 1


def test_the_bin_empties_itself_after_its_days(resource: Resource, samples: Samples, admin: Actor) -> None:
    old, young = samples.make(resource).pk, samples.make(resource).pk
    delete(admin, resource, [old, young])
    rows_of(resource, old).update(deleted_at=timezone.now() - timedelta(days=91))
    assert purge_old() == 1
    assert not rows_of(resource, old).exists()
    assert rows_of(resource, young).exists()
    assert purge_old() == 0


def test_what_the_history_names_stays(admin: Actor, samples: Samples, person: Person) -> None:
    users = resource_for("users")
    actor = person("busy", None, every("all"))
    pk = samples.make(resource_for("customers"), owner=admin.user_id).pk
    say(actor, resource_for("customers"), pk, "一")
    delete(admin, users, [actor.user_id or 0])
    with pytest.raises(Conflict):
        purge(admin, users, [actor.user_id or 0])
    rows_of(users, actor.user_id or 0).update(deleted_at=timezone.now() - timedelta(days=91))
    assert purge_old() == 0
    with pytest.raises(ProtectedError):
        rows_of(users, actor.user_id or 0).delete()


def test_a_family_goes_together(admin: Actor, samples: Samples) -> None:
    customers, contacts = resource_for("customers"), resource_for("contacts")
    head = samples.make(customers)
    child = samples.make(contacts, customer=head.pk)
    Share.objects.create(resource="customers", object_id=head.pk, user_id=admin.user_id)
    delete(admin, customers, [head.pk])
    purge(admin, customers, [head.pk])
    assert not rows_of(contacts, child.pk).exists()
    assert not Share.objects.exists()


def test_the_bin_is_searched_and_emptied_on_its_page(resource: Resource, samples: Samples, admin: Actor) -> None:
    one, other = samples.make(resource), samples.make(resource)
    delete(admin, resource, [one.pk, other.pk])
    browser = signed_in(admin)
    title = str(getattr(one, resource.title))
    page = browser.get(f"/{resource.name}/bin", {"q": title}).content.decode()
    assert f'value="{one.pk}"' in page
    assert f'value="{other.pk}"' not in page
    assert browser.post(f"/{resource.name}/bin", {"ids": [one.pk], "purge": "1"}).status_code == 302
    assert not rows_of(resource, one.pk).exists()
    assert rows_of(resource, other.pk).exists()
