"""Masking (脱敏): the one place that decides what of an invoice somebody may see.

A natural person's tax number is the ID number: 3 + 4 signs stay. Bank accounts keep the last 4, phones 3 + 4. A stranger
is shown what he had to know to find the invoice, and of sums and seller what he stated rightly besides; not the buyer, not lines.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from fapiao.numbers.taxpayer import is_citizen

_STRANGER_SEES = (
    "kind",
    "kind_label",
    "code",
    "number",
    "digital_number",
    "region",
    "issued_on",
)
_SUMS = {"amount": ("amount",), "tax": ("tax", "tax_text"), "total": ("total", "total_in_words")}
"""What a sum that he stated lets him see."""


def mask_middle(text: str, before: int, after: int) -> str:
    """Return the text with everything but its first and last signs as ``*``."""
    if len(text) <= before + after:
        return "*" * len(text)
    return text[:before] + "*" * (len(text) - before - after) + text[len(text) - after :]


def mask_tax_id(tax_id: str | None) -> str | None:
    """Return a tax number as anybody may see it: a person's ID number masked 3 + 4, a company's whole."""
    return mask_middle(tax_id, 3, 4) if tax_id and is_citizen(tax_id) else tax_id


def mask_name(name: str | None) -> str | None:
    """Return a party's name for a stranger: its first sign."""
    return name[:1] + "*" * (len(name) - 1) if name else name


def for_stranger(invoice: dict[str, Any], stated: Collection[str]) -> dict[str, Any]:
    """Return what a stranger who knows number, date and amount may see of an invoice (JSON-ready).

    ``stated``: the fields of his claim that agree with it, as `fapiao.claim.Claim` names them.
    """
    seen: dict[str, Any] = {name: invoice.get(name) for name in _STRANGER_SEES}
    for sum_, shown in _SUMS.items():
        seen |= {name: invoice.get(name) if sum_ in stated else None for name in shown}
    seller, buyer = invoice.get("seller") or {}, invoice.get("buyer") or {}
    name, tax_id = seller.get("name"), mask_tax_id(seller.get("tax_id"))
    seen["seller"] = {
        "name": name if "seller_name" in stated else mask_name(name),
        "tax_id": tax_id if "seller_tax_id" in stated else None,
    }
    seen["buyer"] = {"name": mask_name(buyer.get("name")), "tax_id": None}
    seen["masked"] = True
    return seen


def for_party(invoice: dict[str, Any]) -> dict[str, Any]:
    """Return what a party or operator sees by default: all, with personal numbers, phones and accounts masked."""
    seen = dict(invoice)
    for side in ("seller", "buyer"):
        party = dict(invoice.get(side) or {})
        party["tax_id"] = mask_tax_id(party.get("tax_id"))
        if party.get("phone"):
            party["phone"] = mask_middle(party["phone"], 3, 4)
        if party.get("account"):
            party["account"] = mask_middle(party["account"], 0, 4)
        seen[side] = party
    return seen
