"""XML (数电 XML): the structured invoice, in the English, Chinese and pinyin dialects and the edrm one."""

from __future__ import annotations

from fapiao.einvoice import write_element
from fapiao.einvoice.document import no_invoice, read_document
from fapiao.format import Format, Reading, Readings
from fapiao.identity import findings_of


def sniff(data: bytes, name: str) -> int:
    """Tell XML by its first sign; XBRL is another format's."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00")
    if not head.startswith(b"<"):
        return 0
    return 0 if b"xbrl.mof.gov.cn" in data[:16384].replace(b"\x00", b"") else 2


def read(data: bytes, name: str) -> Readings:
    """Yield every invoice. Errors: `xml-damaged`, `xml-forbidden`, `no-invoice`, `not-an-invoice`."""
    held = read_document(data, "element")
    if not held:
        raise no_invoice("XML ", "XML")
    for place, each in enumerate(held, 1):
        invoice = each.build()
        yield Reading(
            file=name,
            page=place if len(held) > 1 else None,
            format="xml",
            route="element",
            invoice=invoice,
            findings=(*each.draft.findings, *findings_of(invoice)),
            routes=dict(each.draft.routes),
        )


FORMAT = Format(
    key="xml",
    label="数电 XML",
    label_en="E-invoice XML",
    suffixes=(".xml",),
    sniff=sniff,
    read=read,
    write=write_element,
)
