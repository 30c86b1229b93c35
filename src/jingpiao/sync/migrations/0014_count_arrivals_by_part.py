from django.db import migrations, models

COUNT_WHAT_IS_HELD = """
INSERT INTO sync_arrivalhour (feed, hour, region, kind, count, stamp)
SELECT feed, known_at / 3600000000, region, kind, COUNT(*), 1 FROM ledger_invoice
WHERE version = 1 AND origin LIKE 'feed:%' AND feed NOT LIKE 'canary:%' GROUP BY feed, known_at / 3600000000, region, kind
"""


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0006_shelve_the_hopeless'),
        ('sync', '0013_correct_unread_lines'),
    ]

    operations = [
        migrations.CreateModel(
            name='ArrivalHour',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('feed', models.TextField()),
                ('region', models.TextField(default='')),
                ('kind', models.TextField(default='')),
                ('hour', models.IntegerField()),
                ('count', models.IntegerField()),
                ('stamp', models.BigIntegerField(db_index=True, default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('feed', 'hour', 'region', 'kind'), name='arrival_hour_once')],
            },
        ),
        migrations.RunSQL(COUNT_WHAT_IS_HELD, migrations.RunSQL.noop),
    ]
