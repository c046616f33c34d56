"""Roles that demand a second factor."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column; no role demands it yet."""

    dependencies = [("organisation", "0006_gender_not_stated")]

    operations = [
        migrations.AddField(
            model_name="role",
            name="second_factor",
            field=models.BooleanField(
                default=False,
                help_text="Members set up one-time codes of their telephone before they go on working in the browser.",
                verbose_name="demands a second factor",
            ),
        ),
    ]
