"""The organisation as a spreadsheet: units and people of a subtree out (ORG-08), a filled template in (ORG-09)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor, require_administrator
from shuke.engine.audit.context import change
from shuke.engine.commands.passwords import first_password, set_password
from shuke.engine.commands.prepare import require
from shuke.engine.commands.write import create, update
from shuke.engine.exchange.sheets import Sheet
from shuke.engine.organisation.models import Role, Unit, User
from shuke.engine.present.cells import Presenter
from shuke.engine.record.index_text import INDEXED
from shuke.engine.record.words import listed
from shuke.engine.structure.tree import paths, walk
from shuke.kernel.errors import Invalid, NotFound, ShukeError
from shuke.kernel.text import fold, tidy
from shuke.resource.registry import resource_for

# Each new person costs a password hash, which is slow on purpose; the person at the screen waits for so many.
MOST = 300
_PERSON_FIELDS = ("name", "login", "email", "gender", "mobile", "phone", "title", "roles")
_TITLE_ROWS = 10
NEW, THERE, WRONG = "new", "there", "wrong"


@dataclass
class Line:
    """A row of the sheet: its cells by column, what became of it, and – for a new person – the first password."""

    number: int
    cells: dict[str, str]
    status: str = ""
    problems: list[str] = field(default_factory=list)
    password: str = ""


class _Dry(Exception):
    """Takes back what a check wrote."""


def titles() -> dict[str, str]:
    """The columns and their titles in the reader's language."""
    return {
        "path": _("Parent unit, from the top"),
        "kind": _("Kind"),
        "name": _("Name"),
        "login": _("Login"),
        "email": _("E-mail"),
        "gender": _("Gender"),
        "mobile": _("Mobile"),
        "phone": _("Telephone"),
        "title": _("Job title"),
        "roles": _("Roles"),
        "head": _("Head of the unit"),
    }


def answers() -> dict[str, str]:
    """Whether a person is the head of his unit, and its word."""
    return {"yes": _("yes"), "no": _("no")}


def kinds() -> dict[str, str]:
    """What a row can be, and its word."""
    return {**{kind.value: str(kind.label) for kind in Unit.Kind}, "person": _("Person")}


def write_organisation(actor: Actor, top: int, path: Path) -> int:
    """Write the subtree as the actor may see and export it; returns the number of rows.

    Raises ``NotAllowed``, ``NotFound``.
    """
    for name in ("units", "users"):
        require(actor, resource_for(name), "export")
    rows = list(_rows(actor, top))
    if not rows:
        raise NotFound(_("There is no such unit, or you may not see it."))
    _write(path, rows)
    return len(rows)


def write_template(path: Path) -> None:
    """Write the blank template: titles, and choices of kind and gender."""
    _write(path, [])


def _rows(actor: Actor, top: int) -> Iterator[list[str]]:
    presenter = Presenter(actor, resource_for("users"), list(_PERSON_FIELDS))
    for above, unit in walk(actor, top):
        yield [above, kinds()[unit.kind], unit.name]
        here = f"{above} / {unit.name}" if above else unit.name
        heads = {unit.head_id: answers()["yes"]}
        people = User.objects.visible_to(actor, "export").filter(unit=unit.pk).defer(*INDEXED)
        rows = list(people.order_by("position", "title_key", "pk"))
        for person, row in zip(rows, presenter.rows(rows), strict=True):
            cells = {cell.name: cell.text for cell in row}
            yield [here, _("Person"), *(cells.get(name, "") for name in _PERSON_FIELDS), heads.get(person.pk, "")]


def _write(path: Path, rows: Sequence[Sequence[str]]) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet(_("Organisation chart")[:31])
    bold, as_text = book.add_format({"bold": True, "bg_color": "#FFF2CC", "border": 1}), book.add_format()
    as_text.set_num_format("@")
    sheet.freeze_panes(1, 0)
    for at, (name, title) in enumerate(titles().items()):
        sheet.write_string(0, at, title, bold)
        sheet.set_column(at, at, 36 if name == "path" else 18, as_text)
    genders = [str(one.label) for one in User.Gender]
    places = {name: at for at, name in enumerate(titles())}
    for name, choices in {"kind": list(kinds().values()), "gender": genders, "head": list(answers().values())}.items():
        at = places[name]
        sheet.data_validation(1, at, MOST, at, {"validate": "list", "source": choices, "ignore_blank": True})
    for at, row in enumerate(rows, 1):
        for place, text in enumerate(row):
            sheet.write_string(at, place, text)
    book.close()


def read_lines(sheet: Sheet) -> list[Line]:
    """The filled rows below the titles, which may be in any of the product's languages.

    Raises ``Invalid`` without the titles, for too many rows, and for a broken file.
    """
    rows = enumerate(sheet.rows(), 1)
    columns: dict[int, str] = {}
    for number, row in rows:
        columns = _columns(row)
        if {"kind", "name"} <= set(columns.values()):
            break
        if number > _TITLE_ROWS:
            break
    if not {"path", "kind", "name"} <= set(columns.values()):
        raise Invalid(_("The titles of the template were not found. Please fill in the blank template."))
    lines = []
    for number, row in rows:
        cells = {name: tidy(str(row[at])) for at, name in columns.items() if at < len(row)}
        if any(cells.values()):
            lines.append(Line(number, cells))
        if len(lines) > MOST:
            raise Invalid(_("At most %(most)d rows at once; please split the file.") % {"most": MOST})
    return lines


def _columns(row: Sequence[Any]) -> dict[int, str]:
    names = words(titles)
    cells = [fold(str(cell)).strip(" *") for cell in row]
    return {at: names[cell] for at, cell in enumerate(cells) if cell in names}


def words(of: Callable[[], Mapping[Any, Any]]) -> dict[str, str]:
    """Every word of a choice, in all languages of the product, to what it means."""
    found: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found |= {fold(str(word)): value for value, word in of().items()}
    return found


_SHORT_ANSWERS = dict.fromkeys(("y", "√", "✓", "1"), "yes") | dict.fromkeys(("n", "0", "×"), "no")


def load(actor: Actor, lines: Sequence[Line], *, check_only: bool) -> int | None:
    """Make the units and people of the lines; each line then says what became of it. Returns the change's id.

    What cannot be made is left out, with its reasons. People get random passwords, which only the lines hold. With
    ``check_only`` all of it is taken back again, and no passwords are made. Administrators only.
    """
    require_administrator(actor)
    maker = _Maker(actor, [line.cells.get("name", "") for line in lines])
    try:
        with change(actor, "import", "units") as opened:
            for line in lines:
                maker.make(line)
            if check_only:
                raise _Dry
            for line, user in maker.people:
                line.password = first_password(user)
                set_password(actor, user, line.password)
    except _Dry:
        return None
    return opened.id


class _Maker:
    """Makes line after line; knows the units by their paths, those just made included."""

    def __init__(self, actor: Actor, names: Iterable[str]) -> None:
        self.actor = actor
        known = User.objects.visible_to(actor).values_list("name", flat=True)
        self.names = {fold(name) for name in (*names, *known)}
        self.units = paths(actor)
        self.kinds, self.genders = words(kinds), words(lambda: dict(User.Gender.choices))
        self.answers = words(answers) | _SHORT_ANSWERS
        roles = Role.objects.visible_to(actor).only("pk", "name")
        self.roles = {fold(role.name): role.pk for role in roles}
        self.people: list[tuple[Line, User]] = []

    def make(self, line: Line) -> None:
        kind = self.kinds.get(fold(line.cells.get("kind", "")))
        try:
            with transaction.atomic():
                if kind is None:
                    raise Invalid(_("The kind must be one of: %(kinds)s") % {"kinds": listed(kinds().values())})
                line.status = self._person(line) if kind == "person" else self._unit(line, kind)
        except ShukeError as error:
            line.status, line.problems = WRONG, _reasons(error)

    def _parent(self, line: Line) -> tuple[str, int | None]:
        way = " / ".join(part.strip() for part in line.cells.get("path", "").split("/") if part.strip())
        if way and way not in self.units:
            raise Invalid(_("There is no unit “%(path)s” above this row.") % {"path": way})
        return way, self.units.get(way)

    def _unit(self, line: Line, kind: str) -> str:
        way, parent = self._parent(line)
        name = line.cells["name"].replace("/", "／")
        here = f"{way} / {name}" if way else name
        if here in self.units:
            return THERE
        values = {"name": name, "kind": kind, "parent": parent, "phone": line.cells.get("phone", "")}
        self.units[here] = create(self.actor, resource_for("units"), values).record.pk
        return NEW

    def _person(self, line: Line) -> str:
        _way, unit = self._parent(line)
        cells, login = line.cells, line.cells.get("login", "")
        living = User.objects.visible_to(self.actor)
        if login and living.filter(login__iexact=login, name=cells["name"]).exists():
            return THERE
        values: dict[str, Any] = {name: cells.get(name, "") for name in _PERSON_FIELDS if name != "roles"}
        values |= {"unit": unit, "gender": self._gender(cells.get("gender", "")), "roles": self._roles(cells)}
        leads = self._leads(cells.get("head", ""), cells["name"])
        user = create(self.actor, resource_for("users"), values).record
        if leads and unit:
            self._put_in_charge(user, unit)
        self.people.append((line, user))
        return NEW

    def _leads(self, word: str, name: str) -> bool:
        """Lists say yes or no, or name the head beside each person."""
        if not word or fold(word) in self.answers:
            return self.answers.get(fold(word)) == "yes"
        if fold(word) != fold(name) and fold(word) not in self.names:
            raise Invalid(_("Head of the unit: say yes or no, or the name of the head."))
        return fold(word) == fold(name)

    def _put_in_charge(self, user: User, unit: int) -> None:
        head = Unit.objects.visible_to(self.actor).filter(pk=unit).values_list("head__name", flat=True).first()
        if head:
            raise Invalid(_("“%(person)s” is the head of this unit already.") % {"person": head})
        update(self.actor, resource_for("units"), unit, {"head": user.pk})

    def _gender(self, word: str) -> str:
        if word and fold(word) not in self.genders:
            raise Invalid(_("The gender must be one of: %(words)s") % {"words": listed(User.Gender.labels)})
        return self.genders.get(fold(word), "")

    def _roles(self, cells: dict[str, str]) -> list[int]:
        words = [word.strip() for word in cells.get("roles", "").replace("，", "、").replace(",", "、").split("、")]
        missing = [word for word in words if word and fold(word) not in self.roles]
        if missing:
            raise Invalid(_("There is no role “%(name)s”.") % {"name": missing[0]})
        return [self.roles[fold(word)] for word in words if word]


def _reasons(error: ShukeError) -> list[str]:
    found = [str(text) for texts in error.fields.values() for text in texts] if isinstance(error, Invalid) else []
    return found or [str(error)]
