"""Watches learn who waits, so that nobody waits for too many at once."""

import jingpiao.columns
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('inquiry', '0003_let_answers_expire'),
    ]

    operations = [
        migrations.AddField(
            model_name='watch',
            name='by',
            field=jingpiao.columns.KeyField(default=''),
        ),
        migrations.AddField(
            model_name='watch',
            name='origin',
            field=jingpiao.columns.KeyField(default=''),
        ),
        migrations.AddIndex(
            model_name='watch',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['by'], name='watch_by'),
        ),
        migrations.AddIndex(
            model_name='watch',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['origin'], name='watch_origin'),
        ),
    ]
