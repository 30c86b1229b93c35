"""lines (明细勾稽): each line's quantity × price, tax at its rate, and the sums of all lines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from fapiao.check import Check
from fapiao.finding import Finding
from fapiao.invoice import Invoice, Line
from fapiao.money import decimal_or_none, round_to_fen

LINE, TAX, WHOLE = Decimal("0.01"), Decimal("0.06"), Decimal("1.27")
"""Tolerances of the tax-control era (errors 9355, 9999, 48192256154); none are published for 数电."""


def findings(invoice: Invoice) -> Iterator[Finding]:
    """Yield a finding for each line and sum that does not fit; what is not known is left alone."""
    for number, line in enumerate(invoice.lines):
        yield from _line(line, f"lines[{number}]")
    yield from _sums(invoice)


def _line(line: Line, path: str) -> Iterator[Finding]:
    if line.quantity and line.price and line.amount is not None:
        off = round_to_fen(line.quantity * line.price) - line.amount
        if abs(off) > LINE:
            yield _said(
                f"{path}.amount", f"数量乘单价与金额相差 {off}", f"quantity times price is off by {off}"
            )
    rate = decimal_or_none(line.rate) if line.rate else None
    if rate is not None and line.amount is not None and line.tax is not None:
        off = round_to_fen(line.amount * rate) - line.tax
        if abs(off) > TAX:
            yield _said(
                f"{path}.tax", f"按税率算出的税额相差 {off}", f"tax at the line's rate is off by {off}"
            )


def _sums(invoice: Invoice) -> Iterator[Finding]:
    amounts = [line.amount for line in invoice.lines if line.amount is not None]
    if not amounts or len(amounts) != len(invoice.lines) or invoice.amount is None:
        return
    off = sum(amounts, Decimal(0)) - invoice.amount
    if abs(off) > LINE:
        yield _said("amount", f"各行金额之和与合计相差 {off}", f"the lines' amounts are off the sum by {off}")
    taxes = [line.tax for line in invoice.lines if line.tax is not None]
    if invoice.tax is not None and len(taxes) == len(invoice.lines):
        off = sum(taxes, Decimal(0)) - invoice.tax
        if abs(off) > WHOLE:
            yield _said("tax", f"各行税额之和与合计相差 {off}", f"the lines' taxes are off the sum by {off}")


def _said(path: str, message: str, message_en: str) -> Finding:
    return Finding(code="lines", path=path, severity="warning", message=message, message_en=message_en)


CHECK = Check(
    code="lines",
    label="明细勾稽",
    label_en="Lines add up",
    meaning="每行数量乘单价应当等于金额，金额乘税率应当等于税额，各行加起来应当等于合计",
    meaning_en="Quantity times price should give each line's amount, amount times rate its tax, and the lines should add up to the sums",
    source="税控开票软件误差规则（9355、9999、48192256154）",
    since=date(2011, 2, 1),
    findings=findings,
)
