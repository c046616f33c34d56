"""Templates folded into text say the same as unfolded ones, in the reader's language."""

from __future__ import annotations

import pytest
from django.template import Context, Template, engines
from django.template.loader import get_template
from django.utils import translation

from shuke.web.frame.folding import _folded

MIXED = """{% load i18n shuke %}<a href="{% url "web:home" %}">{% icon "plus" %}{% trans "New" %}</a>
{% if shown %}<b>{% trans "Close" %} {{ name }}</b>{% elif other %}{% trans "Undo" %}
{% else %}{% icon name %}{% endif %}
{% for item in items %}{% trans "New" %}{{ item }}{% empty %}{% trans "Nothing found" %}{% endfor %}
{% trans name %}{% trans "New" as word %}{{ word }}{% block end %}{% trans "Save" %}{% endblock %}"""


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    "values", [{"shown": True, "name": "<x>"}, {"other": True}, {"items": ["<1>", 2], "name": "x"}]
)
def test_folding_changes_nothing_that_is_drawn(language: str, values: dict[str, object]) -> None:
    with translation.override(language):
        plain = Template(MIXED, engine=engines["django"].engine)
        folded = Template(MIXED, engine=engines["django"].engine)
        folded.nodelist = _folded(folded.nodelist)
        assert folded.render(Context(values)) == plain.render(Context(values))
        assert len(folded.nodelist) < len(plain.nodelist)


def test_each_language_has_its_own() -> None:
    drawn = {}
    for language in ("zh-hans", "en", "zh-hans"):
        with translation.override(language):
            drawn[language] = get_template("web/frame/overlays.html").render({"quick": []})
    assert "退出" in drawn["zh-hans"]
    assert "Sign out" not in drawn["zh-hans"]
    assert "Sign out" in drawn["en"]
