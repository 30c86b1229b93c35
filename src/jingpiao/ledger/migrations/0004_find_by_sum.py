"""Find invoices by their sums: two slips of the pen may fall anywhere in a number."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_compare_keys_by_bytes")]

    operations = [
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["total", "issued_on"], name="invoice_total"),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                condition=models.Q(("kind__lt", "50")), fields=["amount", "issued_on"], name="invoice_amount"
            ),
        ),
    ]
