"""Template loader that works out once, for each language, what is the same for every reader.

Words, icons and fixed addresses make up most of the frame around a page. Folded into plain text when a template is
loaded they cost nothing when it is drawn: 5 ms of 7 on a list page. What varies is looked up without detours
(``web/frame/lookups.py``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.template import Context, Template
from django.template.base import FilterExpression, Node, NodeList, TextNode
from django.template.defaulttags import IfNode, URLNode
from django.template.library import SimpleNode
from django.template.loaders import cached
from django.templatetags.i18n import TranslateNode
from django.utils.translation import get_language

from shuke.web.frame.lookups import shorten
from shuke.web.frame.markup import icon


class Loader(cached.Loader):
    """Keeps each template once a language, folded."""

    def cache_key(self, template_name: str, skip: Any = None) -> str:
        """What a template is kept under."""
        return f"{get_language()}:{super().cache_key(template_name, skip)}"

    def get_template(self, template_name: str, skip: Any = None) -> Template:
        """The template in the active language. Raises ``TemplateDoesNotExist``."""
        key = self.cache_key(template_name, skip)
        known = key in self.get_template_cache
        template = super().get_template(template_name, skip)
        if not known:
            template.nodelist = _folded(template.nodelist)
        return template


def _folded(nodes: Iterable[Node]) -> NodeList:
    """The nodes with everything constant as text; neighbouring texts become one."""
    found = NodeList()
    text: list[str] = []
    for node in nodes:
        if _is_constant(node):
            text.append(str(node.render(Context())))
            continue
        if text:
            found.append(TextNode("".join(text)))
            text = []
        _fold_inside(node)
        found.append(shorten(node))
    if text:
        found.append(TextNode("".join(text)))
    return found


def _fold_inside(node: Node) -> None:
    if isinstance(node, IfNode):
        node.conditions_nodelists = [(condition, _folded(nodes)) for condition, nodes in node.conditions_nodelists]
        return
    for name in node.child_nodelists:
        if isinstance(nodes := getattr(node, name, None), NodeList):
            setattr(node, name, _folded(nodes))


def _is_constant(node: Node) -> bool:
    match node:
        case TextNode():
            return True
        case TranslateNode():
            return not node.asvar and not node.message_context and _is_literal(node.filter_expression)
        case URLNode():
            return not node.asvar and not node.args and not node.kwargs and _is_literal(node.view_name)
        case SimpleNode():
            return node.func is icon and node.target_var is None and all(map(_is_literal, node.args))
    return False


def _is_literal(expression: FilterExpression) -> bool:
    var = expression.var
    return not expression.filters and (isinstance(var, str) or getattr(var, "literal", None) is not None)
