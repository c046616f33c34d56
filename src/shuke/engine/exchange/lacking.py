"""Options that a checked file names and the company's dictionaries lack: to be added before it is imported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.audit.context import change
from shuke.engine.commands import write
from shuke.engine.jobs.models import Job
from shuke.engine.options.models import Dictionary, Option
from shuke.kernel.errors import Invalid
from shuke.resource.registry import resource_of

# So many words of a dictionary are offered; a column of more is rather the wrong column.
_MOST = 50
_LONGEST = 64


@dataclass(frozen=True)
class Lacking:
    """Words of a file that are no options of ``dictionary``, each with the number of cells it stands in."""

    dictionary: Dictionary
    words: tuple[tuple[str, int], ...]


def told(found: Mapping[str, Counter[str]]) -> dict[str, list[tuple[str, int]]]:
    """For the report of a check: dictionary → its commonest words with their numbers of cells."""
    fitting = {
        key: [(word, count) for word, count in words.most_common(_MOST) if len(word) <= _LONGEST]
        for key, words in found.items()
    }
    return {key: words for key, words in fitting.items() if words}


def offered(actor: Actor, job: Job) -> list[Lacking]:
    """What the actor may add after this check: nothing without the right to make options, nor what is there by now."""
    found: dict[str, list[list[Any]]] = job.report.get("lacking", {})
    if not found or not actor.may(resource_of(Option).name, "create"):
        return []
    dictionaries = Dictionary.plain.filter(key__in=found, deleted_at__isnull=True).order_by("id")
    present = set(Option.plain.filter(dictionary__in=dictionaries).values_list("dictionary__key", "name"))
    lacking = (
        Lacking(one, tuple((word, count) for word, count in found[one.key] if (one.key, word) not in present))
        for one in dictionaries
    )
    return [one for one in lacking if one.words]


def add(actor: Actor, job: Job, chosen: Mapping[str, Collection[str]]) -> tuple[int, int]:
    """Add the chosen words (dictionary → words) that the check found lacking, as one change: (how many, change).

    Raises ``NotAllowed``, and ``Invalid`` when none is chosen.
    """
    wanted = [
        (one.dictionary, word)
        for one in offered(actor, job)
        for word, _count in one.words
        if word in chosen.get(one.dictionary.key, ())
    ]
    if not wanted:
        raise Invalid(_("Choose the options to add."))
    options = resource_of(Option)
    with change(actor, "create", options.name) as opened:
        for dictionary, word in wanted:
            write.create(actor, options, {"dictionary": dictionary.pk, "name": word})
    return len(wanted), opened.id
