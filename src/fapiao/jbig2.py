"""JBIG2 (二值图像): drawn by pdfium, which knows it as a PDF image; runs inside the sandbox."""

from __future__ import annotations

import io
import struct

import pypdfium2 as pdfium

from fapiao.errors import FapiaoError

_HEADER = b"\x97JB2\r\n\x1a\n"
MOST_SIDE = 8_000


def draw(data: bytes) -> tuple[int, int, bytes]:
    """Return width, height and grey pixels of a JBIG2 file. Errors: `file-damaged`."""
    if not data.startswith(_HEADER) or len(data) < 30:
        raise FapiaoError("file-damaged")
    stream = data[9 if data[8] & 2 else 13 :]
    width, height = _page_size(stream)
    document = pdfium.PdfDocument(_one_page(stream, width, height))
    picture = document[0].render(scale=2.0).to_pil().convert("L")
    return picture.width, picture.height, picture.tobytes()


def _page_size(stream: bytes) -> tuple[int, int]:
    """Return the size that the page information segment (type 48) declares."""
    at = 0
    while at + 11 <= len(stream):
        kind = stream[at + 4] & 63
        length = struct.unpack_from(">I", stream, at + 7)[0]
        if kind == 48:
            width, height = struct.unpack_from(">II", stream, at + 11)
            if 0 < width <= MOST_SIDE and 0 < height <= MOST_SIDE:
                return width, height
            break
        at += 11 + length
    raise FapiaoError("file-damaged")


def _one_page(stream: bytes, width: int, height: int) -> bytes:
    out = io.BytesIO()
    offsets = []
    drawing = f"q {width} 0 0 {height} 0 0 cm /I Do Q".encode()
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]/Contents 4 0 R"
        f"/Resources<</XObject<</I 5 0 R>>>>>>".encode(),
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawing), drawing),
        b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 1"
        b"/Filter/JBIG2Decode/Length %d>>stream\n%s\nendstream" % (width, height, len(stream), stream),
    ]
    out.write(b"%PDF-1.5\n")
    for number, body in enumerate(bodies, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1))
    for offset in offsets:
        out.write(b"%010d 00000 n \n" % offset)
    out.write(b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, table))
    return out.getvalue()
