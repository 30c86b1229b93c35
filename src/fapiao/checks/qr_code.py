"""qr-code (二维码相符): the payload says the same as the face."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from fapiao.check import Check
from fapiao.errors import FapiaoError
from fapiao.finding import Finding
from fapiao.invoice import Invoice
from fapiao.numbers import check_code
from fapiao.qr import parse


def findings(invoice: Invoice) -> Iterator[Finding]:
    """Yield a finding for each field on which payload and face differ; its CRC alone proves nothing."""
    if not invoice.qr:
        return
    try:
        told = parse(invoice.qr).fields()
    except FapiaoError:
        return
    number = told.pop("number", None)
    if number and number not in (invoice.number, invoice.digital_number):
        yield _said("number", number, invoice.number)
    for name in ("code", "issued_on", "amount", "total"):
        held = getattr(invoice, name)
        if name in told and held is not None and told[name] != held:
            yield _said(name, told[name], held)
    code = told.get("check_code")
    if (
        code
        and invoice.check_code
        and check_code.is_valid(code)
        and not check_code.agree(code, invoice.check_code)
    ):
        yield _said("check_code", code, invoice.check_code)


def _said(path: str, payload: object, face: object) -> Finding:
    return Finding(
        code="qr-code",
        path=path,
        severity="warning",
        message=f"二维码为 {payload}，票面为 {face}",
        message_en=f"the QR code says {payload}, the face {face}",
    )


CHECK = Check(
    code="qr-code",
    label="二维码与票面相符",
    label_en="QR code fits the face",
    meaning="二维码里的号码、日期和金额，应当与票面一致",
    meaning_en="Number, date and amount in the QR code should be those on the face",
    source="票面二维码格式（公开样票复算）",
    since=date(2015, 12, 1),
    findings=findings,
)
