"""PDF (版式文件): embedded XML first, then the text layer, then the QR code of the page."""

from __future__ import annotations

from typing import Any

from fapiao.draft import Draft
from fapiao.einvoice import read_element
from fapiao.einvoice.reading import apply_extension
from fapiao.errors import FapiaoError
from fapiao.face import FaceReading, read_faces
from fapiao.finding import Finding
from fapiao.format import Format, Reading, Readings
from fapiao.formats.pdf.drawing import write
from fapiao.identity import findings_of, settle, tell_qr
from fapiao.markup import parse_xml
from fapiao.placed import PlacedPage, Run
from fapiao.qr import QrPayload, parse
from fapiao.sandbox import SANDBOX

_EMPTY = Finding(
    code="no-text-layer",
    path="",
    severity="warning",
    message="PDF 没有文字层，只从二维码读到了要素；请核对其余内容",
    message_en="the PDF has no text layer: only its QR code was read; compare the rest",
)


def sniff(data: bytes, name: str) -> int:
    """Tell PDF by its mark, which may stand after some junk."""
    return 3 if data.startswith(b"%PDF") else 2 if b"%PDF-" in data[:8192] else 0


def read(data: bytes, name: str) -> Readings:
    """Yield every invoice. Errors: `file-encrypted`, `file-damaged`, `file-timeout`, `no-invoice`, `not-an-invoice`."""
    told = SANDBOX.call("fapiao.formats.pdf.pages:read_pages", data)
    notes = _skipped(told)
    attached = [found for each in told["attachments"] if (found := _attached(each[1]))]
    pages = [
        PlacedPage(page[0], page[1], tuple(Run(*run) for run in page[2]), number)
        for number, page in enumerate(told["pages"], 1)
    ]
    faces = read_faces(pages)
    payloads = {number: [parse(text) for text in page[3]] for number, page in enumerate(told["pages"], 1)}
    if len(attached) == 1 and len(faces) <= 1:
        yield _reading(name, faces[0] if faces else None, payloads, notes, attached[0])
    elif faces:
        for face in faces:
            yield _reading(name, face, payloads, notes, None)
    else:
        yield from _by_qr(name, payloads, notes)


def _attached(data: bytes) -> tuple[Draft, dict[str, Any]] | None:
    draft = Draft()
    try:
        extension = read_element(parse_xml(data), draft, "attachment")
    except FapiaoError:
        return None
    return (draft, extension) if draft.get("number") else None


def _reading(
    name: str,
    face: FaceReading | None,
    payloads: dict[int, list[QrPayload]],
    notes: tuple[Finding, ...],
    attached: tuple[Draft, dict[str, Any]] | None,
) -> Reading:
    draft, extension = attached or (Draft(), {})
    if face:
        for path, value in face.fields.items():
            draft.put(path, value, "text-layer")
    for payload in _own_payloads(face, payloads, draft.get("number")):
        tell_qr(draft, payload)
    invoice = apply_extension(settle(draft), extension)
    page = face.pages[0] if face else 1
    return Reading(
        file=name,
        page=page,
        format="pdf",
        route=draft.main_route,
        invoice=invoice,
        findings=(*notes, *draft.findings, *findings_of(invoice)),
        routes=dict(draft.routes),
    )


def _own_payloads(
    face: FaceReading | None, payloads: dict[int, list[QrPayload]], number: str | None
) -> list[QrPayload]:
    pages = face.pages if face else tuple(payloads)
    found = [payload for page in pages for payload in payloads.get(page, ())]
    return [payload for payload in found if number is None or payload.number == number][:1] or found[:1]


def _by_qr(name: str, payloads: dict[int, list[QrPayload]], notes: tuple[Finding, ...]) -> Readings:
    found = {payload.raw: (page, payload) for page, group in payloads.items() for payload in group}
    if not found:
        raise FapiaoError(
            "no-invoice", "PDF 里没有找到发票的文字或二维码", "no invoice text or QR code in the PDF"
        )
    for page, payload in found.values():
        draft = Draft()
        tell_qr(draft, payload)
        yield Reading(
            file=name,
            page=page,
            format="pdf",
            route="qr",
            invoice=settle(draft),
            findings=(*notes, _EMPTY),
        )


def _skipped(told: dict[str, Any]) -> tuple[Finding, ...]:
    count, done = told["count"], len(told["pages"])
    if done >= count:
        return ()
    return (
        Finding(
            code="pages-skipped",
            path="",
            severity="warning",
            message=f"文件有 {count} 页，只读了前 {done} 页",
            message_en=f"{count} pages, only the first {done} were read",
        ),
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
