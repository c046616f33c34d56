"""Rules have series, so that a changed rule counts anew; the counters so far are those of each rule's first series."""

from django.db import migrations, models

FORTH = "UPDATE numbering_counter SET series = replace(series, ':', ':0:')"
BACK = (
    "DELETE FROM numbering_counter WHERE split_part(series, ':', 2) <> '0';"
    "UPDATE numbering_counter SET series = replace(series, ':0:', ':')"
)


class Migration(migrations.Migration):
    dependencies = [("numbering", "0001_initial")]

    operations = [
        migrations.AddField("numberingrule", "series", models.IntegerField(default=0)),
        migrations.AddField("numberingrule", "start", models.BigIntegerField(default=1, verbose_name="next serial")),
        migrations.AddField("numberingrule", "start_in", models.CharField(blank=True, default="", max_length=8)),
        migrations.RunSQL(FORTH, BACK),
    ]
