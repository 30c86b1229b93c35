"""Agreement (一致性): where a claim and a held invoice agree, differ, and how much that speaks for the invoice."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec

from fapiao.claim import Claim
from fapiao.neighbours import distance
from fapiao.numbers import check_code
from fapiao.situation import Held

MONEY_TOLERANCE = Decimal("0.00")
SLIPS = 2
"""Edits that a typist makes in one name or number; what is further off was not meant to be the same."""
_LEGAL_FORMS = re.compile(r"[\s()（）\[\]【】·.]")


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A field on which claim and invoice disagree (差异). ``held`` is for people entitled to see the invoice."""

    field: str
    claimed: Any
    held: Any = None
    basis: bool = False


def compare(claim: Claim, held: Held) -> tuple[Difference, ...]:
    """Return every field that the claim states and the invoice contradicts. ``basis`` marks tax-included for ex-tax."""
    return tuple(difference for name in FIELDS if (difference := _difference(name, claim, held)))


def compared(claim: Claim, held: Held) -> int:
    """Return how many fields both sides state."""
    return sum(_stated(name, claim, held) for name in FIELDS)


FIELDS = (
    "issued_on",
    "amount",
    "tax",
    "total",
    "check_code",
    "kind",
    "seller_tax_id",
    "seller_name",
    "buyer_tax_id",
    "buyer_name",
)


def _stated(name: str, claim: Claim, held: Held) -> bool:
    return getattr(claim, name) not in (None, "") and getattr(held, name) not in (None, "")


def _difference(name: str, claim: Claim, held: Held) -> Difference | None:
    if not _stated(name, claim, held):
        return None
    said, true = getattr(claim, name), getattr(held, name)
    if _same(name, said, true, held):
        return None
    swapped = (name == "amount" and said == held.total) or (name == "total" and said == held.amount)
    return Difference(field=name, claimed=said, held=true, basis=swapped)


def _same(name: str, said: Any, true: Any, held: Held) -> bool:
    if name == "check_code":
        return check_code.agree(said, true)
    if name.endswith("_name"):
        return bare_name(said) == bare_name(true)
    return bool(said == true)


def bare_name(name: str) -> str:
    """Return a company's name without width, spaces and brackets, for comparing."""
    return _LEGAL_FORMS.sub("", unicodedata.normalize("NFKC", name))


def is_another(claim: Claim, held: Held) -> bool:
    """Tell whether the claimed buyer is another taxpayer than the held one: further off than a typist goes astray.

    The number decides where both state it, otherwise the name.
    """
    for name in ("buyer_tax_id", "buyer_name"):
        if _stated(name, claim, held):
            said, true = bare_name(getattr(claim, name)), bare_name(getattr(held, name))
            return distance(said.upper(), true.upper()) > SLIPS
    return False


def supports(claim: Claim, held: Held, block: Sequence[Held] = ()) -> float:
    """Return the log-odds that the claim's other fields give for this invoice being the one that was meant.

    A sum equal to the fen is rare by chance (about 1 in 3,000 within a seller), a day 1 in 40, a party 1 in 8 because
    neighbours in a block share it; a field that differs speaks against, since typists slip in one field, seldom in two.
    ``block`` are other invoices of its seller, no further from what was typed: what agrees with many of them, as the sum
    does where everything costs the same, singles none out.
    """
    weight = 0.0
    for name, for_it, against in _SUPPORT:
        if not _stated(name, claim, held):
            continue
        agrees = _difference(name, claim, held) is None
        weight += min(for_it, _rarity(name, for_it, claim, block)) if agrees else against
    return weight


def _rarity(name: str, stated: float, claim: Claim, block: Sequence[Held]) -> float:
    """Return how rare it is in a block, as a log, that an invoice agrees on a field; it leans on what is stated."""
    if not block:
        return stated
    alike = sum(_stated(name, claim, each) and _difference(name, claim, each) is None for each in block)
    return -math.log((alike + LEAN * math.exp(-stated)) / (len(block) + LEAN))


LEAN = 2.0
"""How many invoices of a block what is stated is worth, beside those that are seen."""


_SUPPORT = (
    ("issued_on", 2.0, -4.0),
    ("amount", 6.0, -6.0),
    ("total", 6.0, -6.0),
    ("check_code", 6.0, -4.0),
    ("seller_tax_id", 1.0, -4.0),
    ("buyer_tax_id", 2.5, -4.0),
    ("kind", 0.3, -3.0),
)
