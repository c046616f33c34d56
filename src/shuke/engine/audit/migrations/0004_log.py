"""Where changes come from, and the indexes that the operation log is read by; made while people go on working."""

from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Reversible; outside a transaction, as indexes made concurrently must be."""

    atomic = False

    dependencies = [
        ("audit", "0003_derived"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="change",
            name="address",
            field=models.GenericIPAddressField(null=True, verbose_name="network address"),
        ),
        AddIndexConcurrently("change", models.Index(fields=["-at", "-id"], name="change_at")),
        AddIndexConcurrently("change", models.Index(fields=["actor", "-at", "-id"], name="change_actor_at")),
        AddIndexConcurrently("change", models.Index(fields=["resource", "-at", "-id"], name="change_resource_at")),
        AddIndexConcurrently("change", models.Index(fields=["via", "-at", "-id"], name="change_via_at")),
        RemoveIndexConcurrently("change", "change_actor"),
    ]
