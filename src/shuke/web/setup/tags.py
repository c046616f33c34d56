"""The page of tags: those of each object with how many records bear them, and what administrators change in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from shuke.engine.access.actor import Actor, require_administrator
from shuke.engine.bulk.merging import counts, takers
from shuke.engine.commands.tagging import known_tags, open_tags
from shuke.engine.commands.verbs import perform, verb_of
from shuke.engine.commands.write import update
from shuke.engine.options.catalogue import options_of, standing
from shuke.engine.options.models import Option
from shuke.engine.record.words import listed
from shuke.kernel.digits import whole_number
from shuke.kernel.errors import Invalid, NotFound
from shuke.resource.describe import FieldInfo, fields_of
from shuke.resource.registry import resource_for, resource_of
from shuke.resource.spec import Resource
from shuke.web.frame.acting import PageRequest, require_actor
from shuke.web.frame.addresses import whole_list
from shuke.web.frame.menu import in_menu_order


@dataclass
class TagRow:
    """A tag as the page shows it: ``address`` lists what bears it, ``stands`` is what it was merged into.

    ``count`` is there once it was asked for.
    """

    tag: Option
    address: str
    stands: str = ""
    count: str = ""


@dataclass
class TagList:
    """The tags of one field of an object; ``counted`` is the address of the same with the numbers of records."""

    resource: Resource
    info: FieldInfo
    rows: list[TagRow]
    counted: str = ""


@require_GET
def tags_page(request: PageRequest) -> HttpResponse:
    """Every object's tags. How many records bear each takes a look at all of them: the lists fetch that themselves."""
    require_administrator(require_actor(request))
    if name := request.GET.get("of"):
        return render(request, "web/setup/tag_list.html", {"list": _counted(name, request.GET.get("field", ""))})
    fields = [(resource, info) for resource in in_menu_order() for info in open_tags(resource)]
    lists = [TagList(resource, info, _rows(resource, info), _address(resource, info)) for resource, info in fields]
    return render(request, "web/setup/tags.html", {"lists": lists})


def _address(resource: Resource, info: FieldInfo) -> str:
    return f"{reverse('web:tags')}?of={resource.name}&field={info.name}"


def _rows(resource: Resource, info: FieldInfo) -> list[TagRow]:
    """The offered tags in their order, then the retired ones."""
    known = known_tags(info)
    by_id = {one.pk: one.name for one in known}
    return [
        TagRow(
            one,
            whole_list(resource, **{info.name: one.pk}),
            by_id.get(stands, "") if (stands := standing(one.pk)) != one.pk else "",
        )
        for one in sorted(known, key=lambda one: one.retired)
    ]


def _counted(name: str, field: str) -> TagList:
    resource = resource_for(name)
    info = fields_of(resource).get(field)
    if info is None or info not in open_tags(resource):
        raise NotFound(_("There is no such list."))
    found = TagList(resource, info, _rows(resource, info))
    held = counts(resource, info)
    for row in found.rows:
        row.count = f"{held.get(row.tag.pk, 0):,}"
    return found


@require_http_methods(["GET", "POST"])
def tag(request: PageRequest, pk: int) -> HttpResponse:
    """Name and colour of a tag, and whether it is offered; POST keeps them."""
    actor = require_actor(request)
    require_administrator(actor)
    found = get_object_or_404(Option.plain.filter(deleted_at__isnull=True), pk=pk)
    data: Any = {"name": found.name, "tone": found.tone, "retired": found.retired}
    if request.method == "POST":
        data = {name: request.POST.get(name, "") for name in ("name", "tone")} | {"retired": "retired" in request.POST}
        try:
            return _done(request, update(actor, resource_of(Option), pk, data).change)
        except Invalid as error:
            return _dialog(request, "web/setup/tag_dialog.html", {"tag": found, **data}, error)
    return _dialog(request, "web/setup/tag_dialog.html", {"tag": found, **data})


@require_http_methods(["GET", "POST"])
def merge_tag(request: PageRequest, pk: int) -> HttpResponse:
    """Ask for the tag that is to stand for this one; POST merges them on all records (a job when they are many)."""
    actor = require_actor(request)
    require_administrator(actor)
    found = get_object_or_404(Option.plain.select_related("dictionary").filter(deleted_at__isnull=True), pk=pk)
    others = [one for one in options_of(found.dictionary.key) if one.pk != pk]
    context = {"tag": found, "others": others, "objects": _objects(found)}
    if request.method == "GET":
        return _dialog(request, "web/setup/tag_merge.html", context)
    try:
        return _done(request, _merge(actor, pk, whole_number(request.POST.get("into", ""))))
    except Invalid as error:
        return _dialog(request, "web/setup/tag_merge.html", context, error)


def _merge(actor: Actor, pk: int, into: int | None) -> int:
    if into is None:
        raise Invalid(_("Choose a tag."))
    options = resource_of(Option)
    return perform(actor, options, [pk], verb_of(options, "merge"), {"into": into})


def _objects(option: Option) -> str:
    return listed(resource.label_plural for resource, _info in takers(option.dictionary.key))


def _dialog(request: PageRequest, template: str, context: dict[str, Any], error: Invalid | None = None) -> HttpResponse:
    told = " ".join(str(one) for found in error.fields.values() for one in found) or str(error) if error else ""
    more = {"error": told, "tones": Option.Tone.choices, "post_to": request.path}
    return render(request, template, {**context, **more}, status=422 if error else 200)


def _done(request: PageRequest, change: int) -> HttpResponse:
    messages.success(request, _("Saved"), extra_tags=reverse("web:undo", args=[change]))
    return HttpResponseClientRedirect(reverse("web:tags"))
