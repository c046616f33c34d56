"""Choices of custom fields may depend on another choice."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customfields", "0002_several_choices"),
    ]

    operations = [
        migrations.AddField(
            model_name="customfield",
            name="depends",
            field=models.CharField(
                blank=True,
                help_text="For “choice from a list”: another such field. Write the choices as “choice there > choice here”.",
                max_length=64,
                verbose_name="depends on",
            ),
        ),
    ]
