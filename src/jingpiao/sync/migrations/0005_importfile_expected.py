from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sync", "0004_delays_by_kind_and_hour")]

    operations = [
        migrations.AddField(
            model_name="importfile",
            name="expected",
            field=models.IntegerField(null=True),
        ),
    ]
