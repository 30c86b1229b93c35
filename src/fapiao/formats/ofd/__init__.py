"""OFD (版式文件, GB/T 33190-2016): attachment, tags, metadata and page text, in this order of trust."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from fapiao.archive import names_one_of
from fapiao.draft import Draft
from fapiao.einvoice.document import Held
from fapiao.einvoice.reading import apply_extension
from fapiao.enclosed import read_enclosed
from fapiao.errors import FapiaoError
from fapiao.face import FaceReading
from fapiao.format import Format, Reading, Readings, Signature
from fapiao.formats.ofd.package import Document, Package
from fapiao.formats.ofd.pictures_of import payloads_of
from fapiao.formats.ofd.routes import tell
from fapiao.formats.ofd.sources import Sources
from fapiao.formats.ofd.writing import write
from fapiao.identity import findings_of, settle, tell_qr
from fapiao.invoice import Invoice
from fapiao.qr import QrPayload, parse
from fapiao.seal import check_signatures

_PASSED_OVER = ("no-invoice", "not-an-invoice")


def sniff(data: bytes, name: str) -> int:
    """Tell OFD: a zip whose directory names OFD.xml."""
    if not data.startswith(b"PK"):
        return 0
    listed = names_one_of(data, b"ofd.xml", b"encryptions.xml")  # a zip of OFD files names none of its own
    if listed is None:
        listed = b"OFD.xml" in data or b"Encryptions.xml" in data[-65_536:]
    return 3 if listed else 0


def read(data: bytes, name: str) -> Readings:
    """Yield every invoice. Errors: `file-damaged`, `file-encrypted`, `no-invoice`, `not-an-invoice` and those of zip."""
    package = Package(data)
    signature: Signature | None = None
    slips: list[FapiaoError] = []
    found: set[str] = set()
    documents = package.documents()
    for document in documents:
        try:
            for draft, extension, face in _invoices(document):
                if signature is None:
                    signature = check_signatures(package.read, package.archive.names, package.signature_lists)
                reading = _reading(name, draft, extension, face, signature)
                found.add((reading.invoice and reading.invoice.number) or "")
                yield reading
        except FapiaoError as slip:
            if slip.code not in _PASSED_OVER:
                raise
            slips.append(slip)
    for document in documents:
        for reading in read_enclosed(document.enclosed(), found):
            found.add((reading.invoice and reading.invoice.number) or "")
            yield msgspec.structs.replace(reading, file=name)
    if not found:
        raise next((slip for slip in slips if slip.code == "not-an-invoice"), slips[0])


def _invoices(document: Document) -> Iterator[tuple[Draft, dict[str, Any], FaceReading | None]]:
    """Yield each invoice of a document: its draft with every route told, its extension, its face.

    Errors: `no-invoice`, `not-an-invoice`, and `file-damaged` where nothing can be read at all.
    """
    sources = Sources(document)
    pairs = _pairs(sources)
    payloads: list[QrPayload] | None = None
    for held, face in pairs:
        draft, extension = (held.draft, held.extension) if held else (Draft(), {})
        for fields, route in ((sources.tagged, "tag"), (sources.metadata, "metadata")):
            if len(pairs) == 1 or _names(fields, held, face):
                tell(draft, fields, route)
        if face:
            tell(draft, face.fields, "text-layer")
        if draft.get("qr") is None and not extension.get("qr"):
            if payloads is None:
                payloads = [parse(text) for text in payloads_of(document, patient=not draft.get("number"))]
            for payload in payloads:
                if len(pairs) == 1 or payload.number in (None, draft.get("number")):
                    tell_qr(draft, payload)
                    break
        if not draft.get("number") and not extension.get("number"):
            raise sources.refusal()
        yield draft, extension, face


def _pairs(sources: Sources) -> list[tuple[Held | None, FaceReading | None]]:
    """Bring attachments and faces of the same number together; one of each belong together whatever they say."""
    held, faces = sources.held, sources.faces
    if len(held) <= 1 and len(faces) <= 1:
        return [(next(iter(held), None), next(iter(faces), None))]
    pairs: list[tuple[Held | None, FaceReading | None]] = []
    left = list(faces)
    for each in held:
        face = next((face for face in left if _number_of(face.fields) == each.number), None)
        if face:
            left.remove(face)
        pairs.append((each, face))
    if len(held) == 1 and pairs[0][1] is None:
        pairs[0] = (held[0], left.pop(0))
    return [*pairs, *((None, face) for face in left)]


def _number_of(fields: dict[str, Any]) -> str | None:
    return fields.get("number")


def _names(fields: dict[str, Any], held: Held | None, face: FaceReading | None) -> bool:
    number = held.number if held else _number_of(face.fields) if face else None
    return number is not None and fields.get("number") == number


def _reading(
    name: str,
    draft: Draft,
    extension: dict[str, Any],
    face: FaceReading | None,
    signature: Signature,
) -> Reading:
    invoice = apply_extension(settle(draft), extension)
    if (
        invoice.tax is None
        and invoice.amount is not None
        and invoice.amount == invoice.total
        and invoice.tax_text is None
    ):
        invoice = msgspec.structs.replace(invoice, tax_text="***" if _exempt(invoice) else None)
    return Reading(
        file=name,
        page=face.pages[0] if face else 1,
        format="ofd",
        route=draft.main_route,
        invoice=invoice,
        findings=(*draft.findings, *(face.findings if face else ()), *findings_of(invoice)),
        signature=signature,
        routes=dict(draft.routes),
    )


def _exempt(invoice: Invoice) -> bool:
    return bool(invoice.lines) and all(line.tax is None for line in invoice.lines)


FORMAT = Format(
    key="ofd",
    label="OFD 版式文件",
    label_en="OFD",
    suffixes=(".ofd",),
    sniff=sniff,
    read=read,
    write=write,
)
