from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisation", "0003_alter_user_language"),
    ]

    operations = [
        migrations.AddField(
            model_name="role",
            name="position",
            field=models.IntegerField(
                default=0,
                help_text="Who has several roles gets the form layout of the one that stands first, the smallest.",
                verbose_name="position",
            ),
        ),
        # It is made anew after the migration, and then raises the stamp for the position as well.
        migrations.RunSQL("DROP TRIGGER IF EXISTS access_stamp ON organisation_role", migrations.RunSQL.noop),
    ]
