"""The QR code of an OFD (OFD 二维码): an image among its resources, PNG, JPEG or JBIG2."""

from __future__ import annotations

import io
import posixpath

from lxml import etree
from PIL import Image

from fapiao.errors import FapiaoError
from fapiao.formats.ofd.package import Package, named, text_of
from fapiao.pictures import decode_qr

MOST_PICTURES = 12
MOST_BYTES = 400_000
MOST_SIDE = 2_000
_JBIG2 = b"\x97JB2\r\n\x1a\n"


def payload_of(package: Package) -> str | None:
    """Return the first invoice payload among the pictures, small ones first; ``None`` where none reads."""
    files = [data for data in sorted(_pictures(package), key=len)[:MOST_PICTURES] if len(data) <= MOST_BYTES]
    for patient in (False, True):
        for data in files:
            picture = _draw(data)
            payloads = decode_qr(picture, patient=patient) if picture else []
            if payloads:
                return payloads[0]
    return None


def _pictures(package: Package) -> list[bytes]:
    found = []
    for base, document in package.documents:
        for kind in ("DocumentRes", "PublicRes"):
            for location in text_of(document, kind):
                part = package.part(base, location)
                if part:
                    found += [
                        data for name in _media(part[1]) if (data := _bytes(package, part[0], part[1], name))
                    ]
    return found


def _media(root: etree._Element) -> list[str]:
    return [
        location
        for media in named(root, "MultiMedia")
        if (media.get("Type") or "Image").lower() == "image"
        for location in text_of(media, "MediaFile")
    ]


def _bytes(package: Package, folder: str, root: etree._Element, name: str) -> bytes | None:
    base = posixpath.join(folder, root.get("BaseLoc") or "")
    real = (
        package.find(base, name)
        or package.find(folder, name)
        or package.find(posixpath.join(folder, "Res"), name)
    )
    try:
        return package.read(real) if real else None
    except FapiaoError:
        return None


def _draw(data: bytes) -> Image.Image | None:
    try:
        if data.startswith(_JBIG2):
            return _jbig2(data)
        picture = Image.open(io.BytesIO(data), formats=["PNG", "JPEG", "BMP", "GIF", "TIFF"])
        if picture.width > MOST_SIDE or not 0.8 < picture.width / picture.height < 1.25:
            return None
        if picture.mode in ("RGBA", "LA", "P"):
            flat = Image.new("RGB", picture.size, "white")
            flat.paste(picture.convert("RGBA"), mask=picture.convert("RGBA").getchannel("A"))
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
