"""Units and people as they are pasted out of a spreadsheet or typed line by line, in the form of the template."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping, Sequence

from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor, require_administrator
from shuke.engine.organisation.models import User
from shuke.engine.structure.sheets import MOST, Line, kinds, load, titles, words
from shuke.engine.structure.tree import paths
from shuke.kernel.errors import Invalid
from shuke.kernel.pinyin import full
from shuke.kernel.text import compact, fold, tidy
from shuke.resource.describe import fields_of
from shuke.resource.registry import resource_of

# The columns of people when no titles are pasted with them.
COLUMNS = ("name", "unit", "email", "gender", "mobile", "roles", "login", "head")
# ORG-04; a missing login is made of the name.
PERSONS_NEED = frozenset({"name", "unit", "email", "gender"})
_TITLED = (*COLUMNS, "phone", "title")
# What companies call these columns beside the product's own words.
_ALSO = {
    "name": ("员工姓名", "人员姓名", "名字", "员工"),
    "unit": ("所属部门", "所在部门", "部门名称", "所属组织", "team"),
    "email": ("邮箱", "电子邮箱", "邮箱地址", "工作邮箱", "mail"),
    "mobile": ("手机号", "手机号码", "移动电话", "联系方式", "cell phone"),
    "phone": ("固话", "座机", "分机", "办公电话", "tel"),
    "title": ("职位", "岗位", "岗位名称", "position"),
    "login": ("账号", "账户", "帐号", "登录账号", "登录账户", "登陆帐户", "登录名", "account", "user name"),
    "roles": ("角色名称", "权限角色"),
    "head": ("负责人", "是否负责人", "部门负责人", "部门主管", "主管", "in charge"),
}
_LONGEST = 100_000


def column_titles() -> dict[str, str]:
    """The columns that are understood, in the order in which they stand without titles."""
    known = {**titles(), "unit": _("Department")}
    return {name: known[name] for name in COLUMNS}


def make_units(actor: Actor, typed: str, top: str) -> tuple[int | None, list[Line]]:
    """Make units out of lines such as ``Sales / South``; without any unit yet ``top`` becomes the one over them.

    Returns the change's id and the lines with what became of each. Raises ``NotAllowed``, ``Invalid`` for nothing.
    """
    require_administrator(actor)
    known = set(paths(actor))
    root = next((path for path in known if " / " not in path), "")
    lines: list[Line] = []
    if not root and (root := tidy(top).replace("/", "／")):
        lines.append(Line(0, {"path": "", "kind": kinds()["company"], "name": root}))
    for number, text in enumerate(typed.splitlines(), 1):
        parts = _parts(text)
        if parts not in ([""], [root]):
            above = [root, *parts[:-1]] if parts[0] != root else parts[:-1]
            lines.append(Line(number, {"path": " / ".join(above), "kind": kinds()["department"], "name": parts[-1]}))
    if not lines:
        raise Invalid(_("Type at least one unit."))
    if len(lines) > MOST:
        raise Invalid(_("At most %(most)d rows at once; please split the file.") % {"most": MOST})
    return load(actor, lines, check_only=False), lines


def sheet_of_people(actor: Actor, pasted: str) -> tuple[str, list[str]]:
    """Pasted rows of people as a CSV in the columns of the template; logins that are missing come from the names.

    Beside it the titles of columns that were not understood: nothing is left out in silence. Raises ``NotAllowed``,
    ``Invalid`` for nothing or far too much.
    """
    require_administrator(actor)
    if len(pasted) > _LONGEST:
        raise Invalid(_("That is too much at once; import a file instead."))
    rows = [[tidy(cell) for cell in row] for row in csv.reader(io.StringIO(pasted), delimiter=_delimiter(pasted))]
    rows = [row for row in rows if any(row)]
    columns = _columns(rows[0]) if rows else {}
    unknown: list[str] = []
    if columns:
        unknown = [title for at, title in enumerate(rows[0]) if title and at not in columns]
        rows = rows[1:]
    else:
        columns = dict(enumerate(COLUMNS))
    if not rows:
        raise Invalid(_("Paste at least one row."))
    found = [{name: row[at] for at, name in columns.items() if at < len(row)} for row in rows]
    return _csv(_completed(actor, found)), unknown


def _delimiter(text: str) -> str:
    return "\t" if "\t" in text else ","


def _columns(row: Sequence[str]) -> dict[int, str]:
    """Which column is what, where the row holds titles: the template's, the fields' or usual ones, in any language."""
    fields = fields_of(resource_of(User))
    own = words(lambda: {name: fields[name].label for name in _TITLED if name in fields}) | words(titles)
    usual = {word: name for name, others in _ALSO.items() for word in others}
    known = {compact(word): name for word, name in (usual | own).items()}
    found: dict[int, str] = {}
    for at, cell in enumerate(row):
        name = known.get(compact(cell))
        if name and name not in found.values():
            found[at] = name
    return found if "name" in found.values() and len(found) > 1 else {}


def _completed(actor: Actor, rows: list[dict[str, str]]) -> list[dict[str, str]]:
    known = paths(actor)
    by_name: dict[str, list[str]] = {}
    for path in known:
        by_name.setdefault(fold(path.rpartition(" / ")[2]), []).append(path)
    taken = {fold(login) for login in User.objects.visible_to(actor).values_list("login", flat=True)}
    for row in rows:
        row["kind"] = kinds()["person"]
        row["path"] = row.get("path") or _path(row.pop("unit", ""), known, by_name)
        row["login"] = row.get("login") or login_for(row.get("name", ""), taken)
        taken.add(fold(row["login"]))
    return rows


def _path(unit: str, known: Mapping[str, int], by_name: Mapping[str, list[str]]) -> str:
    """The whole path of a unit called by its name, alone or below some above it, or of the only one there is."""
    if not unit:
        return next(iter(known)) if len(known) == 1 else ""
    parts = _parts(unit)
    path = " / ".join(parts)
    found = [one for one in by_name.get(fold(parts[-1]), []) if fold(f" / {one}").endswith(fold(f" / {path}"))]
    return found[0] if len(found) == 1 and path not in known else path


def _parts(unit: str) -> list[str]:
    """The names in ``Sales / South`` or ``Sales＞South``; at least one, if an empty one."""
    return [part for one in unit.replace("＞", "/").split("/") if (part := tidy(one))] or [""]


def login_for(name: str, taken: Collection[str]) -> str:
    """A login out of a name: its pinyin, with a number where that is taken."""
    plain = "".join(sign for sign in fold((full(name) or (name,))[0]) if sign.isalnum())[:40]
    number = 2
    login = plain
    while login and login in taken:
        login = f"{plain}{number}"
        number += 1
    return login


def _csv(rows: Sequence[Mapping[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(titles().values())
    writer.writerows([[row.get(name, "") for name in titles()] for row in rows])
    return out.getvalue()
