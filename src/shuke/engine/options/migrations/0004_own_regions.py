"""Companies add regions of their own; their changes are recorded, for which the code's column is called like any id."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("options", "0003_searchable")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE options_region RENAME COLUMN code TO id",
                    "ALTER TABLE options_region RENAME COLUMN id TO code",
                )
            ],
            state_operations=[
                migrations.AlterField(
                    "region",
                    "code",
                    models.IntegerField(db_column="id", primary_key=True, serialize=False, verbose_name="code"),
                )
            ],
        ),
        migrations.AddField("region", "own", models.BooleanField(default=False, verbose_name="added by the company")),
        migrations.AddField("region", "retired", models.BooleanField(default=False, verbose_name="retired")),
    ]
