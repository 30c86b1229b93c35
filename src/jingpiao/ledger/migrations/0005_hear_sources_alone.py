"""Hear a source in what it tells itself: the index of when a feed last spoke leaves out what people did."""

from django.db import migrations, models

DEEDS = ("announcement", "import-row", "outcome", "taxpayer", "trash", "untrash")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_find_by_sum")]

    operations = [
        migrations.RemoveIndex(model_name="journalentry", name="journal_spoke"),
        migrations.AddIndex(
            model_name="journalentry",
            index=models.Index(
                condition=models.Q(("type__in", DEEDS), _negated=True),
                fields=["feed", "known_at"],
                name="journal_spoke",
            ),
        ),
    ]
