"""Five ways (五路): one invoice as PDF text, OFD page, OFD tags, XML and QR code, each read by itself."""

from __future__ import annotations

import msgspec

from fapiao.draft import Draft
from fapiao.format import read_bytes
from fapiao.formats.ofd.package import Package
from fapiao.formats.ofd.sources import Sources
from fapiao.identity import settle
from fapiao.invoice import Invoice
from making import digital_face, ofd_files, shown, tax_control_face
from making.ofd_sheets import ofd_of
from making.sheets import Sheet, pdf_of

ALL = ("number", "code", "issued_on", "amount", "total", "kind")
PRINTED = (
    *ALL,
    "tax",
    "buyer",
    "seller",
    "lines",
    "drawer",
    "check_code",
    "total_in_words",
    "machine_number",
)
FACE = (*PRINTED, "remark", "payee", "reviewer")
SHARED = {
    "pdf": FACE,
    "ofd": FACE,
    "xml": (*ALL, "tax", "buyer", "seller", "lines", "drawer"),
    "tags": ("number", "issued_on", "amount", "tax", "total", "buyer", "seller", "drawer"),
    "qr": ("number", "code", "issued_on", "kind", "check_code"),
}
"""What each way tells; of the parties everywhere at least name and number."""


def face_of(invoice: Invoice) -> Sheet:
    """Return the page of an invoice of either era, without its code."""
    sheet = (tax_control_face if invoice.code else digital_face).face(invoice)
    sheet.pictures = []
    return sheet


def files_of(invoice: Invoice) -> dict[str, tuple[str, bytes]]:
    """Return the files by way: name and bytes."""
    sheet = face_of(invoice)
    return {
        "pdf": ("a.pdf", pdf_of([sheet])),
        "ofd": ("a.ofd", ofd_of([sheet])),
        "xml": ("a.xml", ofd_files.plain_xml(invoice)),
        "qr": ("a.png", shown.as_file(shown.qr_picture(shown.payload(invoice)))),
    }


def told_by_ways(invoice: Invoice) -> dict[str, Invoice]:
    """Return what each way tells of an invoice."""
    told: dict[str, Invoice] = {}
    for way, (name, data) in files_of(invoice).items():
        [reading] = read_bytes(data, name)
        assert reading.invoice is not None, (way, reading.error)
        told[way] = reading.invoice
    return told if invoice.code else told | {"tags": _tagged(invoice)}


def _tagged(invoice: Invoice) -> Invoice:
    parts = {name: data for name, data in ofd_files.digital(invoice).items() if "Attachs" not in name}
    [document] = Package(ofd_files.packed(parts)).documents()
    draft = Draft()
    draft.put_all(Sources(document).tagged, "tag")
    return settle(draft)


def as_printed(invoice: Invoice) -> Invoice:
    """Return an invoice with its remark as the face prints it: a 数电 one holds the accounts too."""
    rows = [] if invoice.code else digital_face.remark_rows(invoice)
    return msgspec.structs.replace(invoice, remark="".join(rows) or None) if rows else invoice


def shared(invoice: Invoice, way: str) -> Invoice:
    """Return the part of an invoice that a way tells."""
    kept = {name: getattr(invoice, name) for name in SHARED[way]}
    for side in ("buyer", "seller"):
        if way == "tags" and side in kept:
            kept[side] = msgspec.structs.replace(
                kept[side], address=None, phone=None, bank=None, account=None
            )
    return Invoice(**kept)
