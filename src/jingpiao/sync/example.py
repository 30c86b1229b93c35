"""The example file (示例文件): a small table to try an import with, of invoices that do not exist."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from fapiao.invoice import Invoice, Party
from fapiao.tables.workbook_writing import csv_lines

SELLER = Party(name="示例销售有限公司", tax_id="91110000600037341L")
BUYER = Party(name="示例购买有限公司", tax_id="91330106673959654P")
ROWS = (("100.00", "6.00"), ("2500.00", "325.00"), ("88.50", "0.89"))


def example_file(today: date) -> bytes:
    """Return the example as CSV: three invoices of yesterday, and one whose sums do not add up."""
    return b"".join(csv_lines(_invoices(today - timedelta(days=1)), whole=False))


def _invoices(day: date) -> list[Invoice]:
    rows = [_invoice(day, place, Decimal(amount), Decimal(tax)) for place, (amount, tax) in enumerate(ROWS)]
    return [*rows, _invoice(day, len(rows), Decimal("10.00"), Decimal("1.30"), wrong=Decimal("9.00"))]


def _invoice(day: date, place: int, amount: Decimal, tax: Decimal, wrong: Decimal = Decimal(0)) -> Invoice:
    return Invoice(
        kind="82",
        kind_label="电子发票(普通发票)",
        number=f"{day:%y}112{day:%m%d}00000009{place:03d}",
        issued_on=day,
        amount=amount,
        tax=tax,
        total=amount + tax + wrong,
        seller=SELLER,
        buyer=BUYER,
    )
