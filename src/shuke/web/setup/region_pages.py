"""The page of regions: the tree, opened branch by branch, and what administrators change in it (SYS-05, SYS-06)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from shuke.engine.access.actor import require_administrator
from shuke.engine.options.models import Region
from shuke.engine.options.region_changes import add, keep, require_region
from shuke.engine.options.regions import Place, find_regions, rank, regions_in, way_to
from shuke.kernel.digits import whole_number
from shuke.kernel.errors import Invalid
from shuke.web.frame.acting import PageRequest, require_actor

_FOUND = 100


@dataclass
class Branch:
    """A region as the tree shows it; ``below`` is there where it is open."""

    place: Place
    is_open: bool = False
    is_here: bool = False
    below: list[Branch] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """May other regions lie in it?"""
        return rank(self.place.code) < 2


@require_GET
def regions_page(request: PageRequest) -> HttpResponse:
    """The tree, opened down to ``at``; what was searched for as a plain list; for htmx the branches of ``under``."""
    require_administrator(require_actor(request))
    under, text = request.GET.get("under", ""), request.GET.get("q", "").strip()[:64]
    if under:
        return render(request, "web/setup/region_branches.html", {"branches": _branches(_code(under), [])})
    path = [one.code for one in way_to(_code(request.GET.get("at", "")))]
    found = [Branch(one) for one in find_regions(text, _FOUND, with_retired=True)] if text else None
    context = {"q": text, "searched": found is not None, "branches": _branches(None, path) if found is None else found}
    is_part = request.htmx.target == "region-tree"
    return render(request, "web/setup/region_tree.html" if is_part else "web/setup/regions.html", context)


@require_http_methods(["GET", "POST"])
def new_region(request: PageRequest) -> HttpResponse:
    """Ask for the name of a region below ``parent``, or beside the provinces; POST adds it."""
    actor = require_actor(request)
    require_administrator(actor)
    parent = _code(request.GET.get("parent", ""))
    above = require_region(parent) if parent else None
    if request.method == "GET":
        return _dialog(request, above=above)
    try:
        code, made = add(actor, request.POST.get("name", ""), parent or None)
    except Invalid as error:
        return _dialog(request, above=above, error=error)
    return _done(request, code, made)


@require_http_methods(["GET", "POST"])
def region(request: PageRequest, code: int) -> HttpResponse:
    """Name of a region, and whether it is offered; POST keeps them."""
    actor = require_actor(request)
    require_administrator(actor)
    found = require_region(code)
    if request.method == "GET":
        return _dialog(request, region=found)
    try:
        made = keep(actor, code, name=request.POST.get("name", ""), retired="retired" in request.POST)
    except Invalid as error:
        return _dialog(request, region=found, error=error)
    return _done(request, code, made)


def _dialog(
    request: PageRequest, *, region: Region | None = None, above: Region | None = None, error: Invalid | None = None
) -> HttpResponse:
    context: dict[str, Any] = {
        "region": region,
        "above": above,
        "name": request.POST.get("name", region.name if region else ""),
        "retired": "retired" in request.POST if request.method == "POST" else bool(region and region.retired),
        "error": str(error) if error else "",
        "post_to": request.get_full_path(),
    }
    return render(request, "web/setup/region_dialog.html", context, status=422 if error else 200)


def _done(request: PageRequest, code: int, change: int | None) -> HttpResponse:
    if change is not None:
        messages.success(request, _("Saved"), extra_tags=reverse("web:undo", args=[change]))
    return HttpResponseClientRedirect(f"{reverse('web:regions')}?at={code}#region-{code}")


def _branches(parent: int | None, path: list[int]) -> list[Branch]:
    here = path[-1] if path else 0
    found = [Branch(one, one.code in path[:-1], one.code == here) for one in regions_in(parent)]
    for branch in found:
        if branch.is_open:
            branch.below = _branches(branch.place.code, path)
    return found


def _code(text: str) -> int:
    return whole_number(text, 9) or 0
