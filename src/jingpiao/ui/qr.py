"""QR codes (二维码) as one SVG path, so that a page can hold them without a picture file."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec
import zxingcpp

from fapiao.qr import build
from fapiao.vocabulary import KINDS, qr_code_of

_WIDTH = re.compile(r'<svg width="(\d+)"')
_PATH = re.compile(r'<path d="([^"]+)"')
MOST_BYTES = 2200
"""A longer text gives a code that a telephone's camera no longer reads."""


class QrDrawing(msgspec.Struct, frozen=True):
    """A code ready to draw (二维码图形): its side in modules, and the path of the dark ones."""

    side: int
    path: str


@lru_cache(maxsize=256)
def drawn(text: str) -> QrDrawing | None:
    """Return a text's QR code; ``None`` where the text is too long for one."""
    if len(text.encode()) > MOST_BYTES:
        return None
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    svg = zxingcpp.write_barcode_to_svg(barcode)
    side, path = _WIDTH.search(svg), _PATH.search(svg)
    return QrDrawing(int(side[1]), path[1]) if side and path else None


def face_payload(invoice: dict[str, Any]) -> str:
    """Return the payload of an invoice's own code (JSON-ready invoice), or the one its values make; empty without them."""
    if invoice.get("qr"):
        return str(invoice["qr"])
    kind, number, day = invoice.get("kind"), invoice.get("number"), invoice.get("issued_on")
    with_tax = kind in KINDS and KINDS[kind].basis == "total"
    sum_on_face = invoice.get("total" if with_tax else "amount")
    if not (kind in KINDS and number and day and sum_on_face):
        return ""
    return build(
        qr_code_of(kind),
        invoice.get("code") or "",
        number,
        Decimal(str(sum_on_face)),
        date.fromisoformat(str(day)),
        invoice.get("check_code") or "",
    )
