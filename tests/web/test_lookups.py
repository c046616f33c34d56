"""Quick look-ups in templates say what Django's own say, of everything that a template may be given."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from django.template import Context, Template, VariableDoesNotExist, engines
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from shuke.web.frame.folding import _folded
from shuke.web.frame.lookups import Quick


@dataclass
class Thing:
    """Something with attributes, a property, a method, and one that asks for more than a template gives."""

    name: str = "<熟客>"
    parts: dict[str, Any] = field(default_factory=lambda: {"items": "stands in the dictionary", "a": [7, 8]})

    @property
    def broken(self) -> str:
        """A property that fails."""
        raise AttributeError("of the property's own")

    def called(self) -> str:
        """Templates call what can be called."""
        return "called & escaped"

    def asks(self, more: str) -> str:
        """Templates cannot call this."""
        return more


VALUES = {
    "thing": Thing(),
    "many": ["<one>", "two"],
    "pair": ("a", "b"),
    "safe": SafeString("<b>safe</b>"),
    "number": 1234567,
    "amount": Decimal("1234.50"),
    "yes": True,
    "nothing": None,
    "day": datetime.date(2026, 11, 22),
    "moment": datetime.datetime(2026, 11, 22, 1, 2, tzinfo=datetime.UTC),
    "lazy": gettext_lazy("Close"),
    "query": QueryDict("a=1&a=2"),
    "words": {"key": "<value>"},
    "resource": {"name": "customers"},
}
EXPRESSIONS = (
    *("thing.name", "thing.parts.a.1", "thing.parts.items", "thing.parts.none", "thing.called", "thing.asks"),
    *("thing.none", "none", "none.of.that", "many.0", "many.9", "many.0.upper", "pair.1", "safe", "number", "amount"),
    *("yes", "nothing", "nothing.more", "day", "day.year", "moment", "lazy", "query.a", "template_name", "autoescape"),
    *("thing.name|upper", "none|default:'-'", "many|length"),
)


@pytest.mark.parametrize("expression", EXPRESSIONS)
@pytest.mark.parametrize(
    "shape", ["{{ X }}", "{% if X %}1{% else %}0{% endif %}", "{% if X == 8 or not X %}1{% endif %}"]
)
def test_quick_look_ups_change_nothing(expression: str, shape: str) -> None:
    drawn = [template.render(Context(VALUES)) for template in _plain_and_folded(shape.replace("X", expression))]
    assert drawn[0] == drawn[1]


@pytest.mark.parametrize(
    "text",
    [
        '{% url "web:list" resource.name %}',
        '{% url "web:record" resource.name number %}',
        '{% url "web:list" resource.name as address %}<{{ address }}>',
        "{% for a, b in words.items %}{{ a }}{{ b }}{% endfor %}",
        "{% for one in many %}{{ forloop.counter }}{{ one }}{% endfor %}",
        "{% autoescape off %}{{ thing.name }}{{ many.0 }}{% endautoescape %}",
        "{% with inner=thing.parts %}{{ inner.a }}{% endwith %}{{ inner.a }}",
    ],
)
def test_addresses_loops_and_blocks_are_drawn_alike(text: str) -> None:
    drawn = [template.render(Context(VALUES)) for template in _plain_and_folded(text)]
    assert drawn[0] == drawn[1]


def test_a_failing_property_is_not_taken_for_a_missing_one() -> None:
    for template in _plain_and_folded("{{ thing.broken }}"):
        with pytest.raises(AttributeError, match="of the property's own"):
            template.render(Context(VALUES))


def test_what_is_missing_is_said_to_be() -> None:
    with pytest.raises(VariableDoesNotExist):
        Quick("none").resolve(Context({}))


def _plain_and_folded(text: str) -> tuple[Template, Template]:
    engine = engines["django"].engine
    plain, folded = Template("{% load i18n %}" + text, engine=engine), Template("{% load i18n %}" + text, engine=engine)
    folded.nodelist = _folded(folded.nodelist)
    return plain, folded
