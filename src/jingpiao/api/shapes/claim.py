"""Claims (提问) as they are published: contract §2."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from fapiao.claim import Claim
from jingpiao.api.shape import Shape


def claim() -> dict[str, Any]:
    """Return a claim with number, date and total, as a caller sends it."""
    return {
        "ref": "row-17",
        "number": "26112000000219703940",
        "issued_on": date(2026, 11, 20),
        "total": Decimal("1060.00"),
        "kind": "82",
    }


SHAPES = (
    Shape(
        name="claim",
        title="提问",
        title_en="Claim",
        type=Claim,
        example=claim,
        more={"anyOf": [{"required": ["text"]}, {"required": ["number"]}]},
    ),
)
