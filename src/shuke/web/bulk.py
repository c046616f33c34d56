"""What is done to ticked records: a dialog asks, the commands do it, a message offers to take it back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from shuke.engine.access.actor import Actor
from shuke.engine.bulk.acting import AT_ONCE, Work, act, ids_of, order
from shuke.engine.commands.prepare import require
from shuke.engine.commands.verbs import verb_of
from shuke.engine.query.paging import select
from shuke.kernel.digits import whole_numbers
from shuke.kernel.errors import Invalid, NotAllowed
from shuke.resource.registry import resource_for
from shuke.resource.spec import Parameter, Resource
from shuke.web import forms
from shuke.web.acting import PageRequest, require_actor
from shuke.web.belonging import open_pools
from shuke.web.filters import read_state
from shuke.web.inputs import picker
from shuke.web.lists import bulk_fields, has_pools, tag_field

CLAIM = "claim"


@dataclass(frozen=True)
class Question:
    """One input of a dialog."""

    id: str
    label: str
    html: SafeString
    required: bool
    errors: Sequence[str] = ()


@dataclass(frozen=True)
class Dialog:
    """What a bulk dialog says and asks."""

    title: str
    words: str
    button: str
    questions: Sequence[Question] = ()
    danger: bool = False
    chooser: Sequence[tuple[str, str, bool]] = ()
    left_out: Sequence[str] = ()


def chosen_ids(actor: Actor, resource: Resource, data: QueryDict) -> list[int]:
    """The ticked records, or – ``whole=1`` – all of the list that ``query`` describes.

    Raises ``Invalid`` for none and for too many.
    """
    if data.get("whole") == "1":
        state = read_state(actor, resource, QueryDict(data.get("query", "")))
        ids = ids_of(select(actor, resource, criteria=state.criteria, q=state.q))
    else:
        ids = whole_numbers(data.getlist("ids"))
    if not ids:
        raise Invalid(_("Tick at least one record first."))
    return ids


@require_http_methods(["GET", "POST"])
def bulk_assign(request: PageRequest, name: str) -> HttpResponse:
    """Hand records to a colleague (CUS-06, CUS-09, CUS-20)."""
    actor, resource = require_actor(request), resource_for(name)
    require(actor, resource, "assign")

    def questions(errors: Mapping[str, Any]) -> list[Question]:
        field = picker(
            name="owner", address=reverse("web:lookup", args=["users"]), input_id="bulk-owner", label=_("New owner")
        )
        return [Question("bulk-owner", _("New owner"), field, required=True, errors=_texts(errors, "owner"))]

    def work() -> Work:
        owner = request.POST.get("owner", "")
        if not owner.isdigit():
            raise Invalid(fields={"owner": _("Choose a colleague.")})
        return Work("assign", {"owner": int(owner)})

    def ask(count: int, errors: Mapping[str, Any]) -> Dialog:
        words = ngettext("%(count)d record goes to a colleague.", "%(count)d records go to a colleague.", count)
        return Dialog(_("Change owner"), words % {"count": count}, _("Hand over"), questions(errors))

    def said(count: int) -> str:
        return ngettext("%(count)d %(name)s handed over", "%(count)d %(names)s handed over", count) % _named(
            resource, count
        )

    return _run(request, actor, resource, ask, work, said, right="assign")


@require_http_methods(["GET", "POST"])
def bulk_release(request: PageRequest, name: str) -> HttpResponse:
    """Put records into a pool that is open to the actor (CUS-07)."""
    actor, resource = require_actor(request), resource_for(name)
    require(actor, resource, "edit")
    pools = open_pools(actor)

    def ask(count: int, errors: Mapping[str, Any]) -> Dialog:
        words = ngettext(
            "%(count)d record loses its owner and waits in the pool for a new one.",
            "%(count)d records lose their owners and wait in the pool for new ones.",
            count,
        )
        html = forms.plain_select("pool", "bulk-pool", pools, request.POST.get("pool", ""))
        question = Question("bulk-pool", _("Pool"), html, required=True, errors=_texts(errors, "pool"))
        return Dialog(_("Put into a pool"), words % {"count": count}, _("Put into the pool"), [question])

    def work() -> Work:
        pool = request.POST.get("pool", "")
        if pool not in dict(pools):
            raise Invalid(fields={"pool": _("Choose a pool.")})
        return Work("release", {"pool": int(pool)})

    def said(count: int) -> str:
        words = ngettext("%(count)d %(name)s put into the pool", "%(count)d %(names)s put into the pool", count)
        return words % _named(resource, count)

    return _run(request, actor, resource, ask, work, said, leaves=True)


@require_http_methods(["GET", "POST"])
def bulk_claim(request: PageRequest, name: str) -> HttpResponse:
    """Take records out of a pool for oneself (CUS-08)."""
    actor, resource = require_actor(request), resource_for(name)
    require(actor, resource, "edit")

    def ask(count: int, _errors: Mapping[str, Any]) -> Dialog:
        words = ngettext("%(count)d record becomes yours.", "%(count)d records become yours.", count)
        return Dialog(_("Claim"), words % {"count": count}, _("Claim"))

    def said(count: int) -> str:
        return ngettext("%(count)d %(name)s claimed", "%(count)d %(names)s claimed", count) % _named(resource, count)

    return _run(request, actor, resource, ask, lambda: Work(CLAIM), said, right=CLAIM)


@require_http_methods(["GET", "POST"])
def bulk_delete(request: PageRequest, name: str) -> HttpResponse:
    """Put records into the recycle bin."""
    actor, resource = require_actor(request), resource_for(name)
    require(actor, resource, "delete")

    def ask(count: int, _errors: Mapping[str, Any]) -> Dialog:
        words = ngettext(
            "%(count)d record goes into the recycle bin, with what belongs to it. You can bring it back.",
            "%(count)d records go into the recycle bin, with what belongs to them. You can bring them back.",
            count,
        )
        return Dialog(_("Delete"), words % {"count": count}, _("Delete"), danger=True)

    def said(count: int) -> str:
        return ngettext("%(count)d %(name)s deleted", "%(count)d %(names)s deleted", count) % _named(resource, count)

    return _run(request, actor, resource, ask, lambda: Work("delete"), said, right="delete", leaves=True)


@require_http_methods(["GET", "POST"])
def bulk_edit(request: PageRequest, name: str) -> HttpResponse:
    """Set one field of many records to the same value (CUS-05)."""
    actor, resource = require_actor(request), resource_for(name)
    require(actor, resource, "edit")
    infos = {info.name: info for info in bulk_fields(actor, resource)}
    field = request.POST.get("field") or request.GET.get("field") or next(iter(infos), "")
    if field not in infos:
        raise Invalid(_("This field cannot be set on many records at once."))
    text = forms.read_posted({field: infos[field]}, request.POST).values.get(field, "")

    def ask(count: int, errors: Mapping[str, Any]) -> Dialog:
        words = ngettext("%(count)d record gets the same value.", "%(count)d records get the same value.", count)
        drawn = forms.draw_field(actor, infos[field], text, _texts(errors, field), prefix="bulk")
        question = Question(drawn.id, drawn.label, drawn.html, required=drawn.required, errors=drawn.errors)
        chooser = [(one.name, str(one.label), one.name == field) for one in infos.values()]
        return Dialog(_("Edit"), words % {"count": count}, _("Save"), [question], chooser=chooser)

    def work() -> Work:
        return Work("edit", forms.for_commands(infos, {field: text}))

    def said(count: int) -> str:
        return ngettext("%(count)d %(name)s changed", "%(count)d %(names)s changed", count) % _named(resource, count)

    return _run(request, actor, resource, ask, work, said)


@require_http_methods(["GET", "POST"])
def bulk_tag(request: PageRequest, name: str) -> HttpResponse:
    """Put tags on many records, take others off."""
    actor, resource = require_actor(request), resource_for(name)
    require(actor, resource, "edit")
    info = tag_field(actor, resource)
    if info is None:
        raise Invalid(_("This field cannot be set on many records at once."))
    address = reverse("web:tag-lookup", args=[info.spec.dictionary])

    def ask(count: int, _errors: Mapping[str, Any]) -> Dialog:
        questions = [
            Question(
                f"bulk-{key}",
                label,
                picker(name=key, address=address, input_id=f"bulk-{key}", label=label, many=True),
                required=False,
            )
            for key, label in (("add", _("Put on")), ("remove", _("Take off")))
        ]
        words = ngettext("With %(count)d record.", "With %(count)d records.", count) % {"count": count}
        return Dialog(_("Tags"), words, _("Save"), questions)

    def work() -> Work:
        add, remove = ([item for item in request.POST.getlist(key) if item] for key in ("add", "remove"))
        if not add and not remove:
            raise Invalid(fields={info.name: _("Choose a tag to put on or to take off.")})
        return Work("tag", {"field": info.name, "add": add, "remove": remove})

    def said(count: int) -> str:
        return ngettext("%(count)d %(name)s changed", "%(count)d %(names)s changed", count) % _named(resource, count)

    return _run(request, actor, resource, ask, work, said)


@require_http_methods(["GET", "POST"])
def bulk_verb(request: PageRequest, name: str, verb: str) -> HttpResponse:
    """Perform one of the object's own verbs, after asking for its parameters."""
    actor, resource = require_actor(request), resource_for(name)
    declared = verb_of(resource, verb)
    require(actor, resource, declared.grant)
    data = request.POST if request.method == "POST" else request.GET

    def ask(count: int, errors: Mapping[str, Any]) -> Dialog:
        words = ngettext("With %(count)d record.", "With %(count)d records.", count) % {"count": count}
        if declared.hint:
            words = f"{words} {declared.hint(actor, chosen_ids(actor, resource, data))}"
        questions = [_question(parameter, request.POST, errors) for parameter in declared.parameters]
        return Dialog(str(declared.label), words, str(declared.label), questions, declared.danger)

    def work() -> Work:
        return Work(verb, {one.name: request.POST.get(one.name, "") for one in declared.parameters})

    def said(count: int) -> str:
        return _("%(verb)s: %(count)d %(names)s") % {"verb": declared.label, **_named(resource, count)}

    return _run(request, actor, resource, ask, work, said, right=declared.grant)


def _question(parameter: Parameter, data: QueryDict, errors: Mapping[str, Any]) -> Question:
    id_ = f"bulk-{parameter.name}"
    label = str(parameter.label)
    html = (
        picker(name=parameter.name, address=reverse("web:lookup", args=[parameter.resource]), input_id=id_, label=label)
        if parameter.resource
        else forms.plain_input(parameter.name, parameter.kind, id_, data.get(parameter.name, ""))
    )
    return Question(id_, label, html, parameter.required, _texts(errors, parameter.name))


def _named(resource: Resource, count: int) -> dict[str, Any]:
    return {"count": count, "name": resource.label, "names": resource.label_plural}


def _texts(errors: Mapping[str, Any], name: str) -> list[str]:
    return [str(message) for message in errors.get(name, ())]


def _run(
    request: PageRequest,
    actor: Actor,
    resource: Resource,
    ask: Callable[[int, Mapping[str, Any]], Dialog],
    work: Callable[[], Work],
    said: Callable[[int], str],
    *,
    right: str = "edit",
    leaves: bool = False,
) -> HttpResponse:
    """GET asks, POST does it, or has it done; what is wrong with the answers comes back in the dialog."""
    data = request.POST if request.method == "POST" else request.GET
    ticked = ids = chosen_ids(actor, resource, data)
    if request.method == "GET" and data.get("whole") != "1":
        ids = _doable(actor, resource, ticked, right)
    error: Invalid | None = None
    if request.method == "POST":
        try:
            wanted = work()
            if len(ids) > AT_ONCE:
                job = order(actor, resource, wanted, ids)
                return HttpResponseClientRedirect(reverse("web:job", args=[job.pk]))
            change = act(actor, resource, wanted, ids)
        except (Invalid, NotAllowed) as refused:
            error = refused if isinstance(refused, Invalid) else Invalid(str(refused))
        else:
            messages.success(request, said(len(ids)), extra_tags=reverse("web:undo", args=[change]))
            return _done(request, resource, leaves=leaves)
    dialog = ask(len(ids), error.fields if error else {})
    if not ids:
        dialog = replace(dialog, words="", button="", questions=(), chooser=())
    dialog = replace(dialog, left_out=_left_out(actor, resource, len(ticked) - len(ids), right))
    known = {one.id.removeprefix("bulk-") for one in dialog.questions}
    context = {
        "dialog": dialog,
        "post_to": request.path,
        "in_background": len(ids) > AT_ONCE,
        "ids": ids if data.get("whole") != "1" else [],
        "query": data.get("query", ""),
        "general": forms.general_messages(error, known) if error else [],
    }
    return render(request, "web/bulk_dialog.html", context, status=422 if error else 200)


def _doable(actor: Actor, resource: Resource, ids: Sequence[int], right: str) -> list[int]:
    """Those of the ticked records with which the actor may do this: what he sees is more than what he may change."""
    objects = resource.model.objects  # type: ignore[attr-defined]
    rows = (
        objects.visible_to(actor).filter(pool__in=actor.pools) if right == CLAIM else objects.visible_to(actor, right)
    )
    allowed = set(rows.filter(pk__in=ids).values_list("pk", flat=True))
    return [pk for pk in ids if pk in allowed]


def _left_out(actor: Actor, resource: Resource, count: int, right: str) -> list[str]:
    """What is said of ticked records that stay as they are."""
    if not count:
        return []
    if right == CLAIM:
        words = ngettext(
            "%(count)d of the ticked records stays as it is: it waits in no pool that is open to you.",
            "%(count)d of the ticked records stay as they are: they wait in no pool that is open to you.",
            count,
        )
        return [words % {"count": count}]
    words = ngettext(
        "%(count)d of the ticked records stays as it is: you may not do this with it.",
        "%(count)d of the ticked records stay as they are: you may not do this with them.",
        count,
    )
    claim_first = [_("What waits in a pool has to be claimed first.")] if has_pools(actor, resource) else []
    return [words % {"count": count}, *claim_first]


def _done(request: PageRequest, resource: Resource, *, leaves: bool) -> HttpResponse:
    """The page again as it is now; a record that is gone leads back to its list."""
    here = request.htmx.current_url_abs_path or ""
    address = reverse("web:list", args=[resource.name])
    if leaves and here.startswith(f"{address}/"):
        return HttpResponseClientRedirect(address)
    return HttpResponseClientRefresh()
