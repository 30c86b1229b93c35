"""day (日期相符): the year in the number is the year of issue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from fapiao.check import Check
from fapiao.finding import Finding
from fapiao.invoice import Invoice
from fapiao.numbers import digital, legacy


def findings(invoice: Invoice) -> Iterator[Finding]:
    """Yield a finding where number and date name different years; codes may be used up the year after."""
    day, number = invoice.issued_on, invoice.digital_number or (None if invoice.code else invoice.number)
    if day is None:
        return
    if number and digital.is_valid(number):
        year = digital.explain(number).year
        if year != day.year:
            yield _said(f"号码是 {year} 年的，开票日期是 {day}", f"the number is of {year}, the date {day}")
    elif invoice.code and len(invoice.code) in legacy.CODE_LENGTHS and invoice.code.isdigit():
        made = legacy.year_of(invoice.code)
        if made and not 0 <= day.year - made <= 3:
            yield _said(f"发票代码是 {made} 年的，开票日期是 {day}", f"the code is of {made}, the date {day}")


def _said(message: str, message_en: str) -> Finding:
    return Finding(code="day", path="issued_on", severity="warning", message=message, message_en=message_en)


CHECK = Check(
    code="day",
    label="日期与号码相符",
    label_en="Date fits the number",
    meaning="发票号码或代码里的年份，应当就是开票日期的年份",
    meaning_en="The year inside the number or code should be the year of issue",
    source="数电发票号码编码规则第 1–2 位；发票代码年份位",
    since=date(2011, 2, 1),
    findings=findings,
)
