"""The frozen declarations of which a business object's description is made.

An app writes ``register(Resource(model=Customer, name="customers", …))``; lists, forms, search, permissions, API,
import, export, history and their tests follow from it. Field names are the only strings; ``manage.py check``
resolves every one of them (``resource/checks.py``).
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import models

from shuke.kernel.criteria import EVERYTHING, All, Criteria, where

Label = Any  # str or a lazy translation of one


class Search(enum.Enum):
    """How a field takes part in search: it names the record (A) or merely leads to it (B)."""

    A = "a"
    B = "b"


@dataclass(frozen=True, slots=True)
class Field:
    """How people work with one model field.

    ``search``: its text leads to the record. ``filter`` / ``sort``: offered in lists, an index is derived.
    ``quick``: part of the quick-create form. ``bulk``: may be set on many records at once. ``badge``: shown as a
    coloured chip; ``tint``: in the colour that is its value. ``mask``: how a role with the *masked* right sees it
    (``"phone"``, ``"email"``, ``"text"``).
    ``sensitive``: hidden for every role until granted. ``readonly``: no form or input writes it; verbs do.
    ``dictionary``: key of the dictionary whose options it takes. ``wide``: takes the whole width of a form.
    ``due``: a time that is to be kept; it stands out when it is near and more so when it has passed. ``once``: filled
    when the record is made and never changed. ``show``: forms have it only while the record meets these criteria;
    ``need``: it must be filled while the record meets these. Both compare options by name. ``asked``: it must be filled
    when the record is made; what exists may lack it. ``formula``: worked out at the end of every change from other
    fields and from records below (docs/formulas.md); its column is read-only, may be empty, and is no history.
    ``fixed``: of a field that holds several options, that a new word makes none. ``depends``: the field on whose option
    this one's depends; it takes only what belongs to that (``engine/options/depending.py``).
    """

    name: str
    search: Search | None = None
    filter: bool = False
    sort: bool = False
    quick: bool = False
    bulk: bool = False
    badge: bool = False
    tint: bool = False
    mask: str | None = None
    sensitive: bool = False
    readonly: bool = False
    dictionary: str | None = None
    wide: bool = False
    due: bool = False
    once: bool = False
    show: Criteria = EVERYTHING
    need: Criteria | None = None
    asked: bool = False
    formula: str = ""
    fixed: bool = False
    depends: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A titled group of fields on the form and the record page."""

    title: Label
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class View:
    """A ready-made list: a name, criteria, and optionally its own order.

    The list opens with its first view; for people whose right to view reaches no further than their own records it
    opens with the view that is ``mine``.
    """

    key: str
    title: Label
    criteria: All = EVERYTHING
    sort: str | None = None
    icon: str = ""
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The list: its columns in order, default order (``-`` = descending), and ready-made views."""

    columns: tuple[str, ...]
    sort: str = "-updated_at"
    views: tuple[View, ...] = ()


@dataclass(frozen=True, slots=True)
class Related:
    """A tab on the record page: the rows of ``model`` whose field ``by`` points at this record.

    Where ``by`` holds several links, records are put in and taken out in the tab: the members of a role. ``order``: a
    whole number by which one puts the rows in order, with the mouse or the keys. ``title``: the tab's name, if it is
    not the object's. ``opens``: the page opens with this tab in place of the timeline.
    """

    model: type[models.Model]
    by: str
    columns: tuple[str, ...]
    order: str | None = None
    title: Label = ""
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a document: rows of ``model`` whose ``by`` points at it, edited with it in one grid.

    The model is an object of its own with the scope of a child (``child_of``); it is read like any other, by who may
    read the document, and written with the document alone. ``fields`` are the grid's columns; ``totals`` the document's
    fields that stand below it, as a rule formulas over the lines; ``order`` is the whole number by which lines stand.
    ``name`` is that of the list in the API, ``least`` how many lines a document must have.
    """

    model: type[models.Model]
    by: str
    fields: tuple[str, ...]
    totals: tuple[str, ...] = ()
    order: str = "position"
    name: str = "lines"
    least: int = 0


@dataclass(frozen=True, slots=True)
class Beside:
    """A tab with this object's rows on the page of the record that ``by`` points at; areas below need not know it.

    ``offer``: the words of the button by which the record's page, and its line in lists, offer to add one.
    """

    by: str
    columns: tuple[str, ...]
    offer: Label = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What empty fields of a new record are filled with: ``run(actor, record)`` gives values by field name.

    It is asked again while a form is filled in whenever one of ``follows`` changes, and when the record is made. What
    a person chose stands. ``offered``: it is for forms only; what a person leaves empty stays empty.
    """

    follows: tuple[str, ...]
    run: Callable[..., Mapping[str, Any]]
    offered: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """By which columns a grant's reach selects rows.

    ``owner``: lookup of the owning user's id; ``unit``: lookup of the organisation unit's id; ``pool``: lookup of
    the pool's id; ``shareable``: rows can be shared with people, units and roles; ``parent``: the field pointing at
    the record whose owner, unit and pool this one carries (kept equal by ``engine/commands``).
    """

    owner: str | None = None
    unit: str | None = None
    pool: str | None = None
    shareable: bool = False
    parent: str | None = None

    @property
    def carried(self) -> tuple[str, ...]:
        """The columns that say whose a record is, which children have from their parent."""
        named = (self.owner, self.unit, self.pool)
        return tuple(column for column in ("owner_id", "unit_id", "pool_id") if column in named)

    @property
    def changes_hands(self) -> bool:
        """Can such records be given to another owner? Children go with their parent."""
        return self.owner == "owner_id" and not self.parent

    @property
    def waits_in_pools(self) -> bool:
        """Can such records wait in a pool for an owner? Children go with their parent."""
        return bool(self.pool and not self.parent)


PERSONAL = Scope(owner="owner_id", unit="unit_id", shareable=True)
OWNED = replace(PERSONAL, pool="pool_id")


def child_of(parent: str, of: Scope = OWNED) -> Scope:
    """The scope of a record that goes with its parent, e.g. a contact with its customer; ``of``: the parent's scope."""
    return replace(of, parent=parent, shareable=False)


@dataclass(frozen=True, slots=True)
class Match:
    """Records are taken for duplicates when all these fields are equal (after normalising, empty ones never match)."""

    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Number:
    """The field filled from a numbering rule when a record is created, and the rule a new installation starts with.

    ``pattern`` knows ``{yyyy} {yy} {mm} {dd}`` and ``{seq:5}``; ``reset`` is ``"never"``, ``"year"``, ``"month"`` or
    ``"day"``.
    """

    field: str
    pattern: str
    reset: str = "year"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One question a verb asks before it runs: its name, label and the resource to pick from or a simple kind."""

    name: str
    label: Label
    kind: str = "text"
    resource: str | None = None
    required: bool = True


@dataclass(frozen=True, slots=True)
class Verb:
    """Something that can be done to records beside editing them: a typed function of a service.

    ``run(actor, records, **parameters)`` is called inside one change with visible, locked records. ``grant`` is the
    permission it needs; ``bulk``: offered for many records; ``danger``: shown apart and confirmed; ``when``: a record's
    page offers it only while the record meets these criteria; ``settles``: it deals with what is due, so the home page
    offers it beside each such record. ``hint(actor, ids)`` is what the dialog says about the chosen records.
    """

    name: str
    label: Label
    run: Callable[..., None]
    grant: str
    icon: str = "bolt"
    parameters: tuple[Parameter, ...] = ()
    bulk: bool = True
    danger: bool = False
    when: Criteria = EVERYTHING
    settles: bool = False
    hint: Callable[..., str] | None = None


@dataclass(frozen=True, slots=True)
class Right:
    """A permission of an object that no verb needs, because it opens a page: its name and label."""

    name: str
    label: Label


@dataclass(frozen=True, slots=True)
class Menu:
    """Where the list stands in the navigation: section key and position.

    ``title`` names a section that the product does not have; the first object in it that gives one decides.
    """

    section: str
    position: int
    title: Label = ""


@dataclass(frozen=True, slots=True)
class Daily:
    """Who owns what such records belong to writes at least one each working day: ``by`` whom and ``on`` which day.

    The home page says whether one has. In the evening who has not is reminded, and who is in charge of him hears of it.
    """

    by: str
    on: str


_ONES_OWN = (where(owner={"me": True}),)


@dataclass(frozen=True, eq=False)
class Resource:
    """One business object, whole. See the dataclasses above for the parts.

    ``title`` is the field that names a record, ``subtitle`` one that tells namesakes apart. ``facts`` head the record
    page. ``rules`` are called with (actor, record) before every write and raise ``Invalid``; ``reactions`` with
    (actor, record, names of the changed fields) after it, in the same transaction; ``keep`` with (actor, record) before
    a record is deleted, and raises ``Invalid`` when it must stay. ``doubts`` are called like rules and raise
    ``Duplicate`` for what a person may save nevertheless. ``pending``: while it meets these criteria a record waits to
    be dealt with, and stands on the home page when it is due – of those whose records are one's ``concern``, none of
    which meets two of these; the first are one's own. ``closed``: what meets these criteria changes no more – its rules
    refuse it – and no page offers to edit or delete it. ``about`` says in a sentence what the place is for; an
    empty list shows it. ``approval``: the key of the built-in role outside of which nobody approves such records.
    ``told``: what the timeline of the record that such records belong to tells of each beside its title;
    ``told_by``: the option field by which that part of the timeline can be narrowed. ``hint``: what the global search
    says of a hit beside its title, where that is not the subtitle and two of the fields that lead to it.
    """

    model: type[models.Model]
    name: str
    title: str
    icon: str
    fields: tuple[Field, ...]
    form: tuple[Section, ...]
    table: Table
    menu: Menu | None = None
    scope: Scope = field(default_factory=Scope)
    related: tuple[Related, ...] = ()
    beside: tuple[Beside, ...] = ()
    lines: tuple[Lines, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    facts: tuple[str, ...] = ()
    duplicates: tuple[Match, ...] = ()
    number: Number | None = None
    verbs: tuple[Verb, ...] = ()
    rights: tuple[Right, ...] = ()
    rules: tuple[Callable[..., None], ...] = ()
    reactions: tuple[Callable[..., None], ...] = ()
    keep: tuple[Callable[..., None], ...] = ()
    doubts: tuple[Callable[..., None], ...] = ()
    pending: All = EVERYTHING
    closed: All | None = None
    concern: tuple[All, ...] = _ONES_OWN
    daily: Daily | None = None
    about: Label = ""
    subtitle: str | None = None
    importable: bool = True
    approval: str = ""
    told: tuple[str, ...] = ()
    told_by: str = ""
    hint: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The object's name in the singular, in the user's language."""
        return str(self.model._meta.verbose_name)

    @property
    def label_plural(self) -> str:
        """The object's name in the plural, in the user's language."""
        return str(self.model._meta.verbose_name_plural)

    def field(self, name: str) -> Field | None:
        """The declared field of that name, if any."""
        return next((spec for spec in self.fields if spec.name == name), None)
