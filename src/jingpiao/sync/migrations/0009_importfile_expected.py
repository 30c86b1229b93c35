from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sync", "0005_connection_visit")]

    operations = [
        migrations.AddField(
            model_name="importfile",
            name="expected",
            field=models.IntegerField(null=True),
        ),
    ]
