"""PDF (版式文件): embedded XML first, then the text layer, then the QR code of the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from fapiao.draft import Draft
from fapiao.einvoice import read_element
from fapiao.einvoice.reading import apply_extension
from fapiao.enclosed import read_enclosed
from fapiao.errors import FapiaoError
from fapiao.face import FaceReading, read_faces
from fapiao.face.papers import is_garbled
from fapiao.finding import Finding
from fapiao.format import Format, Reading, Readings
from fapiao.formats.pdf.drawing import write
from fapiao.formats.pdf.notes import GARBLED, ONLY_QR, nothing, skipped, unsearched
from fapiao.identity import findings_of, settle, tell_qr
from fapiao.markup import parse_xml
from fapiao.placed import PlacedPage, Run
from fapiao.qr import QrPayload, parse
from fapiao.sandbox import SANDBOX

Attached = tuple[Draft, dict[str, Any]]
Payloads = dict[int, list[QrPayload]]
_ENCLOSED = (b"%PDF", b"PK\x03\x04")


def sniff(data: bytes, name: str) -> int:
    """Tell PDF by its mark, which may stand after some junk."""
    return 3 if data.startswith(b"%PDF") else 2 if b"%PDF-" in data[:8192] else 0


def read(data: bytes, name: str) -> Readings:
    """Yield every invoice. Errors: `file-encrypted`, `file-damaged`, `file-timeout`, `no-invoice`, `not-an-invoice`."""
    told = SANDBOX.call("fapiao.formats.pdf.pages:read_pages", data)
    notes = skipped(told["count"], len(told["pages"])) + unsearched(told["unsearched"])
    attached, refused = _attached(told["attachments"])
    pages, garbled = _pages(told["pages"])
    notes += (GARBLED,) if garbled else ()
    payloads = {number: [parse(text) for text in page[3]] for number, page in enumerate(told["pages"], 1)}
    faces = _faces(pages, expected=bool(attached) or any(payloads.values()))
    found = list(_readings(name, faces, payloads, notes, attached))
    found += _by_qr(name, faces, payloads, notes, attached)
    numbers = {each.invoice.number for each in found if each.invoice and each.invoice.number}
    files = [(title, data) for title, data in told["attachments"] if data.startswith(_ENCLOSED)]
    found += [msgspec.structs.replace(each, file=name) for each in read_enclosed(files, numbers)]
    if not found:
        raise refused or nothing(told["count"], len(told["pages"]), garbled=garbled)
    yield from found


def _pages(told: Sequence[Any]) -> tuple[list[PlacedPage], bool]:
    """Return the pages whose text can be trusted, and whether some cannot."""
    pages = [
        PlacedPage(page[0], page[1], tuple(Run(*run) for run in page[2]), number)
        for number, page in enumerate(told, 1)
    ]
    trusted = [page for page in pages if not is_garbled("\n".join(run.text for run in page.runs))]
    return trusted, len(trusted) < len(pages)


def _faces(pages: Sequence[PlacedPage], *, expected: bool) -> list[FaceReading]:
    """Return the faces; another kind of paper is an error only where nothing else in the file is an invoice."""
    try:
        return read_faces(pages)
    except FapiaoError:
        if expected:
            return []
        raise


def _attached(told: Sequence[Any]) -> tuple[dict[str, Attached], FapiaoError | None]:
    """Return the embedded invoices by number, the first of each, and why another voucher was refused."""
    found: dict[str, Attached] = {}
    refused: FapiaoError | None = None
    for _, data in told:
        draft = Draft()
        try:
            extension = read_element(parse_xml(data), draft, "attachment")
        except FapiaoError as slip:
            refused = slip if slip.code == "not-an-invoice" else refused
            continue
        if draft.get("number"):
            found.setdefault(draft.get("number"), (draft, extension))
    return found, refused


def _readings(
    name: str,
    faces: Sequence[FaceReading],
    payloads: Payloads,
    notes: tuple[Finding, ...],
    attached: dict[str, Attached],
) -> Iterator[Reading]:
    """Yield the faces with what is attached to each, then what is attached to none."""
    left = dict(attached)
    if len(faces) == 1 and len(left) == 1:
        yield _reading(name, faces[0], payloads, notes, left.popitem()[1])
        return
    for face in faces:
        number = face.fields.get("digital_number") or face.fields.get("number")
        yield _reading(name, face, payloads, notes, left.pop(number or "", None))
    for each in left.values():
        yield _reading(name, None, payloads, notes, each)


def _reading(
    name: str,
    face: FaceReading | None,
    payloads: Payloads,
    notes: tuple[Finding, ...],
    attached: Attached | None,
) -> Reading:
    draft, extension = attached or (Draft(), {})
    if face:
        draft.put_all(face.fields, "text-layer")
    for payload in _own_payloads(face, payloads, draft.get("digital_number") or draft.get("number")):
        tell_qr(draft, payload)
    invoice = apply_extension(settle(draft), extension)
    return Reading(
        file=name,
        page=face.pages[0] if face else 1,
        format="pdf",
        route=draft.main_route,
        invoice=invoice,
        findings=(*notes, *(face.findings if face else ()), *draft.findings, *findings_of(invoice)),
        routes=dict(draft.routes),
    )


def _own_payloads(face: FaceReading | None, payloads: Payloads, number: str | None) -> list[QrPayload]:
    """Return the code of this invoice; a page's only code counts even where its number differs."""
    pages = face.pages if face else tuple(payloads)
    found = [payload for page in pages for payload in payloads.get(page, ())]
    own = [payload for payload in found if number is None or payload.number == number]
    return (own or (found if len(found) == 1 else []))[:1]


def _by_qr(
    name: str,
    faces: Sequence[FaceReading],
    payloads: Payloads,
    notes: tuple[Finding, ...],
    attached: dict[str, Attached],
) -> Iterator[Reading]:
    """Yield what only a code tells: on pages without a face, and not of an invoice that was told already."""
    covered = {page for face in faces for page in face.pages}
    numbers = {*attached, *(face.fields.get("number") for face in faces)}
    found = {
        payload.raw: (page, payload)
        for page, group in payloads.items()
        for payload in group
        if page not in covered and payload.number not in numbers
    }
    if len(attached) == 1 and not faces:
        return
    for page, payload in found.values():
        draft = Draft()
        tell_qr(draft, payload)
        invoice = settle(draft)
        yield Reading(
            file=name,
            page=page,
            format="pdf",
            route="qr",
            invoice=invoice,
            findings=(*notes, ONLY_QR, *draft.findings, *findings_of(invoice)),
            routes=dict(draft.routes),
        )


FORMAT = Format(
    key="pdf",
    label="PDF 版式文件",
    label_en="PDF",
    suffixes=(".pdf",),
    sniff=sniff,
    read=read,
    write=write,
)
