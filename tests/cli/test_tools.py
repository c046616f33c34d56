"""The checks of `make check` notice what they are there for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import check, features, links, messages


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty checkout that every tool looks at."""
    for tool in (check, features, links, messages):
        monkeypatch.setattr(tool, "ROOT", tmp_path)
    for folder in ("docs", "tests", "requirements", "frontend", "src/shuke/locale"):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.setattr(features, "CATALOGUE", tmp_path / "docs/features.txt")
    monkeypatch.setattr(messages, "PACKAGE", tmp_path / "src/shuke")
    monkeypatch.setattr(messages, "CATALOGUE", tmp_path / "src/shuke/locale/django.po")
    return tmp_path


def test_claims_are_read_from_functions_classes_and_modules(house: Path) -> None:
    (house / "tests/test_a.py").write_text(
        "import pytest\n"
        "pytestmark = [pytest.mark.feature('CUS-01')]\n"
        "@pytest.mark.feature('CUS-02', 'CUS-03')\n"
        "def test_one(): ...\n"
        "@pytest.mark.feature('CUS-04')\n"
        "class TestTwo:\n"
        "    def test_three(self): ...\n"
    )
    claims = features.claims()
    assert set(claims) == {"CUS-01", "CUS-02", "CUS-03", "CUS-04"}
    assert claims["CUS-04"] == ["tests/test_a.py::TestTwo::test_three"]
    assert len(claims["CUS-01"]) == 2


def test_an_unknown_feature_fails(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (house / "docs/features.txt").write_text("CUS-01\tCustomers\n")
    test = house / "tests/test_a.py"
    test.write_text("import pytest\n@pytest.mark.feature('CUS-01')\ndef test_one(): ...\n")
    assert features.main(quiet=False) == 0
    assert capsys.readouterr().out == "CUS-01\ttests/test_a.py::test_one\n"
    test.write_text("import pytest\n@pytest.mark.feature('CUS-99')\ndef test_one(): ...\n")
    assert features.main(quiet=True) == 1
    assert "CUS-99" in capsys.readouterr().err


def test_a_text_without_chinese_is_found_in_python_and_in_templates(house: Path) -> None:
    (house / "src/shuke/a.py").write_text('_("Save")\n_("Hello %(name)s")\n')
    (house / "src/shuke/a.html").write_text('{% load i18n %}\n{% trans "Open" %}')
    catalogue = house / "src/shuke/locale/django.po"
    catalogue.write_text('msgid "Save"\nmsgstr "保存"\n\nmsgid "Hello %(name)s"\nmsgstr "你好 %(nom)s"\n')
    assert messages.problems() == [
        "src/shuke/a.html:2: not translated: 'Open'",
        "src/shuke/a.py:2: placeholders differ: 'Hello %(name)s'",
    ]
    assert 'msgid "Open"' in messages.missing()
    with catalogue.open("a") as file:
        file.write('\n#, fuzzy\nmsgid "Open"\nmsgstr "打开"\n')
    assert "src/shuke/a.html:2: fuzzy: 'Open'" in messages.problems()


def test_a_link_to_nowhere_is_found(house: Path) -> None:
    (house / "README.md").write_text(
        "[good](docs/page.md#a-heading) [web](https://example.com) `[code](no.md)`\n"
        "[gone](docs/gone.md) [lost](docs/page.md#lost)\n"
    )
    (house / "docs/page.md").write_text("# A heading\n")
    assert links.problems() == [
        "README.md: docs/gone.md does not exist",
        "README.md: docs/page.md#lost has no such heading",
    ]


def test_an_address_in_a_lock_is_found(house: Path) -> None:
    (house / "requirements/run.txt").write_text("a==1 \\\n    --hash=sha256:00\n--index-url https://example.com\n")
    (house / "frontend/package-lock.json").write_text('{"resolved": "https://example.com/a.tgz"}')
    assert [problem.split(":")[0] for problem in check.lock_problems()] == [
        "requirements/run.txt",
        "frontend/package-lock.json",
    ]
