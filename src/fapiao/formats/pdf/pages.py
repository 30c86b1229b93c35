"""Pages of a PDF (PDF 页面): placed text, embedded files and QR payloads, read by pdfium inside the sandbox."""

from __future__ import annotations

import ctypes
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from fapiao.errors import FapiaoError
from fapiao.pictures import decode_qr

MOST_PAGES = 50
MOST_CHARACTERS = 60_000
POINT = 25.4 / 72
"""Millimetres in a PDF point."""
QR_PIXELS = (20, 2_000)
RENDER_SCALE = 2.0


def read_pages(data: bytes) -> dict[str, Any]:
    """Return pages, attachments and payloads: plain values, as they cross to the parent process.

    ``pages`` holds ``[width, height, runs, payloads]`` each, runs as ``[x, y, width, size, text]`` in millimetres from
    the top left. Errors: `file-encrypted`, `file-damaged`.
    """
    document = _open(data)
    count = len(document)
    pages, room = [], MOST_CHARACTERS
    for number in range(min(count, MOST_PAGES)):
        page = document[number]
        runs, used = _runs(page, room)
        room -= used
        pages.append([*(side * POINT for side in page.get_size()), runs, _payloads(page, bool(runs))])
        page.close()
        if room <= 0:
            break
    return {"count": count, "pages": pages, "attachments": _attachments(document)}


def _open(data: bytes) -> pdfium.PdfDocument:
    begin = data.find(b"%PDF", 0, 8192)
    try:
        return pdfium.PdfDocument(data[begin:] if begin > 0 else data)
    except pdfium.PdfiumError as slip:
        if "password" in str(slip).lower():
            raise FapiaoError("file-encrypted") from None
        raise FapiaoError("file-damaged", "PDF 损坏，打不开", "the PDF is damaged") from None


def _runs(page: pdfium.PdfPage, room: int) -> tuple[list[list[Any]], int]:
    text = page.get_textpage()
    count = min(text.count_chars(), room)
    height = page.get_height()
    glyphs = [glyph for place in range(count) if (glyph := _glyph(text.raw, place, height))]
    text.close()
    return _joined(glyphs), count


def _glyph(text: Any, place: int, height: float) -> tuple[float, float, float, float, str] | None:
    """Return one character by its origin: tight boxes would put "." and "：" on rows of their own."""
    sign = raw.FPDFText_GetUnicode(text, place)
    if sign <= 32 or sign in (0xA0, 0x3000, 0xFFFE, 0xFFFF) or 0xD800 <= sign <= 0xDFFF:
        return None
    if abs(raw.FPDFText_GetCharAngle(text, place)) > 0.05:
        return None
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(text, place, x, y)
    box = raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(text, place, box)
    size = abs(box.top - box.bottom) or raw.FPDFText_GetFontSize(text, place)
    return (
        x.value * POINT,
        (height - y.value) * POINT,
        max(box.right - x.value, 0.0) * POINT,
        size * POINT,
        chr(sign),
    )


def _joined(glyphs: list[tuple[float, float, float, float, str]]) -> list[list[Any]]:
    runs: list[list[Any]] = []
    for x, y, width, size, sign in glyphs:
        last = runs[-1] if runs else None
        if last and abs(last[1] - y) < 0.15 * size and -0.3 * size < x - (last[0] + last[2]) < 0.25 * size:
            last[2] = max(last[2], x + width - last[0])
            last[4] += sign
        else:
            runs.append([x, y, width, size, sign])
    return runs


def _payloads(page: pdfium.PdfPage, has_text: bool) -> list[str]:
    """Return QR payloads: first from small square pictures, then, at leisure, from those again and the drawn page."""
    pictures = [
        found
        for item in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=4)
        if (found := _square_picture(item))
    ]
    for patient in (False, True):
        for picture in pictures:
            payloads = decode_qr(picture, patient=patient)
            if payloads:
                return payloads
    if has_text and not _draws_squares(page):
        return []
    return decode_qr(page.render(scale=RENDER_SCALE).to_pil())


def _square_picture(item: Any) -> Any:
    try:
        width, height = item.get_px_size()
        low, high = QR_PIXELS
        if not (low <= width <= high and low <= height <= high and 0.7 < width / height < 1.4):
            return None
        return item.get_bitmap(render=False).to_pil()
    except (pdfium.PdfiumError, ValueError, KeyError, AttributeError):
        return None


def _draws_squares(page: pdfium.PdfPage) -> bool:
    """Tell whether a page draws so many little paths that they may be a code."""
    paths = sum(1 for _ in page.get_objects(filter=(raw.FPDF_PAGEOBJ_PATH,), max_depth=2))
    return paths > 20


def _attachments(document: pdfium.PdfDocument) -> list[list[Any]]:
    kept = []
    for place in range(min(document.count_attachments(), 20)):
        attached = document.get_attachment(place)
        try:
            data = bytes(attached.get_data())
        except pdfium.PdfiumError:
            continue
        if len(data) < 4 * 2**20:
            kept.append([attached.get_name(), data])
    return kept
