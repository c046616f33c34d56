"""What makes a layout a good one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from shuke.engine.layouts.arranging import must_stay
from shuke.engine.layouts.models import FormLayout, objects
from shuke.engine.organisation.models import Unit
from shuke.engine.record.words import listed
from shuke.kernel.errors import Invalid
from shuke.resource.describe import fields_of, form_of
from shuke.resource.registry import resource_for

MOST_SECTIONS = 30
MOST_TITLE = 64


def makes_sense(layout: FormLayout) -> None:
    """Object and company are there, the parts are of the right shape, no field stands twice, none that must be lacks.

    Raises ``Invalid`` by the part. Unknown names are no fault: a field may come and go.
    """
    if layout.object not in dict(objects()):
        raise Invalid(fields={"object": _("Choose an object.")})
    if layout.company is not None and layout.company.kind != Unit.Kind.COMPANY:
        raise Invalid(fields={"company": _("“%(unit)s” is no company.") % {"unit": layout.company}})
    sections, left_out = layout.sections or [], layout.left_out or []
    if message := _wrong_sections(sections):
        raise Invalid(fields={"sections": message})
    if not isinstance(left_out, list) or not all(isinstance(name, str) for name in left_out):
        raise Invalid(fields={"left_out": _("Names of fields, in a list.")})
    names = [one["name"] for section in sections for one in section["fields"]]
    if twice := _twice([*names, *left_out]):
        raise Invalid(
            fields={"sections": _("“%(field)s” stands twice in the form.") % {"field": _label(layout, twice)}}
        )
    infos = fields_of(resource_for(layout.object))
    if missed := [name for name in left_out if name in _own(layout) and must_stay(infos[name])]:
        words = listed(_label(layout, name) for name in missed)
        message = _("%(object)s cannot be saved without “%(fields)s”. Put it back into the form.")
        raise Invalid(fields={"left_out": message % {"object": resource_for(layout.object).label, "fields": words}})


def _wrong_sections(sections: Any) -> str:
    """What is wrong with the shape of the sections, if anything."""
    if not isinstance(sections, list) or not all(_is_section(section) for section in sections):
        return _("A list of sections, each with “title” and “fields”; a field has “name”, “wide” and “required”.")
    if len(sections) > MOST_SECTIONS:
        return _("A form has at most %(most)d sections.") % {"most": MOST_SECTIONS}
    titles = [section["title"].strip() for section in sections]
    if any(not 0 < len(title) <= MOST_TITLE for title in titles):
        return _("Give every section a title of at most %(most)d characters.") % {"most": MOST_TITLE}
    if twice := _twice(titles):
        return _("Two sections are called “%(title)s”.") % {"title": twice}
    return ""


def _is_section(section: Any) -> bool:
    return (
        isinstance(section, dict)
        and section.keys() == {"title", "fields"}
        and isinstance(section["title"], str)
        and isinstance(section["fields"], list)
        and all(_is_field(one) for one in section["fields"])
    )


def _is_field(one: Any) -> bool:
    return (
        isinstance(one, dict)
        and isinstance(one.get("name"), str)
        and one.keys() <= {"name", "wide", "required"}
        and all(isinstance(one[key], bool) for key in one.keys() - {"name"})
    )


def _twice(words: Iterable[str]) -> str:
    seen: set[str] = set()
    for word in words:
        if word in seen:
            return word
        seen.add(word)
    return ""


def _own(layout: FormLayout) -> set[str]:
    return {name for section in form_of(resource_for(layout.object)) for name in section.fields}


def _label(layout: FormLayout, name: str) -> str:
    info = fields_of(resource_for(layout.object)).get(name)
    return str(info.label) if info else name
