"""Texts with places for fields – ``{name} is due on {next_contact_at}`` – as notices and mails have them.

Fields are named by key or by label; ``{link}`` is the record's address. Nothing else is evaluated, and what is filled
in is plain text that the page or the mail escapes as it escapes every text.
"""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.access.fields import FieldAccess
from shuke.engine.automation.actor import AUTOMATION
from shuke.engine.present.cells import Presenter
from shuke.engine.record.words import by_label
from shuke.kernel.errors import Invalid
from shuke.kernel.text import fold
from shuke.resource.describe import fields_of
from shuke.resource.spec import Resource

LONGEST = 4_000
LINK = "link"
_PLACE = re.compile(r"\{([^{}\n]{1,80})\}")


def fill_in(resource: Resource, record: Any, text: str) -> str:
    """The text with the record's values; a place that names no field any more stays as it is."""
    places = {word: _field(resource, word) for word in _PLACE.findall(text)}
    names = sorted({name for name in places.values() if name})
    presenter = Presenter(AUTOMATION, resource, names)
    values = {cell.name: cell.text for [row] in [presenter.rows([record])] for cell in row}
    values[LINK] = address_of(resource, record.pk)
    return _PLACE.sub(lambda found: values.get(places[found[1]] or found[1], found[0]), text)


def address_of(resource: Resource, pk: int) -> str:
    """Where a record is looked at."""
    return f"{settings.SHUKE_BASE_URL}/{resource.name}/{pk}"


def check_text(actor: Actor, resource: Resource, text: Any, *, required: bool = True) -> str:
    """The text. Raises ``Invalid`` when it is none, too long, or names a field that is not there or not the actor's."""
    if not isinstance(text, str) or len(text) > LONGEST or (required and not text.strip()):
        raise Invalid(_("Write a text of at most %(most)d characters.") % {"most": LONGEST})
    access = FieldAccess(actor, resource)
    for word in _PLACE.findall(text):
        name = _field(resource, word)
        if word != LINK and (name is None or not access.compares(name)):
            raise Invalid(_("There is no field “%(name)s”.") % {"name": word})
    return text


def _field(resource: Resource, word: str) -> str | None:
    infos = fields_of(resource)
    if word in infos:
        return word
    return by_label(infos).get(fold(word).strip())
