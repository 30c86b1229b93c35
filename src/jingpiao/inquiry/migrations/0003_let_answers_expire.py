"""Parts learn when they were last used; answers that are deleted by age leave a mark."""

from datetime import UTC, datetime

from django.db import migrations, models

import jingpiao.columns


def used_now(apps, schema_editor):
    """Parts that are there already count as used today: nothing that an answer may need is taken for old."""
    apps.get_model("inquiry", "KeptPart").objects.update(used_at=datetime.now(UTC))


class Migration(migrations.Migration):

    dependencies = [
        ("inquiry", "0002_keep_situations_and_watch"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExpiredAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", jingpiao.columns.KeyField(unique=True)),
                ("asked_at", jingpiao.columns.InstantField()),
                ("expired_at", jingpiao.columns.InstantField()),
                ("kept_days", models.IntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["expired_at"], name="expired_at")],
            },
        ),
        migrations.AddField(
            model_name="keptpart",
            name="used_at",
            field=jingpiao.columns.InstantField(default=0),
            preserve_default=False,
        ),
        migrations.RunPython(used_now, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="keptpart",
            index=models.Index(fields=["used_at"], name="part_used"),
        ),
    ]
