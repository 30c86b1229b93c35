"""Content (要素): what of an invoice decides whether two say the same: sums, day and parties."""

from __future__ import annotations

import hashlib

from fapiao.invoice import Invoice
from jingpiao.columns import to_fen

Content = tuple[int, int | None, int, str, str, str]
"""Amount, tax and total in 分, the day, seller's and buyer's tax numbers; what is not known is ``None`` or empty."""


def content_of(invoice: Invoice) -> Content:
    """Return the content of an invoice that has no flaw."""
    assert invoice.amount is not None
    assert invoice.total is not None
    assert invoice.issued_on is not None
    return (
        to_fen(invoice.amount),
        None if invoice.tax is None else to_fen(invoice.tax),
        to_fen(invoice.total),
        invoice.issued_on.isoformat(),
        invoice.seller.tax_id or "",
        invoice.buyer.tax_id or "",
    )


def digest_of(content: Content) -> str:
    """Return 32 hexadecimal digits that name a content."""
    amount, tax, total, day, seller, buyer = content
    said = f"{amount}|{tax}|{total}|{day}|{seller}|{buyer}"
    return hashlib.blake2s(said.encode(), digest_size=16).hexdigest()


def agree(one: Content, other: Content) -> bool:
    """Tell whether two contents say the same; a field that one lacks is no contradiction."""
    return one == other or all(
        a == b or a in (None, "") or b in (None, "") for a, b in zip(one, other, strict=True)
    )
