"""Options may belong to options of another dictionary, or of their own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("options", "0004_own_regions"),
    ]

    operations = [
        migrations.AddField(
            model_name="dictionary",
            name="above",
            field=models.ForeignKey(
                blank=True,
                help_text="For choices that depend on another one, as a city on its province. Itself, for levels.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="options.dictionary",
                verbose_name="belongs to the options of",
            ),
        ),
        migrations.AddField(
            model_name="option",
            name="parent",
            field=models.ForeignKey(
                blank=True,
                help_text="Offered only where this is chosen. For dictionaries that belong to the options of another.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="options.option",
                verbose_name="belongs to",
            ),
        ),
    ]
