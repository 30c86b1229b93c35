"""XBRL (电子凭证会计数据标准): vouchers of the ministry's taxonomies: ordinary, special, toll, rail, air."""

from __future__ import annotations

from fapiao.einvoice.document import no_invoice, read_document
from fapiao.format import Format, Reading, Readings
from fapiao.identity import findings_of


def sniff(data: bytes, name: str) -> int:
    """Tell XBRL by the taxonomy's address near the beginning, in any encoding."""
    if b"<" not in data[:1024]:
        return 0
    head = data[:16384].replace(b"\x00", b"")
    return 3 if b"xbrl.mof.gov.cn" in head and b"<" in head[:64] else 0


def read(data: bytes, name: str) -> Readings:
    """Yield every invoice. Errors: `not-an-invoice` for bank slips and fiscal receipts, `no-invoice`."""
    held = read_document(data, "element")
    if not held:
        raise no_invoice("凭证", "voucher")
    for place, each in enumerate(held, 1):
        invoice = each.build()
        yield Reading(
            file=name,
            page=place if len(held) > 1 else None,
            format="xbrl",
            route="element",
            invoice=invoice,
            findings=(*each.draft.findings, *findings_of(invoice)),
            routes=dict(each.draft.routes),
        )


FORMAT = Format(
    key="xbrl",
    label="电子凭证 XBRL",
    label_en="XBRL voucher",
    suffixes=(".xml", ".xbrl"),
    sniff=sniff,
    read=read,
)
