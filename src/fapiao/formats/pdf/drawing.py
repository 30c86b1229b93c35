"""Drawing a PDF (生成 PDF): a plain face set by typst, with the invoice's XML embedded. Not the official look.

The layout is a template of our own; data go in as JSON, so that nothing in an invoice can act as markup.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import typst

from fapiao.einvoice import write_element
from fapiao.errors import FapiaoError
from fapiao.formats.pdf.template import TEMPLATE
from fapiao.invoice import Invoice
from fapiao.money import in_words
from fapiao.qr import build
from fapiao.vocabulary import qr_code_of

FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/Library/Fonts",
    "/System/Library/Fonts",
    "C:/Windows/Fonts",
)
_FONTS = (
    "NotoSerifCJK-Regular.ttc",
    "NotoSansCJK-Regular.ttc",
    "NotoSerifCJKsc-Regular.otf",
    "NotoSansCJKsc-Regular.otf",
)
_LOCK = threading.Lock()


def write(invoice: Invoice) -> bytes:
    """Return the PDF of an invoice; the same invoice gives the same bytes. Errors: `font-missing`."""
    family, path = _font()
    document = write_element(invoice)
    told = _told(invoice) | {"font": family, "xml": document.decode()}
    with _LOCK:
        compile_any: Any = typst.compile
        compiled = compile_any(
            TEMPLATE.encode(),
            font_paths=[path],
            ignore_system_fonts=True,
            timestamp=0,
            sys_inputs={"invoice": msgspec.json.encode(told).decode()},
        )
    return bytes(compiled)


@lru_cache(maxsize=1)
def _font() -> tuple[str, str]:
    """Return the family and folder of a Chinese font on this system."""
    for folder in FONT_FOLDERS:
        for name in _FONTS:
            for path in Path(folder).rglob(name) if Path(folder).is_dir() else ():
                family = "Noto Serif CJK SC" if "Serif" in name else "Noto Sans CJK SC"
                return family, str(path.parent)
    raise FapiaoError("font-missing")


def _told(invoice: Invoice) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(invoice)
    for line in told["lines"]:
        line["rate_text"] = _percent(line["rate"])
    told["words"] = invoice.total_in_words or (in_words(invoice.total) if invoice.total is not None else "")
    told["day"] = f"{invoice.issued_on:%Y年%m月%d日}" if invoice.issued_on else ""
    told["tax_shown"] = invoice.tax_text or (f"{invoice.tax:.2f}" if invoice.tax is not None else "")
    told["qr_image"] = _qr_svg(invoice)
    return told


def _percent(rate: str | None) -> str:
    try:
        return f"{float(rate or '') * 100:g}%"
    except ValueError:
        return rate or ""


def _qr_svg(invoice: Invoice) -> str:
    amount = invoice.amount if invoice.code else invoice.total
    if not (invoice.number and invoice.issued_on and amount is not None and invoice.kind):
        return ""
    import zxingcpp

    number = invoice.digital_number or invoice.number
    code = "" if len(number) == 20 else invoice.code or ""
    payload = invoice.qr or build(
        qr_code_of(invoice.kind), code, number, amount, invoice.issued_on, invoice.check_code or ""
    )
    barcode = zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.QRCode)
    return str(zxingcpp.write_barcode_to_svg(barcode))
