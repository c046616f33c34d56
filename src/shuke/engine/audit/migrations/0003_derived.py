"""Lets derived columns be written without an entry in the history."""

from django.db import migrations

from shuke.engine.audit import sql


class Migration(migrations.Migration):
    """The trigger function anew."""

    dependencies = (("audit", "0002_entries"),)

    operations = (migrations.RunSQL(sql.ROW_FUNCTION, migrations.RunSQL.noop),)
