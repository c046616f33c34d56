from django.db import migrations

# What waited in a pool becomes its maker's again; constraints at once, or the columns could not go in the same step.
HOME = """
    SET CONSTRAINTS ALL IMMEDIATE;
    UPDATE {table} SET owner_id = maker.id, unit_id = maker.unit_id
    FROM organisation_user maker WHERE maker.id = {table}.created_by_id AND owner_id IS NULL;
    SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("activities", "0002_scope_indexes"),
    ]

    operations = [
        migrations.RunSQL([HOME.format(table=f"activities_{name}") for name in ("memo", "scheduleentry", "task")], ""),
        migrations.RemoveField(
            model_name="memo",
            name="pool",
        ),
        migrations.RemoveField(
            model_name="scheduleentry",
            name="pool",
        ),
        migrations.RemoveField(
            model_name="task",
            name="pool",
        ),
    ]
