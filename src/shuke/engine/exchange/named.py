"""Import templates under a name: which columns a file has, in which order, under which titles (DAT-01, DAT-04).

Who may import an object makes templates of it for himself; those for everybody who may are the administrators' affair.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from shuke.engine.access.actor import Actor
from shuke.engine.audit.context import change
from shuke.engine.commands.prepare import require
from shuke.engine.exchange.mapping import mappable_fields, missing
from shuke.engine.exchange.models import ImportTemplate
from shuke.engine.record.values import storable
from shuke.engine.record.words import listed
from shuke.kernel.errors import Invalid, NotAllowed, NotFound
from shuke.kernel.text import compact, tidy
from shuke.resource.describe import FieldInfo
from shuke.resource.registry import resource_for
from shuke.resource.spec import Resource

# More templates of one object than this nobody finds his way in.
MOST = 50
LONGEST = 60
# What of the changes in the history this is.
TEMPLATES = "import-templates"


@dataclass(frozen=True)
class Column:
    """A column of the file: the field that it fills, and its title; "" is the field's own name."""

    field: str
    title: str = ""


@dataclass(frozen=True)
class Kept:
    """A template as it is now, and the change that made it so."""

    template: ImportTemplate
    change: int


def require_import(actor: Actor, resource: Resource) -> None:
    """Raises ``NotAllowed`` for who may not import the object, ``NotFound`` where nobody can."""
    require(actor, resource, "import")
    if not resource.importable:
        raise NotFound(_("%(objects)s cannot be imported.") % {"objects": resource.label_plural})


def templates_of(actor: Actor, resource: Resource) -> list[ImportTemplate]:
    """One's own templates of an object and those for everybody, by name."""
    require_import(actor, resource)
    found = ImportTemplate.objects.filter(_visible(actor), resource=resource.name)
    return list(found.select_related("owner").order_by("name", "pk"))


def template_for(actor: Actor, pk: int) -> ImportTemplate:
    """A template that the actor may use. Raises ``NotFound``, and ``NotAllowed`` for who may not import the object."""
    found = ImportTemplate.objects.filter(_visible(actor), pk=pk).select_related("owner").first()
    if found is None:
        raise NotFound(_("There is no import template no. %(id)s, or it is not for you.") % {"id": pk})
    require_import(actor, resource_for(found.resource))
    return found


def may_change(actor: Actor, template: ImportTemplate) -> bool:
    """Its owner and administrators change a template; one for everybody only administrators."""
    return actor.is_administrator or (template.owner_id == actor.user_id and not template.everyone)


def changeable(actor: Actor, pk: int) -> ImportTemplate:
    """A template that the actor may change. Raises ``NotFound``, ``NotAllowed``."""
    template = template_for(actor, pk)
    if not may_change(actor, template):
        raise NotAllowed(_("“%(name)s” is not your template.") % {"name": template.name})
    return template


def columns_of(actor: Actor, template: ImportTemplate) -> list[tuple[FieldInfo, str]]:
    """Field and title of each column that the actor may fill; fields that are gone stay out."""
    infos = mappable_fields(actor, resource_for(template.resource))
    return [(infos[name], title) for name, title in template.columns if name in infos]


def titles_of(actor: Actor, template: ImportTemplate) -> dict[str, str]:
    """The titles (compact) with the fields that they stand for, as ``mapping.guess`` takes them."""
    return {compact(title): info.name for info, title in columns_of(actor, template)}


def absent(actor: Actor, template: ImportTemplate, titles: Sequence[str]) -> list[str]:
    """The titles of a template that a file does not have: file and template must match (DAT-02)."""
    present = {compact(title) for title in titles}
    return [title for _info, title in columns_of(actor, template) if compact(title) not in present]


def create_template(
    actor: Actor, resource: Resource, name: str, columns: Sequence[Column], *, everyone: bool = False
) -> Kept:
    """Keep a template of one's own, or as an administrator for everybody. Raises ``Invalid``, ``NotAllowed``."""
    require_import(actor, resource)
    if everyone:
        _require_sharing(actor)
    template = ImportTemplate(resource=resource.name, owner_id=actor.user_id or 0, everyone=everyone)
    if ImportTemplate.objects.filter(resource=resource.name, owner_id=actor.user_id).count() >= MOST:
        raise Invalid(_("At most %(most)d templates of one object; delete one first.") % {"most": MOST})
    return _keep(actor, template, name, columns, "create")


def change_template(
    actor: Actor,
    pk: int,
    *,
    name: str | None = None,
    columns: Sequence[Column] | None = None,
    everyone: bool | None = None,
) -> Kept:
    """Change what is given. Raises ``NotFound``, ``NotAllowed``, ``Invalid``."""
    template = changeable(actor, pk)
    if everyone is not None and everyone != template.everyone:
        _require_sharing(actor)
        template.everyone = everyone
    return _keep(actor, template, template.name if name is None else name, columns, "edit")


def delete_template(actor: Actor, pk: int) -> int:
    """Delete a template. Returns the change, which can be taken back. Raises ``NotFound``, ``NotAllowed``."""
    template = changeable(actor, pk)
    with change(actor, "delete", TEMPLATES) as opened:
        template.delete()
    return opened.id


def _visible(actor: Actor) -> Q:
    return Q(everyone=True) | Q(owner_id=actor.user_id)


def _require_sharing(actor: Actor) -> None:
    if not actor.is_administrator:
        raise NotAllowed(_("Only administrators give import templates to everybody."))


def _keep(actor: Actor, template: ImportTemplate, name: str, columns: Sequence[Column] | None, verb: str) -> Kept:
    template.name = _name(name)
    same = ImportTemplate.objects.filter(
        resource=template.resource, owner_id=template.owner_id, name=template.name
    ).exclude(pk=template.pk)
    if same.exists():
        raise Invalid(fields={"name": _("You have a template of this name already.")})
    if columns is not None:
        template.columns = _columns(actor, resource_for(template.resource), columns)
    with change(actor, verb, TEMPLATES) as opened:
        template.save()
    return Kept(template, opened.id)


def _name(text: str) -> str:
    name = tidy(storable(text))
    if not name:
        raise Invalid(fields={"name": _("Give the template a name.")})
    return _short(name, "name")


def _short(text: str, part: str) -> str:
    if len(text) > LONGEST:
        raise Invalid(fields={part: _("At most %(count)d characters.") % {"count": LONGEST}})
    return text


def _columns(actor: Actor, resource: Resource, columns: Sequence[Column]) -> list[list[str]]:
    """The columns as they are stored. Each field and each title once, and what a new record needs among them."""
    infos = mappable_fields(actor, resource)
    found: dict[str, str] = {}
    for column in columns:
        info = infos.get(column.field)
        if info is None or info.name in found:
            raise Invalid(fields={"columns": _("This field cannot be filled, or is filled by two columns.")})
        title = _short(tidy(storable(column.title)), "columns") or str(info.label)
        if not compact(title) or compact(title) in map(compact, found.values()):
            raise Invalid(
                fields={"columns": _("Every column needs a title of its own: “%(title)s”.") % {"title": title}}
            )
        found[info.name] = title
    if lacking := missing(infos, found):
        labels = listed(info.label for info in lacking)
        raise Invalid(fields={"columns": _("Add a column for: %(fields)s.") % {"fields": labels}})
    return [[name, title] for name, title in found.items()]
