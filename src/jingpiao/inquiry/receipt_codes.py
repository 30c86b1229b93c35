"""Receipt codes (回执二维码): a receipt as a QR code to print, drawn as one SVG path that needs no style and no script."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import zxingcpp

from jingpiao.inquiry.receipts import short_form

MOST_CHARACTERS = 1_800
"""A code that holds more has modules too fine to print at 6 cm and read with a phone."""


def receipt_text(receipt: str, token: str) -> str:
    """Return what the code holds: the whole signed receipt, or its short form where it is too long."""
    return receipt if len(receipt) <= MOST_CHARACTERS else short_form(receipt, token)


def qr_path(text: str) -> tuple[int, str]:
    """Return the code's width in modules, quiet zone included, and the SVG path of its dark modules."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    pixels: Any = zxingcpp.write_barcode_to_image(code, scale=1)
    rows: list[list[int]] = memoryview(pixels).tolist()  # type: ignore[assignment]
    return len(rows), "".join(_runs(rows))


def _runs(rows: list[list[int]]) -> Iterator[str]:
    """Yield each run of dark modules as a rectangle."""
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            if row[x]:
                x += 1
                continue
            begun = x
            while x < len(row) and not row[x]:
                x += 1
            yield f"M{begun} {y}h{x - begun}v1h-{x - begun}z"
