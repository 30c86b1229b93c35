"""XML (数电 XML): the structured invoice, in the English, Chinese and pinyin dialects and the edrm one."""

from __future__ import annotations

from fapiao.draft import Draft
from fapiao.einvoice import read_element, write_element
from fapiao.einvoice.reading import apply_extension
from fapiao.errors import FapiaoError
from fapiao.format import Format, Reading, Readings
from fapiao.markup import parse_xml


def sniff(data: bytes, name: str) -> int:
    """Tell XML by its first sign; XBRL is another format's."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00")
    if not head.startswith(b"<"):
        return 0
    return 0 if b"xbrl.mof.gov.cn" in data[:8192] else 2


def read(data: bytes, name: str) -> Readings:
    """Yield the one invoice. Errors: `xml-damaged`, `xml-forbidden`, `no-invoice`, `not-an-invoice`."""
    draft = Draft()
    extension = read_element(parse_xml(data), draft, "element")
    if not draft.get("number") and not extension.get("number"):
        raise FapiaoError("no-invoice", "XML 里没有发票号码", "the XML names no invoice number")
    invoice = apply_extension(draft.build(), extension)
    yield Reading(
        file=name,
        format="xml",
        route="element",
        invoice=invoice,
        findings=tuple(draft.findings),
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
