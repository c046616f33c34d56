"""Tags of Shuke's own templates."""

from __future__ import annotations

from django import template

from shuke.engine.record.words import listed
from shuke.web.frame import assets, markup, when

register = template.Library()

register.simple_tag(assets.script, name="script")
register.simple_tag(assets.styles, name="styles")
register.simple_tag(assets.sprite, name="sprite")
register.simple_tag(markup.icon, name="icon")
register.simple_tag(markup.person, name="person")
register.simple_tag(when.time_tag, name="when")
register.filter("listed", listed)


@register.filter
def names(message: object, label: object) -> bool:
    """Does the message begin with the field’s name, so that it need not be said twice?"""
    return str(message).lower().startswith(str(label).lower())
