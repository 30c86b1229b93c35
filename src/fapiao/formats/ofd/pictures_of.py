"""QR codes of an OFD (OFD 二维码): images among a document's resources, PNG, JPEG or JBIG2."""

from __future__ import annotations

import io
import posixpath
from collections.abc import Iterator

from lxml import etree
from PIL import Image

from fapiao.errors import FapiaoError
from fapiao.formats.ofd.drawn_codes import drawn_payloads
from fapiao.formats.ofd.package import Document, Package, named, text_of
from fapiao.pictures import decode_qr

MOST_PICTURES = 12
MOST_BYTES = 400_000
MOST_SIDE = 2_000
MOST_SCAN_BYTES = 16 * 2**20
MOST_SCAN_SIDE = 10_000
_SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff")
_JBIG2 = b"\x97JB2\r\n\x1a\n"


def payloads_of(document: Document, *, patient: bool) -> list[str]:
    """Return the payloads of the first picture that reads, small square ones first; an empty list where none reads.

    ``patient`` tries harder, and whole scanned pages too: for documents that say nothing else.
    """
    package = document.package
    found = sorted(dict.fromkeys(_pictures(document)), key=package.archive.size_of)
    files = [real for real in found if package.archive.size_of(real) <= MOST_BYTES][:MOST_PICTURES]
    for harder in (False, True) if patient else (False,):
        for real in files:
            picture = _draw(_bytes(package, real), MOST_SIDE, square=True)
            payloads = decode_qr(picture, patient=harder) if picture else []
            if payloads:
                return payloads
    return drawn_payloads(document) or (_scanned(package, _loose(package, found)) if patient else [])


def _loose(package: Package, found: list[str]) -> list[str]:
    """Return the listed pictures and, where none is listed, those merely lying in the package."""
    return found or [real for real in package.archive.names if real.lower().endswith(_SUFFIXES)]


def _scanned(package: Package, found: list[str]) -> list[str]:
    for real in found[:MOST_PICTURES]:
        small = package.archive.size_of(real) <= MOST_SCAN_BYTES
        picture = _draw(_bytes(package, real), MOST_SCAN_SIDE, square=False) if small else None
        payloads = decode_qr(picture, patient=False) if picture else []
        if payloads:
            return payloads
    return []


def _pictures(document: Document) -> Iterator[str]:
    """Yield the real names of the pictures among a document's resources."""
    for folder, root in document.resources(b"MultiMedia"):
        for name in _media(root):
            real = _located(document.package, folder, root, name)
            if real:
                yield real


def _media(root: etree._Element) -> list[str]:
    return [
        location
        for media in named(root, "MultiMedia")
        if (media.get("Type") or "Image").lower() == "image"
        for location in text_of(media, "MediaFile")
    ]


def _located(package: Package, folder: str, root: etree._Element, name: str) -> str | None:
    base = posixpath.join(folder, (root.get("BaseLoc") or "").replace("\\", "/"))
    return (
        package.find(base, name)
        or package.find(folder, name)
        or package.find(posixpath.join(folder, "Res"), name)
    )


def _bytes(package: Package, real: str) -> bytes:
    try:
        return package.read(real)
    except FapiaoError:
        return b""


def _draw(data: bytes, side: int, *, square: bool) -> Image.Image | None:
    try:
        if data.startswith(_JBIG2):
            return _jbig2(data)
        picture = Image.open(io.BytesIO(data), formats=["PNG", "JPEG", "BMP", "GIF", "TIFF"])
        if max(picture.size) > side or (square and not 0.8 < picture.width / picture.height < 1.25):
            return None
        if picture.mode in ("RGBA", "LA", "P"):
            clear = picture.convert("RGBA")
            flat = Image.new("L", picture.size, 255)
            flat.paste(clear.convert("L"), mask=clear.getchannel("A"))
            return flat
        return picture.convert("L")
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError):
        return None


def _jbig2(data: bytes) -> Image.Image | None:
    """Draw a JBIG2 file: without its header it is a PDF image stream, and pdfium draws PDF images."""
    from fapiao.sandbox import SANDBOX

    try:
        width, height, pixels = SANDBOX.call("fapiao.jbig2:draw", data)
    except FapiaoError:
        return None
    return Image.frombytes("L", (width, height), pixels)
