"""tax-id (税号校验): form and check sign of both parties' taxpayer numbers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from fapiao.check import Check
from fapiao.errors import NumberError
from fapiao.finding import Finding
from fapiao.invoice import Invoice
from fapiao.numbers import taxpayer
from fapiao.vocabulary import KINDS


def findings(invoice: Invoice) -> Iterator[Finding]:
    """Yield a finding for a number that cannot be right, and for a special invoice without its buyer's number."""
    for side, word, party in (("seller", "销方", invoice.seller), ("buyer", "购方", invoice.buyer)):
        if not party.tax_id or "*" in party.tax_id:
            continue
        try:
            taxpayer.validate(party.tax_id)
        except NumberError as slip:
            yield Finding(
                code="tax-id",
                path=f"{side}.tax_id",
                severity="warning",
                message=f"{word}税号可疑：{slip.message}",
                message_en=f"the {side}'s number looks wrong: {slip.message_en}",
            )
    kind = KINDS.get(invoice.kind or "")
    if kind and kind.special and invoice.buyer.name and not invoice.buyer.tax_id:
        yield Finding(
            code="tax-id",
            path="buyer.tax_id",
            severity="warning",
            message="专用发票应有购方税号",
            message_en="a special invoice carries its buyer's number",
        )


CHECK = Check(
    code="tax-id",
    label="税号校验",
    label_en="Taxpayer numbers",
    meaning="购销双方的税号，校验位应当算得对",
    meaning_en="The check digits of both parties' taxpayer numbers should be right",
    source="GB 32100-2015；税务总局公告 2017 年第 16 号",
    since=date(2015, 10, 1),
    findings=findings,
)
