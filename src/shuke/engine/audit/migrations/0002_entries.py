"""The partitioned, append-only entry table and the trigger function that fills it."""

from django.db import migrations

from shuke.engine.audit import sql


class Migration(migrations.Migration):
    """Hand-written: partitions and triggers are outside Django's schema editor."""

    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunSQL(sql.TABLE + sql.FUNCTIONS, sql.REMOVE)]
