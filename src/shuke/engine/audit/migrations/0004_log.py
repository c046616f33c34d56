"""Where changes come from, and the indexes that the operation log is read by."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Reversible; all in one transaction, so that a kill leaves nothing half done."""

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
        migrations.AddIndex("change", models.Index(fields=["-at", "-id"], name="change_at")),
        migrations.AddIndex("change", models.Index(fields=["actor", "-at", "-id"], name="change_actor_at")),
        migrations.AddIndex("change", models.Index(fields=["resource", "-at", "-id"], name="change_resource_at")),
        migrations.AddIndex("change", models.Index(fields=["via", "-at", "-id"], name="change_via_at")),
        migrations.RemoveIndex("change", "change_actor"),
    ]
