"""Parts of records that are stored as JSON and shown as words; editors of their own, not forms, change them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy

from shuke.engine.access.actor import Actor
from shuke.engine.automation.models import AutomationRule
from shuke.engine.layouts.models import FormLayout
from shuke.resource.spec import Resource
from shuke.web.values.automation_words import actions_words, criteria_words, trigger_words
from shuke.web.values.layout_words import left_out_words, sections_words

# By the field's name: the part in a few words, for lists, the record page and the history.
WORDS: Mapping[str, Callable[[Any], str]] = {
    "trigger": lambda value: trigger_words(value or {}),
    "criteria": criteria_words,
    "actions": lambda value: actions_words(value or []),
    "sections": lambda value: sections_words(value or []),
    "left_out": lambda value: left_out_words(value or []),
}


@dataclass(frozen=True)
class Editor:
    """The page where the parts of a record are changed."""

    address: str
    title: Any
    icon: str


_EDITORS: Mapping[type[models.Model], tuple[str, Any, str]] = {
    AutomationRule: ("web:automation", gettext_lazy("Edit when, if, then"), "robot"),
    FormLayout: ("web:form-layout", gettext_lazy("Arrange the form"), "layout-list"),
}


def editor_of(actor: Actor, resource: Resource, pk: int) -> Editor | None:
    """The editor of a record's parts, where it has one and the actor may edit such records."""
    if resource.model not in _EDITORS or not actor.may(resource.name, "edit"):
        return None
    page, title, icon = _EDITORS[resource.model]
    return Editor(reverse(page, args=[pk]), title, icon)
