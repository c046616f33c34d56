"""Reading and changing the company's profile."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor, require_administrator
from shuke.engine.audit.context import change
from shuke.engine.audit.history import fate
from shuke.engine.audit.models import Change, Entry
from shuke.engine.organisation.models import Company
from shuke.engine.record.values import UNSTORABLE
from shuke.engine.stored.content import PICTURES, kind_of, small_picture
from shuke.engine.stored.storing import storage
from shuke.kernel.errors import Invalid, NotFound
from shuke.kernel.text import tidy

# What of the changes in the history this is.
COMPANY = "company"
FIELDS = ("name", "short_name", "phone", "address", "support", "language")
LARGEST_LOGO = 5 * 1024**2

# The attribute of a signed-in user that holds the profile, and what finds it.
ALONG = "company"
_COLUMNS = (*FIELDS, "logo", "settled")
SUBSELECT = f"SELECT to_jsonb(c) FROM (SELECT {', '.join(_COLUMNS)} FROM {Company._meta.db_table} WHERE id = 1) c"


@dataclass(frozen=True)
class Profile:
    """The company as pages show it; empty texts where nothing is set."""

    name: str = ""
    short_name: str = ""
    logo: str = ""
    phone: str = ""
    address: str = ""
    support: str = ""
    language: str = "zh-hans"
    settled: bool = False

    @property
    def called(self) -> str:
        """The short name, or else the whole one."""
        return self.short_name or self.name


@dataclass(frozen=True)
class Past:
    """One change of the profile: which fields it set to what, and whether it was taken back."""

    change: Change
    values: dict[str, Any]
    is_undone: bool


def profile(user: Any = None) -> Profile:
    """The profile, out of a signed-in user when there is one."""
    if hasattr(user, ALONG):
        raw = getattr(user, ALONG)
        found = (json.loads(raw) if isinstance(raw, str) else raw) or {}
    else:
        found = Company.objects.filter(pk=1).values(*_COLUMNS).first() or {}
    return Profile(**found)


def keep(actor: Actor, values: Mapping[str, str]) -> int | None:
    """Set fields of the profile. Returns the change's id, or None where nothing is different.

    Raises ``NotAllowed`` for all but administrators, ``Invalid`` by field.
    """
    require_administrator(actor)
    unknown = set(values) - set(FIELDS)
    if unknown:
        raise Invalid(fields={name: _("There is no such field.") for name in unknown})
    message = _("“%(label)s” contains a character that cannot be stored.")
    labels = {field.name: field.verbose_name for field in Company._meta.concrete_fields}
    if wrong := [name for name in values if UNSTORABLE.search(values[name])]:
        raise Invalid(fields={name: message % {"label": labels[name]} for name in wrong})
    return _store(actor, {name: tidy(value) for name, value in values.items()})


def keep_logo(actor: Actor, name: str, file: Any, size: int) -> int | None:
    """Set the logo: a picture by its content, kept as a small one of our own making.

    Raises ``NotAllowed``, and ``Invalid`` for what is no picture, too large or broken.
    """
    require_administrator(actor)
    if size > LARGEST_LOGO:
        raise Invalid(fields={"logo": _("A logo has at most %(most)d MB.") % {"most": LARGEST_LOGO // 1024**2}})
    media_type = kind_of(file, name)
    picture = small_picture(file, media_type) if media_type in PICTURES else None
    if picture is None:
        raise Invalid(fields={"logo": _("Choose a picture: PNG, JPEG, GIF or WebP.")})
    digest = hashlib.sha256(picture).hexdigest()
    # The content first, under a name that follows from it: former logos stay, so that changes can be taken back.
    if not storage().exists(_place(digest)):
        storage().save(_place(digest), ContentFile(picture))
    return _store(actor, {"logo": digest})


def drop_logo(actor: Actor) -> int | None:
    """Go back to the product's own seal. Raises ``NotAllowed``."""
    require_administrator(actor)
    return _store(actor, {"logo": ""})


def settle(actor: Actor, *, settled: bool) -> None:
    """End the guided first run, or take it up again. Raises ``NotAllowed``."""
    require_administrator(actor)
    _store(actor, {"settled": settled})


def logo_content(digest: str) -> Any:
    """The picture, opened. Raises ``NotFound`` for all but the present one."""
    if not digest or not Company.objects.filter(pk=1, logo=digest).exists():
        raise NotFound(_("There is no such picture."))
    try:
        return storage().open(_place(digest))
    except FileNotFoundError:
        raise NotFound(_("There is no such picture.")) from None


def past(actor: Actor, most: int = 20) -> list[Past]:
    """The latest changes, newest first. Raises ``NotAllowed``."""
    require_administrator(actor)
    entries = Entry.objects.filter(relation=Company._meta.db_table, object_id=1, op="U", change__isnull=False)
    rows = list(entries.order_by("-id").values_list("change_id", "after")[:most])
    changes = Change.objects.select_related("actor").in_bulk([row[0] for row in rows])
    undone, _wide = fate(list(changes))
    return [Past(changes[pk], after or {}, pk in undone) for pk, after in rows if pk is not None]


def _store(actor: Actor, values: Mapping[str, Any]) -> int | None:
    with transaction.atomic():
        # That the row comes into being is no part of any change, so that the first one can be taken back, too.
        Company.objects.get_or_create(pk=1)
        company = Company.objects.select_for_update().get(pk=1)
        if all(getattr(company, name) == value for name, value in values.items()):
            return None
        for name, value in values.items():
            setattr(company, name, value)
        try:
            company.full_clean(validate_unique=False)
        except ValidationError as error:
            raise Invalid(fields=error.message_dict) from None
        with change(actor, COMPANY, COMPANY) as opened:
            company.save(update_fields=list(values))
    return opened.id


def _place(digest: str) -> str:
    return f"company/{digest}.webp"
