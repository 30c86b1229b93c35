"""red-letter (红字规则): a red invoice is negative, names its blue one, and carries its confirmation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from fapiao.check import Check
from fapiao.finding import Finding
from fapiao.invoice import Invoice
from fapiao.numbers import confirmation


def findings(invoice: Invoice) -> Iterator[Finding]:
    """Yield what a red invoice lacks, and a negative invoice that names no blue one."""
    total = invoice.total
    if invoice.red is None:
        if total is not None and total < 0:
            yield _said(
                "red",
                "金额为负，但没有写明被红冲的蓝字发票",
                "negative, but no blue invoice is named",
                "note",
            )
        return
    if total is not None and total >= 0:
        yield _said("total", "红字发票的金额应为负数", "a red invoice's sums are negative", "error")
    if not invoice.red.original_number:
        yield _said(
            "red.original_number",
            "没有写明被红冲的蓝字发票号码",
            "the blue invoice's number is missing",
            "warning",
        )
    told = invoice.red.confirmation_number
    if told and not confirmation.is_valid(told):
        yield _said(
            "red.confirmation_number",
            "红字确认单编号不合规则",
            "the confirmation's number is malformed",
            "warning",
        )


def _said(path: str, message: str, message_en: str, severity: str) -> Finding:
    return Finding(code="red-letter", path=path, severity=severity, message=message, message_en=message_en)  # type: ignore[arg-type]


CHECK = Check(
    code="red-letter",
    label="红字规则",
    label_en="Red-letter rules",
    meaning="红字发票应当是负数，并写明原发票和红字信息",
    meaning_en="A red-letter invoice should be negative and name the original and its confirmation",
    source="税务总局公告 2024 年第 11 号",
    since=date(2024, 12, 1),
    findings=findings,
)
