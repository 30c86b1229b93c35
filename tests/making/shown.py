"""Shown: how values are printed on a face: money, rates, dates, codes, and names broken into rows."""

from __future__ import annotations

import io
from decimal import Decimal

import zxingcpp
from PIL import Image

from fapiao.invoice import Invoice
from fapiao.qr import build
from fapiao.vocabulary import qr_code_of
from making.sheets import NORMAL, advance


def rate(text: str | None) -> str:
    """Return ``6%`` for ``0.06``; words stay."""
    try:
        return f"{(Decimal(text or '') * 100).normalize():f}%"
    except ArithmeticError:
        return text or ""


def plain(number: Decimal | None) -> str:
    """Return a quantity or price without an exponent."""
    return "" if number is None else f"{number.normalize():f}"


def day(invoice: Invoice) -> str:
    """Return the date as a face prints it."""
    return f"{invoice.issued_on:%Y年%m月%d日}" if invoice.issued_on else ""


def wrapped(text: str, width: float, size: float = NORMAL) -> list[str]:
    """Return a text in rows no wider than ``width`` millimetres."""
    rows, room = [""], width
    for sign in text:
        room -= advance(sign) * size
        if room < 0:
            rows.append("")
            room = width - advance(sign) * size
        rows[-1] += sign
    return rows


def payload(invoice: Invoice) -> str:
    """Return what the code on the face says."""
    assert invoice.number
    assert invoice.issued_on
    assert invoice.kind
    amount = invoice.amount if invoice.code else invoice.total
    assert amount is not None
    return build(
        qr_code_of(invoice.kind),
        invoice.code or "",
        invoice.number,
        amount,
        invoice.issued_on,
        invoice.check_code or "",
    )


def qr_picture(text: str, pixels: int = 4) -> Image.Image:
    """Return a QR code with its quiet zone, ``pixels`` a module."""
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    view = memoryview(zxingcpp.write_barcode_to_image(barcode, scale=pixels, add_quiet_zones=True))
    return Image.frombytes("L", (view.shape[1], view.shape[0]), view.tobytes())


def as_file(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """Return a picture's bytes in a file format."""
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)  # type: ignore[arg-type]
    return buffer.getvalue()
