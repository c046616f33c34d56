"""What an import is to do: the sheet, what its columns are, and how existing records are met."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.exchange.line_columns import list_of
from shuke.engine.exchange.mapping import ORIGINALS, mappable_fields, missing
from shuke.engine.exchange.sheets import Sheet
from shuke.engine.record.words import listed
from shuke.kernel.errors import Invalid
from shuke.resource.describe import FieldInfo
from shuke.resource.spec import Lines, Resource

DUPLICATES = ("create", "update", "fill", "skip", "fail")


@dataclass(frozen=True)
class Plan:
    """What to import: the sheet, where its header is, which field each column fills, what to do with duplicates.

    ``duplicates``: ``create`` them all the same, ``update`` the existing record, ``fill`` only what is blank in it,
    ``skip`` the row, or let it ``fail``. ``key`` (one of ``keys_for``) says by what existing ones are recognised.
    """

    actor: Actor
    resource: Resource
    sheet: Sheet
    header_line: int
    fields: tuple[str | None, ...]
    duplicates: str = "update"
    key: str = ""

    @property
    def kept(self) -> frozenset[str]:
        """The columns that are no values to write into existing records: whose they are, who made them, the number."""
        number = {self.resource.number.field} if self.resource.number else set()
        return frozenset({"owner", *ORIGINALS, *number})

    @property
    def is_partial(self) -> bool:
        """Are records looked up by a chosen key and changed? Then only those that are new need all required fields."""
        return bool(self.key) and self.duplicates in ("update", "fill")

    @cached_property
    def lists(self) -> tuple[Lines, ...]:
        """The lists of lines that the sheet has columns of: then each row is a line of a document."""
        wanted = {list_of(name) for name in self.fields if name}
        return tuple(lines for lines in self.resource.lines if lines.name in wanted)

    @cached_property
    def infos(self) -> dict[str, FieldInfo]:
        """The fields that columns can fill, by name."""
        return mappable_fields(self.actor, self.resource)

    @cached_property
    def heads(self) -> tuple[int, ...]:
        """Where the columns of the record itself are, without those of its lines."""
        return tuple(at for at, name in enumerate(self.fields) if name and not list_of(name))

    @cached_property
    def keys(self) -> tuple[int, ...]:
        """Where the columns are that tell which rows are one document: the key's, the number's, or the only rule's."""
        number = [self.resource.number.field] if self.resource.number else []
        rule = self.resource.duplicates[0].fields if len(self.resource.duplicates) == 1 else ()
        for names in (self.key.split("+"), number, rule):
            if found := tuple(at for at in self.heads if self.fields[at] in names):
                return found
        return ()

    def columns(self) -> dict[int, FieldInfo]:
        """Column position → field. Raises ``Invalid`` when a field is unknown, closed, or taken twice."""
        allowed = self.infos
        wanted = [name for name in self.fields if name]
        for name in wanted:
            if name not in allowed or wanted.count(name) > 1:
                raise Invalid(fields={name: _("This field cannot be filled, or is filled by two columns.")})
        lacking = [] if self.is_partial else missing(allowed, wanted)
        if lacking:
            labels = listed(info.label for info in lacking)
            raise Invalid(_("Choose a column for: %(fields)s.") % {"fields": labels})
        return {at: allowed[name] for at, name in enumerate(self.fields) if name}
