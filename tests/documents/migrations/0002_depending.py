"""What offers take their sources and channels from."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0001_initial"),
        ("options", "0005_depending"),
    ]

    operations = [
        migrations.AddField(
            model_name="offer",
            name="channel",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="options.option",
                verbose_name="来源细分",
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="source",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="options.option",
                verbose_name="来源",
            ),
        ),
        migrations.AddField(
            model_name="offerline",
            name="channel",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="options.option",
                verbose_name="来源细分",
            ),
        ),
    ]
