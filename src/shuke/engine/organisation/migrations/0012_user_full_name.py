from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisation", "0011_builtin_words"),
    ]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="name",
            field=models.CharField(max_length=64, verbose_name="full name"),
        ),
    ]
