"""Flaws (入库缺陷): why an invoice cannot be held: missing fields, an impossible number, sums that cannot be right."""

from __future__ import annotations

from decimal import Decimal

from fapiao.invoice import Invoice
from fapiao.numbers import digital, legacy

MOST = Decimal(10) ** 15
"""元 that no sum reaches; a figure beyond is no money, and would not fit the columns."""
TOLERANCE = Decimal("0.01")
REQUIRED = ("kind", "number", "issued_on", "amount", "total")
WITHOUT_SELLER = frozenset({"51", "61"})
"""Kinds whose documents name no seller: railway and air tickets."""


def flaws(invoice: Invoice | None, *, own: bool = False) -> tuple[str, ...]:
    """Return why an invoice cannot be held (contract §5), nothing where it can.

    ``own`` marks an asker's own file, whose railway and air tickets name no seller.
    """
    if invoice is None:
        return ("unreadable",)
    amount, total = invoice.amount, invoice.total
    if amount is None or total is None or not (invoice.kind and invoice.number and invoice.issued_on):
        return _missing(invoice, own)
    if not invoice.seller.tax_id and not (own and invoice.kind in WITHOUT_SELLER):
        return _missing(invoice, own)
    if not all(is_money(each) for each in (amount, invoice.tax, total)):
        return ("money:beyond",)
    slip = _impossible(invoice)
    found = (f"number:{slip}",) if slip else ()
    if invoice.tax is not None and abs(amount + invoice.tax - total) > TOLERANCE:
        return (*found, "sum:amount+tax!=total")
    return found


def is_money(value: Decimal | None) -> bool:
    """Tell whether a sum can be held: a finite number of usual size, or none."""
    return value is None or (value.is_finite() and abs(value) < MOST)


def _missing(invoice: Invoice, own: bool) -> tuple[str, ...]:
    missing = [name for name in REQUIRED if getattr(invoice, name) in (None, "")]
    if not invoice.seller.tax_id and not (own and invoice.kind in WITHOUT_SELLER):
        missing.append("seller.tax_id")
    return tuple(f"missing:{name}" for name in missing)


def _impossible(invoice: Invoice) -> str | None:
    number = invoice.number or ""
    if invoice.code:
        slip = legacy.impossible(invoice.code, number)
        if slip is None and invoice.digital_number:
            slip = digital.impossible(invoice.digital_number)
    else:
        slip = digital.impossible(number)
    return slip.code if slip else None
