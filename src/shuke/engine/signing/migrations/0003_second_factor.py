"""The second factor."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Its table, and what the log of the door tells of it."""

    dependencies = [
        ("signing", "0002_session"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SecondFactor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("secret", models.TextField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("last_step", models.BigIntegerField(default=0)),
                ("recovery", models.JSONField(default=list)),
                ("wrong", models.PositiveSmallIntegerField(default=0)),
                ("closed_until", models.DateTimeField(null=True)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={"verbose_name": "second factor", "verbose_name_plural": "second factors"},
        ),
        migrations.AlterField(
            model_name="signin",
            name="kind",
            field=models.CharField(
                choices=[
                    ("in", "signed in"),
                    ("refused", "refused"),
                    ("locked", "locked out"),
                    ("out", "signed out"),
                    ("ended", "sessions ended"),
                    ("token", "made an API token"),
                    ("untoken", "ended an API token"),
                    ("factor-on", "set up the second factor"),
                    ("factor-off", "turned off the second factor"),
                ],
                max_length=12,
                verbose_name="what",
            ),
        ),
        migrations.AlterField(
            model_name="signin",
            name="reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("unknown", "no such login"),
                    ("inactive", "may not sign in"),
                    ("password", "wrong password"),
                    ("code", "wrong code of the second factor"),
                ],
                default="",
                max_length=12,
                verbose_name="reason",
            ),
        ),
    ]
