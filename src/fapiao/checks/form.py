"""form (票种与号码相符): the number has the form that its kind uses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from fapiao.check import Check
from fapiao.finding import Finding
from fapiao.invoice import Invoice
from fapiao.vocabulary import KINDS


def findings(invoice: Invoice) -> Iterator[Finding]:
    """Yield a finding where kind and number contradict each other."""
    kind, digits = KINDS.get(invoice.kind or ""), len(invoice.number or "")
    if kind is None or not digits:
        return
    fits = {
        "digital": digits == 20 and not invoice.code,
        "tax-control": digits == 8 and bool(invoice.code),
        "digital-paper": digits == 20 or (digits == 8 and bool(invoice.code)),
    }[kind.era]
    if not fits:
        yield Finding(
            code="form",
            path="number",
            severity="warning",
            message=f"{kind.label}的号码不应是这种形式",
            message_en=f"the number does not have the form of: {kind.label_en}",
        )


CHECK = Check(
    code="form",
    label="票种与号码相符",
    label_en="Number fits the kind",
    meaning="号码的位数和写法，应当是这种发票的样子",
    meaning_en="The number should have the length and form that this kind of invoice has",
    source="税务数字账户查验票种与号码规则",
    since=date(2011, 2, 1),
    findings=findings,
)
