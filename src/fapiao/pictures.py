"""Pictures (图片): QR payloads of an invoice in a picture, tried as it is, larger, sharper and turned."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import zxingcpp
from PIL import Image, ImageFilter, ImageOps

from fapiao.qr import is_payload

LARGE_SIDE = 2_400
_QR_ONLY: Any = zxingcpp.BarcodeFormat.QRCode


def decode_qr(picture: Image.Image, *, patient: bool = True) -> list[str]:
    """Return the payloads of invoices found in a picture, each once; an empty list when there is none.

    ``patient`` tries larger, sharper and softer copies where the picture itself does not read.
    """
    for attempt in islice(_attempts(picture.convert("L")), None if patient else 2):
        texts = [code.text for code in zxingcpp.read_barcodes(attempt, formats=_QR_ONLY)]
        payloads = [text for text in dict.fromkeys(texts) if is_payload(text)]
        if payloads:
            return payloads
    return []


def _attempts(grey: Image.Image) -> Iterator[Image.Image]:
    yield grey
    padded = ImageOps.expand(grey, border=max(10, min(grey.size) // 10), fill=255)
    yield padded
    if max(grey.size) <= LARGE_SIDE:
        double = padded.resize((padded.width * 2, padded.height * 2), Image.Resampling.LANCZOS)
        yield double
        yield double.filter(ImageFilter.UnsharpMask(radius=3, percent=300, threshold=0))
        yield ImageOps.autocontrast(double.filter(ImageFilter.MedianFilter(3)), cutoff=5)
    yield padded.filter(ImageFilter.GaussianBlur(1.2))
