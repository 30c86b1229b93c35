"""Plain invoices for tests that need just any."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from fapiao.invoice import Invoice, Party


def one(place: int) -> Invoice:
    return Invoice(
        kind="82",
        kind_label="电子发票(普通发票)",
        number=f"26112{place:015d}",
        issued_on=date(2026, 7, 1),
        amount=Decimal("1.00"),
        tax=Decimal("0.06"),
        total=Decimal("1.06"),
        seller=Party(name="甲", tax_id="91110000600037341L"),
    )
