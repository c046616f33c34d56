"""Files in fields: the input that takes them, and what it held read back."""

from __future__ import annotations

from collections.abc import Sequence

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.stored.fields import known, limits
from shuke.engine.stored.models import FieldFile
from shuke.kernel.digits import whole_numbers
from shuke.resource.describe import FieldInfo
from shuke.resource.registry import resource_of
from shuke.web.frame.markup import icon
from shuke.web.values.file_looks import icon_of, limit_words


def files_input(info: FieldInfo, input_id: str, files: Sequence[FieldFile], described: SafeString) -> SafeString:
    """Drop, paste or choose files; ``islands/holding.ts`` uploads them and puts their ids into the form."""
    limit = limits(info)
    words = _("Drop pictures here, paste, or choose") if limit.pictures else _("Drop files here, paste, or choose")
    # An empty value first, so that taking the last one away is sent, too.
    return format_html(
        '<div class="sk-hold" data-hold="{}" data-most="{}"><input type="hidden" name="{}" value="">'
        '<ul class="sk-held" data-held="{}" data-sortable>{}</ul><label class="sk-drop-line">{}<span>{}</span>'
        '<small class="dim">{} · {}</small><input class="sk-hidden-text" type="file" id="{}" {}{}{}></label></div>',
        reverse("web:upload", args=[resource_of(info.source.model).name, info.name]), limit.most, info.name, info.name,
        format_html_join("", "{}", ((held_line(info.name, one),) for one in files)), icon("upload"), words,
        _("At most %(most)d") % {"most": limit.most}, limit_words(), input_id,
        SafeString(" multiple") if limit.most > 1 else "", SafeString(' accept="image/*"') if limit.pictures else "",
        SafeString(f" {described}"),
    )  # fmt: skip


def held_line(name: str, row: FieldFile) -> SafeString:
    """The line of a file in its input."""
    address = reverse("web:held", args=[row.pk])
    drawn = (
        format_html('<img src="{}" alt="">', f"{address}/preview")
        if row.preview
        else format_html('<span class="ic">{}</span>', icon(icon_of(row.media_type)))
    )
    return format_html(
        '<li><button type="button" class="sk-handle" data-handle aria-label="{}">{}</button>'
        '{}<a href="{}" target="_blank">{}</a><small class="dim">{}</small>'
        '<input type="hidden" name="{}" value="{}"><button type="button" class="sk-icon-button" data-unhold '
        'aria-label="{}" title="{}">{}</button></li>',
        _("Move %(name)s up or down") % {"name": row.name}, icon("grip-vertical"),
        drawn, f"{address}/content", row.name, filesizeformat(row.size), name, row.pk,
        _("Remove %(name)s") % {"name": row.name}, _("Remove"), icon("x"),
    )  # fmt: skip


def in_order(actor: Actor, info: FieldInfo, text: str) -> list[FieldFile]:
    """The files whose ids an input holds – with commas between them –, as far as the actor may know of them."""
    ids = list(dict.fromkeys(whole_numbers(text.split(","))))
    found = known(actor, info, ids)
    return [found[pk] for pk in ids if pk in found]
