"""How templates look up what varies, without the detours that Django takes for every variable.

Django asks an object for an item before it asks for an attribute, learns of a missing one by two exceptions and a log
record, and escapes through four functions. The ways here give the same and leave everything unusual to Django.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from django.template import Context, RequestContext
from django.template.base import FilterExpression, Node, Variable, VariableDoesNotExist, VariableNode
from django.template.defaulttags import URLNode
from django.template.smartif import TokenBase
from django.utils.safestring import SafeString

from shuke.web.frame.addresses import record_address

_CONTEXTS = (Context, RequestContext)
_MISSING = object()
_PARTS = (str, SafeString, int)


def shorten(node: Node) -> Node:
    """The node with quick look-ups in all its expressions."""
    for expression in _expressions(vars(node).values()):
        if type(expression.var) is Variable and expression.var.lookups and not expression.var.translate:
            expression.var = Quick(expression.var.var)
    if type(node) is VariableNode:
        return Said(node)
    if type(node) is URLNode and not node.asvar and not node.kwargs and not node.view_name.is_var:
        return Addressed(node)
    return node


def _expressions(values: Any) -> Iterator[FilterExpression]:
    for value in values:
        if isinstance(value, FilterExpression):
            yield value
        elif isinstance(value, TokenBase):
            yield from _expressions(vars(value).values())
        elif type(value) in (list, tuple):
            yield from _expressions(value)
        elif type(value) is dict:
            yield from _expressions(value.values())


class Quick(Variable):
    """A variable whose name is followed through contexts, dictionaries and plain attributes straight away."""

    def resolve(self, context: Any) -> Any:
        """The value. Raises ``VariableDoesNotExist``."""
        current = context
        for bit in self.lookups or ():
            kind = type(current)
            if kind is dict:
                current = current.get(bit, _MISSING)
            elif kind in _CONTEXTS:
                current = _in_context(current, bit)
            elif hasattr(kind, "__getitem__"):
                return super().resolve(context)
            else:
                current = getattr(current, bit, _MISSING)
            if current is _MISSING or callable(current):
                return super().resolve(context)
        return current


def _in_context(context: Any, name: str) -> Any:
    for layer in reversed(context.dicts):
        if name in layer:
            return layer[name]
    if hasattr(context, name):
        return _MISSING
    raise VariableDoesNotExist("%s is not in the context", (name,))


class Said(VariableNode):
    """``{{ … }}``: texts are escaped at once, everything else is put into words by Django."""

    def __init__(self, node: VariableNode) -> None:
        super().__init__(node.filter_expression)
        self.token, self.origin = node.token, node.origin

    def render(self, context: Any) -> str:
        """The value as markup."""
        value = self.filter_expression.resolve(context)
        if type(value) is SafeString:
            return value
        if type(value) is str and context.autoescape:
            return SafeString(escape(value))
        if type(value) is int:
            return SafeString(value)
        return super().render(context)


class Addressed(URLNode):
    """``{% url … %}`` of pages whose arguments are names and ids."""

    def __init__(self, node: URLNode) -> None:
        super().__init__(node.view_name, node.args, node.kwargs, node.asvar)
        self.token, self.origin = node.token, node.origin

    def render(self, context: Any) -> str:
        """The address."""
        parts = [one.resolve(context) for one in self.args]
        if all(type(part) in _PARTS for part in parts):
            return SafeString(escape(record_address(str(self.view_name.var), *parts)))
        return super().render(context)
