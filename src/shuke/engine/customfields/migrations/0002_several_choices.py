"""Custom fields may hold several choices."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Only what forms offer and say is different; the column stays as it is."""

    dependencies = (("customfields", "0001_initial"),)

    operations = (
        migrations.AlterField(
            model_name="customfield",
            name="kind",
            field=models.CharField(
                choices=[
                    ("text", "Text, one line"),
                    ("long_text", "Text, several lines"),
                    ("integer", "Whole number"),
                    ("decimal", "Number with decimals"),
                    ("money", "Amount of money"),
                    ("boolean", "Yes or no"),
                    ("date", "Date"),
                    ("datetime", "Date and time"),
                    ("option", "Choice from a list"),
                    ("options", "Several choices from a list"),
                    ("link", "Link to another record"),
                    ("phone", "Telephone number"),
                    ("email", "E-mail address"),
                    ("url", "Web address"),
                    ("formula", "Formula"),
                ],
                default="text",
                max_length=16,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="customfield",
            name="options",
            field=models.TextField(
                blank=True, help_text="For choices from a list: one a line.", verbose_name="choices"
            ),
        ),
    )
