"""Issues (开票): invoices as sellers issue them, and what fate each has on its way."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bureau.people import Party, Seller
from fapiao.money import round_to_fen
from fapiao.vocabulary import KINDS

_RATES = (Decimal("0.13"), Decimal("0.06"), Decimal("0.03"), Decimal("0.01"), Decimal("0.09"))


@dataclass(slots=True)
class Issued:
    """An invoice of the world (已开发票) and its fate. ``delivered_at`` ``None``: never came."""

    invoice: dict[str, Any]
    key: str
    seller: Seller
    buyer: Party
    issued_at: datetime
    feed: str
    uploaded_at: datetime | None = None
    delivered_at: datetime | None = None
    fate: str = "normal"
    state: str = "normal"
    state_at: datetime | None = None
    state_known: datetime | None = None
    binned: list[tuple[datetime, str, bool]] = field(default_factory=list)


def issue(
    dice: random.Random, seller: Seller, buyer: Party, kind: str, when: datetime
) -> tuple[dict[str, Any], str]:
    """Return an invoice in the contract's form and its lookup key; takes the next number of the seller's block."""
    amount = round_to_fen(Decimal(str(round(min(dice.lognormvariate(6.3, 1.1), 9e6), 2))))
    tax = round_to_fen(amount * dice.choice(_RATES))
    invoice: dict[str, Any] = {
        "kind": kind,
        "kind_label": KINDS[kind].label,
        "code": None,
        "number": None,
        "digital_number": None,
        "region": seller.region,
        "issued_on": f"{when:%Y-%m-%d}",
        "issued_at": when.isoformat(timespec="seconds"),
        "amount": str(amount),
        "tax": str(tax),
        "total": str(amount + tax),
        "seller": {"name": seller.name, "tax_id": seller.tax_id},
        "buyer": {"name": buyer.name, "tax_id": buyer.tax_id},
    }
    return invoice, _number(dice, seller, kind, invoice)


def _number(dice: random.Random, seller: Seller, kind: str, invoice: dict[str, Any]) -> str:
    era = KINDS[kind].era
    if era != "tax-control":
        stem = invoice["issued_on"][2:4] + seller.stem[2:]
        stem = stem[:4] + "9" if kind == "51" else stem
        digits = f"{stem}{seller.next_digital:015d}"
        seller.next_digital += 1
        if era == "digital":
            invoice["number"] = digits
            return digits
        invoice |= {"code": seller.code, "number": f"{seller.next_legacy:08d}", "digital_number": digits}
        seller.next_legacy += 1
        return digits
    invoice |= {"code": legacy_code(seller, kind), "number": f"{seller.next_legacy:08d}"}
    seller.next_legacy += 1
    if kind in ("10", "04"):
        invoice["check_code"] = "".join(dice.choice("0123456789") for _ in range(20))
    return f"{invoice['code']}{invoice['number']}"


def legacy_code(seller: Seller, kind: str) -> str:
    """Return the 发票代码 that a seller's region and a kind give."""
    place, year = seller.code[:4], int(seller.code[4:6])
    if kind == "01":
        return f"{place}{year:02d}2140"
    ending = {"10": "11", "08": "13", "04": "04"}[kind]
    return f"0{place}{year:02d}001{ending}"


def later(dice: random.Random, when: datetime, minutes: float, spread: float) -> datetime:
    """Return a moment a log-normal time later, ``minutes`` in the median."""
    return when + timedelta(minutes=dice.lognormvariate(0, spread) * minutes)
