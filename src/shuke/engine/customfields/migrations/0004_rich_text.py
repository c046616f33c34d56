"""Custom fields may hold text with formatting."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customfields", "0003_depending"),
    ]

    operations = [
        migrations.AlterField(
            model_name="customfield",
            name="kind",
            field=models.CharField(
                choices=[
                    ("text", "Text, one line"),
                    ("long_text", "Text, several lines"),
                    ("rich_text", "Text with formatting"),
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
    ]
