"""Offers hold files."""

from django.db import migrations

import shuke.engine.record.fields


class Migration(migrations.Migration):
    dependencies = [("documents", "0003_terms")]

    operations = [
        migrations.AddField("offer", "papers", shuke.engine.record.fields.FilesField(verbose_name="附件")),
        migrations.AddField(
            "offer", "photos", shuke.engine.record.fields.FilesField(most=3, pictures=True, verbose_name="照片")
        ),
    ]
