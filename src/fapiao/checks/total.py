"""total (价税合计): amount plus tax equals the total, within 0.01."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from fapiao.check import Check
from fapiao.finding import Finding
from fapiao.invoice import Invoice

TOLERANCE = Decimal("0.01")


def findings(invoice: Invoice) -> Iterator[Finding]:
    """Yield a finding where the three sums do not fit; silent where one of them is not known."""
    amount, tax, total = invoice.amount, invoice.tax, invoice.total
    if amount is None or total is None or (tax is None and invoice.tax_text is None):
        return
    off = amount + (tax or 0) - total
    if abs(off) > TOLERANCE:
        yield Finding(
            code="total",
            path="total",
            severity="error",
            message=f"金额加税额与价税合计相差 {off}",
            message_en=f"amount plus tax differs from the total by {off}",
        )


CHECK = Check(
    code="total",
    label="价税合计相符",
    label_en="Sums add up",
    meaning="不含税金额加税额，应当等于价税合计",
    meaning_en="Amount and tax should add up to the total",
    source="发票管理办法实施细则：如实填开",
    since=date(2011, 2, 1),
    findings=findings,
)
