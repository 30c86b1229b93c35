"""Images (图片): the QR code on a photo, scan or screenshot of an invoice. There is no OCR in this version."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from fapiao.draft import Draft
from fapiao.errors import FapiaoError
from fapiao.finding import Finding
from fapiao.format import Format, Reading, Readings
from fapiao.identity import findings_of, settle, tell_qr
from fapiao.pictures import decode_qr
from fapiao.qr import parse
from fapiao.sandbox import SANDBOX

MOST_PIXELS = 40_000_000
LEAST_SIDE = 40
MOST_FRAMES = 20
MOST_MISSED = 2
"""After so many pages without a code the others are searched less patiently."""
_MARKS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"BM", b"II*\x00", b"MM\x00*", b"GIF8")
_KINDS = ["PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF", "AVIF"]
_APPLE = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")
"""Brands of HEIC (苹果手机照片), which no library of ours opens."""
_ONLY_QR = Finding(
    code="qr-only",
    path="",
    severity="note",
    message="只从二维码读取了要素，名称和明细请看原票",
    message_en="only the QR code was read; names and lines are on the invoice itself",
)


def sniff(data: bytes, name: str) -> int:
    """Tell a picture by its mark."""
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return 3
    if data[4:8] == b"ftyp" and data[8:12] in (b"avif", b"avis", *_APPLE):
        return 3
    return 3 if data.startswith(_MARKS[:2]) else 2 if data.startswith(_MARKS[2:]) else 0


def read(data: bytes, name: str) -> Readings:
    """Yield one reading a payload.

    Errors: `image-too-large`, `image-too-small`, `file-damaged`, `qr-not-found`, `file-type-unknown` for HEIC.
    """
    if data[4:8] == b"ftyp" and data[8:12] in _APPLE:
        raise FapiaoError(
            "file-type-unknown",
            "HEIC 照片还读不了，请在手机上转成 JPEG 或发送截图",
            "HEIC photographs cannot be read yet: convert it to JPEG on the phone, or send a screenshot",
        )
    payloads = SANDBOX.call("fapiao.formats.image:find_payloads", data)
    if not payloads:
        raise FapiaoError("qr-not-found")
    for page, text in payloads:
        draft = Draft()
        tell_qr(draft, parse(text))
        invoice = settle(draft)
        yield Reading(
            file=name,
            page=page,
            format="image",
            route="qr",
            invoice=invoice,
            findings=(_ONLY_QR, *draft.findings, *findings_of(invoice)),
            routes=dict(draft.routes),
        )


def find_payloads(data: bytes) -> list[tuple[int, str]]:
    """Return page (from 1) and payload of every code in a picture's bytes, each payload once; runs in the sandbox.

    Sizes are checked before anything is drawn. A picture of several pages (TIFF) or frames (GIF) is read page by page.
    """
    picture = _open(data)
    found: dict[str, int] = {}
    missed = 0
    for page in range(1, min(getattr(picture, "n_frames", 1), MOST_FRAMES) + 1):
        try:
            picture.seek(page - 1)
            payloads = _payloads(picture, first=page == 1, patient=missed < MOST_MISSED)
            missed += not payloads
            for text in payloads:
                found.setdefault(text, page)
        except (OSError, SyntaxError, ValueError, EOFError) as slip:
            if page == 1:
                raise _damaged(slip) from None
            break
    return [(page, text) for text, page in found.items()]


def _payloads(picture: Any, *, first: bool, patient: bool) -> list[str]:
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise FapiaoError(
            "image-too-large", f"图片有 {width}×{height} 像素", f"the picture has {width}×{height} pixels"
        )
    if min(width, height) < LEAST_SIDE:
        if first:
            raise FapiaoError("image-too-small")
        return []
    return decode_qr(ImageOps.exif_transpose(picture), patient=patient)


def _open(data: bytes) -> Any:
    Image.MAX_IMAGE_PIXELS = None  # the cap above is ours and has a code
    try:
        return Image.open(io.BytesIO(data), formats=_KINDS)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as slip:
        raise _damaged(slip) from None


def _damaged(slip: Exception) -> FapiaoError:
    return FapiaoError(
        "file-damaged", f"图片损坏：{type(slip).__name__}", f"the picture is damaged: {type(slip).__name__}"
    )


FORMAT = Format(
    key="image",
    label="图片",
    label_en="Picture",
    suffixes=(".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".gif", ".avif", ".heic"),
    sniff=sniff,
    read=read,
)
