"""Drawing a PDF (生成 PDF)."""

from __future__ import annotations

from fapiao.errors import FapiaoError
from fapiao.invoice import Invoice


def write(invoice: Invoice) -> bytes:
    """Return the PDF."""
    raise FapiaoError("format-read-only")
