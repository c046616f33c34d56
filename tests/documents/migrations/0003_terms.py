"""Offers have terms."""

from django.db import migrations

import shuke.engine.record.fields


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_depending")]

    operations = [
        migrations.AddField(
            model_name="offer",
            name="terms",
            field=shuke.engine.record.fields.RichTextField(blank=True, default="", verbose_name="条款"),
        ),
    ]
