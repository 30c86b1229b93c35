"""words (大写相符): the amount in words says the same as the total, to the fen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from fapiao.check import Check
from fapiao.errors import FapiaoError
from fapiao.finding import Finding
from fapiao.invoice import Invoice
from fapiao.money import parse_words


def findings(invoice: Invoice) -> Iterator[Finding]:
    """Yield a finding where the words cannot be read or say another sum."""
    if not invoice.total_in_words or invoice.total is None:
        return
    try:
        said = parse_words(invoice.total_in_words)
    except FapiaoError:
        yield _said("大写金额认不出", "the amount in words cannot be read", "note")
        return
    if abs(said) != abs(invoice.total) or (said < 0 < invoice.total):
        yield _said(
            f"大写为 {said}，小写为 {invoice.total}", f"words say {said}, figures {invoice.total}", "error"
        )


def _said(message: str, message_en: str, severity: str) -> Finding:
    return Finding(
        code="words",
        path="total_in_words",
        severity="error" if severity == "error" else "note",
        message=message,
        message_en=message_en,
    )


CHECK = Check(
    code="words",
    label="大小写相符",
    label_en="Words and figures agree",
    meaning="大写金额应当与小写金额相等",
    meaning_en="The total in words should equal the total in figures",
    source="票据法第八条；会计基础工作规范第五十二条",
    since=date(1996, 6, 17),
    findings=findings,
)
