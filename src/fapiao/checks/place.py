"""place (地区相符): the issuing region in the number against the seller's registration."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from fapiao.check import Check
from fapiao.finding import Finding
from fapiao.identity import region_of
from fapiao.invoice import Invoice
from fapiao.numbers import region as regions
from fapiao.numbers import taxpayer


def findings(invoice: Invoice) -> Iterator[Finding]:
    """Yield a note where they differ: allowed (a branch issues where it is), but worth a look; and an unknown region."""
    issued, seller = region_of(invoice), invoice.seller.tax_id
    number = invoice.digital_number or invoice.number or ""
    if issued is None and not invoice.code and len(number) == 20:
        yield Finding(
            code="place",
            path="number",
            severity="warning",
            message=f"号码第 3、4 位 {number[2:4]} 不是地区代码",
            message_en=f"digits 3–4 ({number[2:4]}) name no region",
        )
    registered = taxpayer.explain(seller).region if seller and taxpayer.is_uscc(seller) else None
    if issued and registered and issued != registered and invoice.kind not in ("51", "61"):
        yield Finding(
            code="place",
            path="region",
            severity="note",
            message=f"发票由{regions.name(issued)}开具，销方登记在{regions.name(registered)}",
            message_en=f"issued in {regions.name(issued, 'en')}, the seller is registered in {regions.name(registered, 'en')}",
        )


CHECK = Check(
    code="place",
    label="地区与销方相符",
    label_en="Region fits the seller",
    meaning="号码里的地区，应当与销方税号的地区相符",
    meaning_en="The region in the number should be that of the seller's taxpayer number",
    source="数电发票号码编码规则第 3–4 位；GB/T 2260",
    since=date(2011, 2, 1),
    findings=findings,
)
