"""The pages of automation: a rule's editor, its runs and its trial, its secret, and the runs for a record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from shuke.engine.access.actor import Actor
from shuke.engine.automation.log import deliveries_of, require_rule, runs_of_record, runs_of_rule
from shuke.engine.automation.models import AutomationRule, Run
from shuke.engine.automation.running import try_out
from shuke.engine.automation.secret import renew_secret
from shuke.engine.commands.tagging import tags_fields
from shuke.engine.commands.write import update
from shuke.kernel.criteria import dump, parse
from shuke.kernel.digits import whole_number
from shuke.kernel.errors import Conflict, Invalid
from shuke.resource.registry import resource_for, resource_of
from shuke.resource.spec import Resource
from shuke.web.frame.acting import PageRequest, require_actor
from shuke.web.lists.conditions import branch_of, read_tree
from shuke.web.setup.automation_forms import draw_step, draw_trigger, read_trigger
from shuke.web.setup.automation_reading import read_step, read_steps
from shuke.web.values.automation_words import DEEDS, TONES, trigger_words
from shuke.web.values.inputs import new_key, picker
from shuke.web.values.titles import titles_of_records

_NEW: dict[str, dict[str, Any]] = {"create": {"object": "", "values": []}, "set": {"values": []}}
_MOST_KEY = 12


@dataclass(frozen=True)
class Shown:
    """A run in words."""

    run: Run
    state: str
    tone: str
    title: str
    address: str
    steps: list[dict[str, str]]
    calls: list[Any]


@require_http_methods(["GET", "POST"])
def design(request: PageRequest, pk: int) -> HttpResponse:
    """When, if and then of a rule on one page; POST keeps them."""
    actor = require_actor(request)
    rule = require_rule(actor, pk, "edit")
    resource = resource_for(rule.object)
    if request.method == "GET":
        return render(request, "web/setup/automation.html", _context(actor, rule, resource, _stored(rule)))
    data = request.POST
    typed: dict[str, Any] = {"trigger": read_trigger(data), "actions": read_steps(data)}
    # Conditions that make no sense are refused before anything is drawn anew: they stay as they stand in the browser.
    typed["criteria"] = dump(read_tree(actor, resource, data.get("tree", "")))
    typed["active"] = data.get("active") == "1"
    errors: dict[str, str] = {}
    try:
        saved = update(actor, resource_of(AutomationRule), pk, typed, version=_version(data))
    except Conflict as error:
        errors[""] = str(error)
    except Invalid as error:
        errors = {name: " ".join(str(one) for one in found) for name, found in error.fields.items()}
    else:
        messages.success(request, _("Saved"), extra_tags=reverse("web:undo", args=[saved.change]))
        return HttpResponseClientRedirect(reverse("web:automation-runs", args=[pk]))
    context = _context(actor, rule, resource, typed) | {"errors": errors, "wrong": list(errors.values())}
    return render(request, "web/setup/automation_form.html", context, status=422)


def _stored(rule: AutomationRule) -> dict[str, Any]:
    return {"trigger": rule.trigger, "criteria": rule.criteria, "actions": rule.actions, "active": rule.active}


def _version(data: QueryDict) -> int | None:
    return whole_number(data.get("version", ""), 9)


def _context(actor: Actor, rule: AutomationRule, resource: Resource, parts: dict[str, Any]) -> dict[str, Any]:
    address = reverse("web:automation-step", args=[rule.pk])
    redraw = reverse("web:automation-when", args=[rule.pk])
    return {
        "rule": rule,
        "resource": resource,
        "active": parts["active"],
        "when": draw_trigger(actor, resource, parts["trigger"] or {}, redraw),
        "tree": branch_of(actor, resource, parse(parts["criteria"])),
        "steps": [draw_step(actor, resource, step, new_key(), address) for step in parts["actions"] or []],
        "kinds": [(key, icon, words) for key, (icon, words) in DEEDS.items() if _offers(resource, key)],
        "step_address": address,
        "errors": {},
    }


def _offers(resource: Resource, do: str) -> bool:
    if do == "tag":
        return bool(tags_fields(resource))
    asked = {"assign": resource.scope.changes_hands, "pool": resource.scope.waits_in_pools}
    return asked.get(do, True)


@require_POST
def design_when(request: PageRequest, pk: int) -> HttpResponse:
    """The trigger's inputs anew, after another kind was chosen (a fragment)."""
    actor = require_actor(request)
    rule = require_rule(actor, pk, "edit")
    redraw = reverse("web:automation-when", args=[pk])
    fields = draw_trigger(actor, resource_for(rule.object), read_trigger(request.POST), redraw)
    return render(request, "web/setup/automation_when.html", {"when": fields, "errors": {}})


@require_POST
def design_step(request: PageRequest, pk: int) -> HttpResponse:
    """An action's inputs: a new one (``do``), or one anew with a row more (``more``) or less (``drop``)."""
    actor = require_actor(request)
    rule = require_rule(actor, pk, "edit")
    resource, address = resource_for(rule.object), reverse("web:automation-step", args=[pk])
    key = request.GET.get("key", "")[:_MOST_KEY]
    if not key:
        do = request.GET.get("do", "set")
        step: dict[str, Any] = {"do": do if do in DEEDS else "set", **_NEW.get(do, {})}
        drawn = draw_step(actor, resource, step, new_key(), address)
        return render(request, "web/setup/automation_step.html", {"step": drawn})
    data = request.POST.copy()
    if drop := request.GET.get("drop"):
        data.setlist(f"{key}.rows", [row for row in data.getlist(f"{key}.rows") if row != drop])
    step = read_step(data, key)
    if request.GET.get("more"):
        rows = "territories" if step["do"] == "assign" else "values"
        step[rows] = [*step.get(rows, []), {}]
    return render(request, "web/setup/automation_step.html", {"step": draw_step(actor, resource, step, key, address)})


@require_http_methods(["GET", "POST"])
def rule_runs(request: PageRequest, pk: int) -> HttpResponse:
    """What the rule did; POST tries it on a record without leaving a trace."""
    actor = require_actor(request)
    rule = require_rule(actor, pk)
    resource = resource_for(rule.object)
    trial, chosen = None, whole_number(request.POST.get("record", ""))
    if request.method == "POST":
        require_rule(actor, pk, "edit")
        if chosen is None:
            messages.error(request, _("Choose a record to try the rule on."))
        else:
            trial = try_out(actor, rule, chosen)
    titles = titles_of_records(actor, resource, [chosen]) if trial and chosen is not None else {}
    context = {
        "rule": rule,
        "resource": resource,
        "runs": shown(actor, runs_of_rule(actor, rule)),
        "trial": trial,
        "trial_steps": _steps(trial.outcome) if trial else [],
        "wakes": trigger_words(rule.trigger or {}),
        "calls": any(step.get("do") == "call" for step in rule.actions or []),
        "picker": picker(
            name="record",
            address=reverse("web:lookup", args=[resource.name]),
            input_id="try-record",
            label=_("Record"),
            chosen=[(str(chosen), titles.get(chosen, str(chosen)))] if trial and chosen is not None else [],
        ),
    }
    return render(request, "web/setup/automation_runs.html", context)


@never_cache
@require_POST
def rule_secret(request: PageRequest, pk: int) -> HttpResponse:
    """A new secret for the rule's webhooks, shown this once."""
    secret = renew_secret(require_actor(request), pk)
    rule = require_rule(require_actor(request), pk)
    return render(request, "web/setup/automation_secret.html", {"rule": rule, "secret": secret})


@require_GET
def record_runs(request: PageRequest, name: str, pk: int) -> HttpResponse:
    """What rules did with a record."""
    actor, resource = require_actor(request), resource_for(name)
    runs = runs_of_record(actor, resource, pk)
    title = titles_of_records(actor, resource, [pk]).get(pk, f"#{pk}")
    context = {"resource": resource, "pk": pk, "title": title, "runs": shown(actor, runs, of_record=True)}
    return render(request, "web/setup/automation_record.html", context)


def shown(actor: Actor, runs: list[Run], *, of_record: bool = False) -> list[Shown]:
    """Runs in words: of a rule by the records' names, of a record by the rules'."""
    calls = deliveries_of(runs)
    titles: dict[tuple[str, int], str] = {}
    if not of_record:
        for name in {run.resource for run in runs}:
            ids = [run.object_id for run in runs if run.resource == name]
            found = titles_of_records(actor, resource_for(name), ids)
            titles |= {(name, pk): title for pk, title in found.items()}
    return [_shown(actor, run, titles, calls.get(run.pk, []), of_record=of_record) for run in runs]


def _shown(actor: Actor, run: Run, titles: dict[tuple[str, int], str], calls: list[Any], *, of_record: bool) -> Shown:
    if of_record:
        title, seen = run.rule.name, actor.may(resource_of(AutomationRule).name, "view")
        address = reverse("web:automation-runs", args=[run.rule_id]) if seen else ""
    else:
        title = titles.get((run.resource, run.object_id), f"#{run.object_id}")
        address = reverse("web:record", args=[run.resource, run.object_id])
    return Shown(
        run, str(run.get_state_display()), TONES.get(run.state, ""), title, address, _steps(run.outcome), calls
    )


def _steps(outcome: Any) -> list[dict[str, str]]:
    return [{"icon": DEEDS[one["do"]][0], "name": str(DEEDS[one["do"]][1]), "text": one["text"]} for one in outcome]
