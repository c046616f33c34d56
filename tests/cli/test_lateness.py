"""What most processes never need is not loaded at their start: it costs memory, and the time to the first page."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_ASKED = """
import sys
import django
django.setup()
from django.core.handlers.wsgi import WSGIHandler
from django.urls import resolve, reverse
WSGIHandler()
reverse("web:list", args=["customers"])
resolve("/customers")
late = {"ninja", "pydantic", "puremagic", "python_calamine", "xlsxwriter", "segno", "rapidfuzz"}
print(*sorted(late & set(sys.modules)))
resolve("/api/v1/customers")
print(reverse("api:api-root"), "ninja" in sys.modules)
"""


def test_pages_are_answered_without_describing_every_object_to_the_api(tmp_path: Path) -> None:
    environment = {**os.environ, "SHUKE_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "shuke.config.settings"}
    environment["DATABASE_URL"] = "postgresql://nobody@localhost/never-asked"
    done = subprocess.run([sys.executable, "-c", _ASKED], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["", "/api/v1/ True"]
