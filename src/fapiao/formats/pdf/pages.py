"""Pages of a PDF (PDF 页面): placed text, embedded files and QR payloads, read by pdfium inside the sandbox."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from fapiao.errors import FapiaoError
from fapiao.face.papers import is_garbled
from fapiao.formats.pdf.glyphs import POINT, runs_of
from fapiao.pictures import decode_qr

MOST_PAGES = 50
MOST_CHARACTERS = 60_000
MOST_OBJECTS = 20_000
FEW_PATHS = 20
"""A page of text with no more paths than its form has draws no code with them."""
MANY_FIELDS, MOST_FIELDS = 5, 500
"""A page with so many form fields is a form whose values they are; a signature is a field too."""
QR_PIXELS = (20, 2_000)
SKETCHILY, DARK, LEAST_CODE = 0.5, 200, 14.0
"""A page is sketched at so many pixels a point; ink darker than this, over at least so many points, may be a code."""
COARSELY, FINELY = 2.0, 4.0
"""Pixels a point at which a page is drawn to find its code: coarsely first, finely where that fails."""
MOST_FINE = 3
"""So many pages of a file are searched at leisure at most: it takes the longest of all."""
MOST_SEARCHED = 50_000_000
"""So many pixels of a finely drawn page are searched, copies counted each."""
SECONDS_FOR_CODES = 5.0
"""After so long no more pages are drawn, so that what was read of the file is not lost to the sandbox's clock."""


def read_pages(data: bytes) -> dict[str, Any]:
    """Return pages, attachments and payloads: plain values, as they cross to the parent process.

    ``pages`` holds ``[width, height, runs, payloads]`` each, runs as ``[x, y, width, size, text]`` in millimetres from
    the top left. Errors: `file-encrypted`, `file-damaged`.
    """
    document = _open(data)
    count = len(document)
    pages: list[list[Any]] = []
    room, patience = MOST_CHARACTERS, _Patience()
    for number in range(min(count, MOST_PAGES)):
        page = _filled(document, number)
        seen = _Seen(page)
        runs, used, turn = runs_of(page, room, some_hidden=seen.hidden and seen.visible)
        room -= used
        text = "".join(run[4] for run in runs)
        readable = "票" in text and not is_garbled(text)
        payloads = [] if seen.empty else _payloads(page, seen, patience, readable=readable)
        left, bottom, right, top = page.get_bbox()
        sides = [(right - left) * POINT, (top - bottom) * POINT]
        pages.append([*(sides if turn % 2 == 0 else reversed(sides)), runs, payloads])
        page.close()
        if room <= 0:
            break
    return {
        "count": count,
        "pages": pages,
        "attachments": _attachments(document),
        "unsearched": patience.unsearched,
    }


def _filled(document: pdfium.PdfDocument, number: int) -> pdfium.PdfPage:
    """Return a page; where many form fields stand on it, their values as page content."""
    page = document[number]
    count = raw.FPDFPage_GetAnnotCount(page.raw)
    if count < MANY_FIELDS or sum(map(_is_field, _annotations(page.raw, count))) < MANY_FIELDS:
        return page
    flattened = raw.FPDFPage_Flatten(page.raw, raw.FLAT_NORMALDISPLAY)
    if flattened != raw.FLATTEN_SUCCESS:
        return page
    page.close()
    return document[number]


def _annotations(page: Any, count: int) -> Iterator[Any]:
    for place in range(min(count, MOST_FIELDS)):
        yield raw.FPDFPage_GetAnnot(page, place)


def _is_field(annotation: Any) -> bool:
    kind = raw.FPDFAnnot_GetSubtype(annotation)
    raw.FPDFPage_CloseAnnot(annotation)
    return bool(kind == raw.FPDF_ANNOT_WIDGET)


class _Patience:
    """How much longer codes are searched for in this file."""

    def __init__(self) -> None:
        self.fine, self.unsearched = MOST_FINE, 0
        self._until = time.monotonic() + SECONDS_FOR_CODES

    @property
    def lasts(self) -> bool:
        """Whether there is time for another page; a page given up is counted."""
        if time.monotonic() < self._until:
            return True
        self.unsearched += 1
        return False


def _open(data: bytes) -> pdfium.PdfDocument:
    begin = data.find(b"%PDF", 0, 8192)
    try:
        return pdfium.PdfDocument(data[begin:] if begin > 0 else data)
    except pdfium.PdfiumError as slip:
        if "password" in str(slip).lower():
            raise FapiaoError("file-encrypted") from None
        raise FapiaoError("file-damaged", "PDF 损坏，打不开", "the PDF is damaged") from None


class _Seen:
    """What a page is made of: whether pictures, how many paths, hidden or visible text."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        self.pictures = self.paths = 0
        self.hidden = self.visible = self.shaded = False
        for kind, item in _objects(page.raw):
            if kind == raw.FPDF_PAGEOBJ_IMAGE:
                self.pictures += 1
            elif kind == raw.FPDF_PAGEOBJ_PATH:
                self.paths += 1
            elif kind == raw.FPDF_PAGEOBJ_TEXT:
                if raw.FPDFTextObj_GetTextRenderMode(item) == raw.FPDF_TEXTRENDERMODE_INVISIBLE:
                    self.hidden = True
                else:
                    self.visible = True
            elif kind == raw.FPDF_PAGEOBJ_SHADING:
                self.shaded = True

    @property
    def empty(self) -> bool:
        """Whether nothing at all stands on the page."""
        return not (self.pictures or self.paths or self.hidden or self.visible or self.shaded)


def _objects(page: Any) -> Iterator[tuple[int, Any]]:
    """Yield kind and object of everything on a page, inside forms too."""
    waiting = [(raw.FPDFPage_GetObject, page, raw.FPDFPage_CountObjects(page), 0)]
    left = MOST_OBJECTS
    while waiting:
        get, holder, count, depth = waiting.pop()
        for place in range(min(count, left)):
            item = get(holder, place)
            kind = raw.FPDFPageObj_GetType(item)
            yield kind, item
            if kind == raw.FPDF_PAGEOBJ_FORM and depth < 4:
                inner = raw.FPDFFormObj_CountObjects(item)
                waiting.append((raw.FPDFFormObj_GetObject, item, inner, depth + 1))
        left -= min(count, left)


def _payloads(page: pdfium.PdfPage, seen: _Seen, patience: _Patience, *, readable: bool) -> list[str]:
    """Return QR payloads: first from small square pictures, then, at leisure, from those again and the drawn page."""
    pictures = _square_pictures(page) if seen.pictures else []
    found = [text for picture in pictures for text in decode_qr(picture, patient=False)]
    if not found and pictures and patience.fine and patience.lasts:
        found = [text for picture in pictures for text in decode_qr(picture, most=MOST_SEARCHED)]
        patience.fine -= 0 if found or readable else 1
    if found:
        return list(dict.fromkeys(found))
    may_draw = seen.paths > FEW_PATHS or (not readable and (seen.pictures or not seen.visible))
    if not may_draw or not patience.lasts:
        return []
    if _is_blank(page):
        return []
    found = decode_qr(_drawn(page, COARSELY), patient=False)
    if found or readable or not patience.fine:
        return found
    patience.fine -= 1
    return decode_qr(_drawn(page, FINELY), most=MOST_SEARCHED)


def _is_blank(page: pdfium.PdfPage) -> bool:
    """Tell, from a small drawing, whether nothing dark on the page is large enough for a code."""
    ink = _drawn(page, SKETCHILY).convert("L").point(lambda level: 255 if level < DARK else 0).getbbox()
    return ink is None or min(ink[2] - ink[0], ink[3] - ink[1]) < LEAST_CODE * SKETCHILY


def _drawn(page: pdfium.PdfPage, scale: float) -> Any:
    return page.render(scale=_bounded(page, scale)).to_pil()


def _bounded(page: pdfium.PdfPage, scale: float) -> float:
    """A page may be metres wide: draw no more than some ten million pixels."""
    width, height = page.get_size()
    return min(scale, float((12_000_000 / max(width * height, 1.0)) ** 0.5))


def _square_pictures(page: pdfium.PdfPage) -> list[Any]:
    items = page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=4)
    return [found for item in items if (found := _square_picture(item))][:20]


def _square_picture(item: Any) -> Any:
    try:
        width, height = item.get_px_size()
        low, high = QR_PIXELS
        if not (low <= width <= high and low <= height <= high and 0.7 < width / height < 1.4):
            return None
        return item.get_bitmap(render=False).to_pil()
    except (pdfium.PdfiumError, ValueError, KeyError, AttributeError):
        return None


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
