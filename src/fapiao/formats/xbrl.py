"""XBRL (电子凭证会计数据标准): vouchers of the ministry's taxonomies: ordinary, special, toll, rail, air."""

from __future__ import annotations

from fapiao.draft import Draft
from fapiao.einvoice import read_element
from fapiao.errors import FapiaoError
from fapiao.format import Format, Reading, Readings
from fapiao.markup import parse_xml


def sniff(data: bytes, name: str) -> int:
    """Tell XBRL by the taxonomy's address near the beginning."""
    return 3 if b"xbrl.mof.gov.cn" in data[:8192] and b"<" in data[:64] else 0


def read(data: bytes, name: str) -> Readings:
    """Yield the one invoice. Errors: `not-an-invoice` for bank slips and fiscal receipts, `no-invoice`."""
    draft = Draft()
    read_element(parse_xml(data), draft, "element")
    if not draft.get("number"):
        raise FapiaoError("no-invoice", "凭证里没有发票号码", "the voucher names no invoice number")
    yield Reading(
        file=name,
        format="xbrl",
        route="element",
        invoice=draft.build(),
        findings=tuple(draft.findings),
    )


FORMAT = Format(
    key="xbrl",
    label="电子凭证 XBRL",
    label_en="XBRL voucher",
    suffixes=(".xml", ".xbrl"),
    sniff=sniff,
    read=read,
)
