"""Dictionaries and options that were there before they could be searched and sorted get what that needs."""

from typing import Any

from django.db import migrations

from shuke.kernel.grams import grams, haystack
from shuke.kernel.pinyin import sort_key


def fill(apps: Any, _editor: Any) -> None:
    """The derived columns of every row."""
    for model, leading in (("Dictionary", "key"), ("Option", None)):
        rows = apps.get_model("options", model)._base_manager.filter(title_key="")
        for row in rows:
            row.haystack = f"{haystack([row.name])}\n\n{haystack([getattr(row, leading)] if leading else [])}"
            row.grams = grams(row.haystack)
            row.title_key = sort_key(row.name)[:80]
            row.save(update_fields=["haystack", "grams", "title_key"])


class Migration(migrations.Migration):
    """After the columns are there: rows may not be changed in the same transaction."""

    dependencies = [("options", "0002_dictionaries_as_records")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
