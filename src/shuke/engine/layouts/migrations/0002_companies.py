"""Layouts may be for the people of one company."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("layouts", "0001_form_layouts"),
        ("organisation", "0010_builtin_roles"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="formlayout",
            name="form_layout_once",
        ),
        migrations.AddField(
            model_name="formlayout",
            name="company",
            field=models.ForeignKey(
                blank=True,
                help_text="Empty: for the people of every company. Companies below one have its layout, too.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisation.unit",
                verbose_name="company it is for",
            ),
        ),
        migrations.AddConstraint(
            model_name="formlayout",
            constraint=models.UniqueConstraint(
                condition=models.Q(("deleted_at__isnull", True)),
                fields=("object", "role", "company"),
                name="form_layout_once",
                nulls_distinct=False,
                violation_error_message="This object has a layout for these people already. Change that one.",
            ),
        ),
    ]
