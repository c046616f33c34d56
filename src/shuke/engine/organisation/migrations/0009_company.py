"""The company's profile."""

from django.db import migrations, models

LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]


class Migration(migrations.Migration):
    """Its table; who works with an installation already has no first run before him."""

    dependencies = [("organisation", "0008_role_second_factor")]

    operations = [
        migrations.CreateModel(
            name="Company",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(blank=True, max_length=80, verbose_name="company name")),
                ("short_name", models.CharField(blank=True, max_length=16, verbose_name="short name")),
                ("logo", models.CharField(blank=True, max_length=64, verbose_name="logo")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="telephone")),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="address")),
                ("support", models.CharField(blank=True, max_length=120, verbose_name="support contact")),
                (
                    "language",
                    models.CharField(
                        choices=LANGUAGES, default="zh-hans", max_length=12, verbose_name="language of new people"
                    ),
                ),
                ("settled", models.BooleanField(default=False, verbose_name="set up")),
            ],
            options={"verbose_name": "company profile", "verbose_name_plural": "company profiles"},
        ),
        # Who works with an installation already needs no guide to its beginning.
        migrations.RunSQL(
            "INSERT INTO organisation_company (id, name, short_name, logo, phone, address, support, language, settled) "
            "SELECT 1, '', '', '', '', '', '', 'zh-hans', true WHERE (SELECT count(*) FROM organisation_user) > 1",
            migrations.RunSQL.noop,
        ),
    ]
