"""What is offered as the company of a layout are companies; nothing changes in the database."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("layouts", "0002_companies")]

    operations = [
        migrations.AlterField(
            model_name="formlayout",
            name="company",
            field=models.ForeignKey(
                blank=True,
                help_text="Empty: for the people of every company. Companies below one have its layout, too.",
                limit_choices_to={"kind": "company"},
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisation.unit",
                verbose_name="company it is for",
            ),
        ),
    ]
