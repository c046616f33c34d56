"""What can be done to ticked records: each deed’s questions, what its answers order, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shuke.engine.access.actor import Actor
from shuke.engine.access.models import Share
from shuke.engine.bulk.acting import AT_ONCE, Work
from shuke.engine.bulk.emptying import below, emptied, filled
from shuke.engine.commands.prepare import require
from shuke.engine.commands.verbs import verb_of
from shuke.engine.record.words import listed
from shuke.kernel.digits import whole_number
from shuke.kernel.errors import Invalid
from shuke.resource.describe import FieldInfo, Kind
from shuke.resource.spec import Parameter, Resource
from shuke.web.bulk.dialogs import (
    CLAIM,
    BulkDeed,
    Dialog,
    Question,
    asked_in,
    choose,
    chosen_ids,
    in_dialog,
    named,
    select_one,
    texts,
)
from shuke.web.frame.acting import PageRequest
from shuke.web.lists.actions import bulk_fields, tag_field
from shuke.web.record.belonging import open_pools
from shuke.web.record.sharing import pickers_for
from shuke.web.values import forms


@in_dialog("assign")
def bulk_assign(request: PageRequest, actor: Actor, resource: Resource) -> BulkDeed:
    """Hand records to a colleague (CUS-06, CUS-09, CUS-20)."""

    def ask(count: int, errors: Mapping[str, Any]) -> Dialog:
        words = ngettext("%(count)d record goes to a colleague.", "%(count)d records go to a colleague.", count)
        question = choose("owner", _("New owner"), reverse("web:lookup", args=["users"]), errors)
        return Dialog(_("Change owner"), words % {"count": count}, _("Hand over"), [question])

    def work() -> Work:
        owner = whole_number(request.POST.get("owner", ""))
        if owner is None:
            raise Invalid(fields={"owner": _("Choose a colleague.")})
        return Work("assign", {"owner": owner})

    def said(count: int, _change: int) -> str:
        return ngettext("%(count)d %(name)s handed over", "%(count)d %(names)s handed over", count) % named(
            resource, count
        )

    return BulkDeed(ask, work, said, right="assign")


@in_dialog("share")
def bulk_share(request: PageRequest, actor: Actor, resource: Resource) -> BulkDeed:
    """Open records to one colleague, one department with all below, or one role – to look, or to work with them."""
    offered = pickers_for(actor)

    def ask(count: int, errors: Mapping[str, Any]) -> Dialog:
        words = ngettext(
            "%(count)d record is opened to one of these; its owner stays.",
            "%(count)d records are opened to one of these; their owners stay.",
            count,
        )
        questions = [
            choose(kind, label, reverse("web:lookup", args=[f"{kind}s"]), errors, required=False)
            for kind, label in offered
        ]
        levels = [(value, str(label)) for value, label in Share.Level.choices]
        asked = select_one("level", _("They may"), levels, request.POST.get("level", Share.Level.VIEW), errors)
        return Dialog(_("Share"), words % {"count": count}, _("Share"), [*questions, asked])

    def work() -> Work:
        chosen = {kind: pk for kind, _label in offered if (pk := whole_number(request.POST.get(kind, "")))}
        if len(chosen) != 1:
            raise Invalid(_("Choose one: a colleague, a department or a role."))
        return Work("share", {**chosen, "level": request.POST.get("level", "")})

    def said(count: int, _change: int) -> str:
        return ngettext("%(count)d %(name)s shared", "%(count)d %(names)s shared", count) % named(resource, count)

    return BulkDeed(ask, work, said, right="share")


@in_dialog("edit")
def bulk_release(request: PageRequest, actor: Actor, resource: Resource) -> BulkDeed:
    """Put records into a pool that is open to the actor (CUS-07)."""
    pools = open_pools(actor)

    def ask(count: int, errors: Mapping[str, Any]) -> Dialog:
        words = ngettext(
            "%(count)d record loses its owner and waits in the pool for a new one.",
            "%(count)d records lose their owners and wait in the pool for new ones.",
            count,
        )
        question = select_one("pool", _("Pool"), pools, request.POST.get("pool", ""), errors)
        return Dialog(_("Put into a pool"), words % {"count": count}, _("Put into the pool"), [question])

    def work() -> Work:
        pool = request.POST.get("pool", "")
        if pool not in dict(pools):
            raise Invalid(fields={"pool": _("Choose a pool.")})
        return Work("release", {"pool": int(pool)})

    def said(count: int, _change: int) -> str:
        words = ngettext("%(count)d %(name)s put into the pool", "%(count)d %(names)s put into the pool", count)
        return words % named(resource, count)

    return BulkDeed(ask, work, said, leaves=True)


@in_dialog("edit")
def bulk_claim(request: PageRequest, actor: Actor, resource: Resource) -> BulkDeed:
    """Take records out of a pool for oneself (CUS-08)."""

    def ask(count: int, _errors: Mapping[str, Any]) -> Dialog:
        words = ngettext("%(count)d record becomes yours.", "%(count)d records become yours.", count)
        return Dialog(_("Claim"), words % {"count": count}, _("Claim"))

    def said(count: int, _change: int) -> str:
        return ngettext("%(count)d %(name)s claimed", "%(count)d %(names)s claimed", count) % named(resource, count)

    return BulkDeed(ask, lambda: Work(CLAIM), said, right=CLAIM)


@in_dialog("delete")
def bulk_delete(request: PageRequest, actor: Actor, resource: Resource) -> BulkDeed:
    """Put records into the recycle bin."""

    def ask(count: int, _errors: Mapping[str, Any]) -> Dialog:
        words = ngettext(
            "%(count)d record goes into the recycle bin, with what belongs to it. You can bring it back.",
            "%(count)d records go into the recycle bin, with what belongs to them. You can bring them back.",
            count,
        )
        return Dialog(_("Delete"), words % {"count": count}, _("Delete"), danger=True)

    def said(count: int, _change: int) -> str:
        return ngettext("%(count)d %(name)s deleted", "%(count)d %(names)s deleted", count) % named(resource, count)

    return BulkDeed(ask, lambda: Work("delete"), said, right="delete", leaves=True)


@in_dialog("edit")
def bulk_edit(request: PageRequest, actor: Actor, resource: Resource) -> BulkDeed:
    """Set one field of many records to the same value (CUS-05)."""
    infos = {info.name: info for info in bulk_fields(actor, resource)}
    field = request.POST.get("field") or request.GET.get("field") or next(iter(infos), "")
    if field not in infos:
        raise Invalid(_("This field cannot be set on many records at once."))
    text = forms.read_posted({field: infos[field]}, request.POST).values.get(field, "")
    lower = below(actor, resource, field)

    def ask(count: int, errors: Mapping[str, Any]) -> Dialog:
        words = ngettext("%(count)d record gets the same value.", "%(count)d records get the same value.", count)
        words = f"{words % {'count': count}}{_would_empty(actor, resource, lower, ids())}"
        drawn = forms.draw_field(actor, infos[field], text, texts(errors, field), prefix="bulk")
        question = Question(drawn.id, drawn.label, drawn.html, required=drawn.required, errors=drawn.errors)
        chooser = [(one.name, str(one.label), one.name == field) for one in infos.values()]
        may_be_empty = "" if drawn.required or infos[field].kind is Kind.BOOLEAN else _("Empty this field")
        return Dialog(_("Edit"), words, _("Save"), [question], chooser=chooser, tick=may_be_empty)

    def ids() -> list[int]:
        return chosen_ids(actor, resource, asked_in(request)) if lower else []

    def work() -> Work:
        # Saving the dialog as it came must not empty the field of all these records.
        if not text and not infos[field].required and "tick" not in request.POST:
            raise Invalid(fields={field: _("Enter what is to stand there, or tick that the field is to be empty.")})
        return Work("edit-loosely", forms.for_commands(infos, {field: text}))

    def said(count: int, change: int) -> str:
        words = ngettext("%(count)d %(name)s changed", "%(count)d %(names)s changed", count)
        return _has_emptied(words % named(resource, count), resource, lower, change)

    return BulkDeed(ask, work, said)


def _would_empty(actor: Actor, resource: Resource, lower: Sequence[FieldInfo], ids: Sequence[int]) -> str:
    """What is said of the fields below the one that is set, and of how many records have something there."""
    if not lower:
        return ""
    words = _(" What is chosen in %(fields)s and does not fit it is emptied.")
    count = filled(actor, resource, lower, ids) if len(ids) <= AT_ONCE else 0
    if count:
        words += ngettext(" %(count)d of them has something there.", " %(count)d of them have something there.", count)
    return words % {"fields": listed(info.label for info in lower), "count": count}


def _has_emptied(words: str, resource: Resource, lower: Sequence[FieldInfo], change: int) -> str:
    """The message with what was emptied because it did not fit any more."""
    found = emptied(resource, lower, change)
    if not found:
        return words
    fields = listed(
        _("%(field)s (%(count)d)") % {"field": info.label, "count": found[info.name]}
        for info in lower
        if info.name in found
    )
    return _("%(words)s; emptied, because it does not fit any more: %(fields)s") % {"words": words, "fields": fields}


@in_dialog("edit")
def bulk_tag(request: PageRequest, actor: Actor, resource: Resource) -> BulkDeed:
    """Put tags on many records, take others off."""
    info = tag_field(actor, resource)
    if info is None:
        raise Invalid(_("This field cannot be set on many records at once."))
    address = reverse("web:tag-lookup", args=[info.spec.dictionary])

    def ask(count: int, errors: Mapping[str, Any]) -> Dialog:
        questions = [
            choose(key, label, address, errors, required=False, many=True)
            for key, label in (("add", _("Put on")), ("remove", _("Take off")))
        ]
        words = ngettext("With %(count)d record.", "With %(count)d records.", count) % {"count": count}
        return Dialog(_("Tags"), words, _("Save"), questions)

    def work() -> Work:
        add, remove = ([item for item in request.POST.getlist(key) if item] for key in ("add", "remove"))
        if not add and not remove:
            raise Invalid(fields={info.name: _("Choose a tag to put on or to take off.")})
        return Work("tag", {"field": info.name, "add": add, "remove": remove})

    def said(count: int, _change: int) -> str:
        return ngettext("%(count)d %(name)s changed", "%(count)d %(names)s changed", count) % named(resource, count)

    return BulkDeed(ask, work, said)


@in_dialog(None)
def bulk_verb(request: PageRequest, actor: Actor, resource: Resource, verb: str) -> BulkDeed:
    """Perform one of the object's own verbs, after asking for its parameters."""
    declared = verb_of(resource, verb)
    require(actor, resource, declared.grant)
    data = asked_in(request)

    def ask(count: int, errors: Mapping[str, Any]) -> Dialog:
        words = ngettext("With %(count)d record.", "With %(count)d records.", count) % {"count": count}
        if declared.hint:
            words = f"{words} {declared.hint(actor, chosen_ids(actor, resource, data))}"
        questions = [_question(parameter, request.POST, errors) for parameter in declared.parameters]
        return Dialog(str(declared.label), words, str(declared.label), questions, declared.danger)

    def work() -> Work:
        return Work(verb, {one.name: request.POST.get(one.name, "") for one in declared.parameters})

    def said(count: int, _change: int) -> str:
        return _("%(verb)s: %(count)d %(names)s") % {"verb": declared.label, **named(resource, count)}

    return BulkDeed(ask, work, said, right=declared.grant)


def _question(parameter: Parameter, data: QueryDict, errors: Mapping[str, Any]) -> Question:
    name, label = parameter.name, str(parameter.label)
    if parameter.resource:
        looked_up = reverse("web:lookup", args=[parameter.resource])
        return choose(name, label, looked_up, errors, required=parameter.required)
    html = forms.plain_input(name, parameter.kind, f"bulk-{name}", data.get(name, ""))
    return Question(f"bulk-{name}", label, html, parameter.required, texts(errors, name))
