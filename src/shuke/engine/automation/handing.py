"""The action that hands a record to somebody: in turn, to whom has least, or by where the customer is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.automation.actor import AUTOMATION
from shuke.engine.automation.models import Turn
from shuke.engine.automation.people import check_people, chosen
from shuke.engine.automation.scene import Action, Scene, Step
from shuke.engine.automation.writing import refresh
from shuke.engine.commands import ownership
from shuke.engine.options.models import Region
from shuke.engine.options.regions import last_code
from shuke.engine.organisation.models import User
from shuke.kernel.errors import Invalid
from shuke.resource.describe import FieldInfo, fields_of
from shuke.resource.spec import Resource

WAYS = ("turn", "least", "territory")


def region_field(resource: Resource) -> FieldInfo | None:
    """The field that says where a record is, if it has one."""
    return next((info for info in fields_of(resource).values() if info.target is Region), None)


def _check(actor: Actor, resource: Resource, step: Step) -> None:
    if not resource.scope.changes_hands:
        raise Invalid(
            _("%(objects)s have no owner of their own that could be changed.") % {"objects": resource.label_plural}
        )
    if step.get("way") not in WAYS:
        raise Invalid(_("Choose how people are chosen."))
    if step["way"] != "territory":
        check_people(step)
        return
    if region_field(resource) is None:
        raise Invalid(_("%(objects)s have no region.") % {"objects": resource.label_plural})
    territories = step.get("territories")
    if not isinstance(territories, list) or not territories:
        raise Invalid(_("Say who looks after which region."))
    for one in territories:
        if not isinstance(one, dict) or not Region.objects.filter(pk=_code(one)).exists():
            raise Invalid(_("Say who looks after which region."))
        check_people(one)


def _code(territory: Mapping[str, Any]) -> int:
    code = territory.get("region")
    return code if type(code) is int and 0 < code < 2**31 else 0


def _hand(scene: Scene, step: Step) -> str:
    person = _person(scene, step)
    ownership.assign(AUTOMATION, scene.resource, [scene.record.pk], person.pk)
    refresh(scene)
    return _("handed to %(person)s") % {"person": person.name}


def _person(scene: Scene, step: Step) -> User:
    if step["way"] == "territory":
        number, territory = _territory(scene, step)
        return _next(scene, f"{scene.place}.{number}", chosen(territory))
    people = chosen(step)
    return _least(scene.resource, people) if step["way"] == "least" else _next(scene, str(scene.place), people)


def _territory(scene: Scene, step: Step) -> tuple[int, Mapping[str, Any]]:
    """The smallest territory that holds the record's region: a city's own people come before its province's."""
    info = region_field(scene.resource)
    code = getattr(scene.record, info.column) if info else None
    fitting = [
        (last_code(_code(one)) - _code(one), number)
        for number, one in enumerate(step["territories"])
        if code is not None and _code(one) <= code <= last_code(_code(one))
    ]
    if not fitting:
        raise Invalid(_("Nobody looks after the region of this record."))
    number = min(fitting)[1]
    return number, step["territories"][number]


def _next(scene: Scene, place: str, people: Sequence[User]) -> User:
    """Whoever comes after the last one; the row is locked, so that two runs do not take the same person."""
    _require_somebody(people)
    Turn.objects.get_or_create(rule_id=scene.rule.id, place=place)
    turn = Turn.objects.select_for_update().get(rule_id=scene.rule.id, place=place)
    person = next((user for user in people if user.pk > turn.last), people[0])
    Turn.objects.filter(pk=turn.pk).update(last=person.pk)
    return person


def _least(resource: Resource, people: Sequence[User]) -> User:
    """Whoever owns the fewest living records of the object; among equals the one who came first."""
    _require_somebody(people)
    rows = resource.model.objects.unscoped("how many does everybody have?")  # type: ignore[attr-defined]
    rows = rows.filter(owner_id__in=[user.pk for user in people], deleted_at__isnull=True)
    counts = dict(rows.order_by().values_list("owner_id").annotate(count=Count("pk")))
    return min(people, key=lambda user: (counts.get(user.pk, 0), user.pk))


def _require_somebody(people: Sequence[User]) -> None:
    if not people:
        raise Invalid(_("None of the people chosen works here any more."))


ASSIGN = Action(_check, _hand)
