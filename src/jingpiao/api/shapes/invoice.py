"""Invoices and readings (发票与读数) as they are published: contract §3."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from fapiao.format import Reading
from fapiao.invoice import Invoice, Line, Party
from fapiao.vocabulary import label
from jingpiao.api.shape import Shape


class SeenInvoice(Invoice, frozen=True, kw_only=True):
    """An invoice as its asker may see it (脱敏后的发票): signs that are not for him are ``*``, fields not for him null."""

    masked: bool = False


def invoice() -> Invoice:
    """Return a plain digital invoice of one line."""
    return Invoice(
        kind="82",
        kind_label=label("82"),
        number="26112000000219703940",
        region="11",
        issued_on=date(2026, 11, 20),
        amount=Decimal("1000.00"),
        tax=Decimal("60.00"),
        total=Decimal("1060.00"),
        total_in_words="壹仟零陆拾圆整",
        buyer=Party(name="购买方示例公司", tax_id="91110000600037341L"),
        seller=Party(name="销售方示例公司", tax_id="91330106673959654P"),
        lines=(
            Line(
                name="*研发和技术服务*技术服务",
                unit="项",
                quantity=Decimal(1),
                price=Decimal("1000.00"),
                amount=Decimal("1000.00"),
                rate="0.06",
                tax=Decimal("60.00"),
            ),
        ),
        drawer="张三",
    )


def _seen() -> dict[str, Any]:
    face = ("kind", "kind_label", "code", "number", "digital_number", "region", "issued_on")
    sums = ("total", "total_in_words")
    return {name: getattr(invoice(), name) for name in face + sums} | {
        "amount": None,
        "tax": None,
        "tax_text": None,
        "seller": {"name": "销******", "tax_id": None},
        "buyer": {"name": "购******", "tax_id": None},
        "masked": True,
    }


SHAPES = (
    Shape(name="invoice", title="发票", title_en="Invoice", type=Invoice, example=invoice),
    Shape(
        name="seen-invoice",
        title="脱敏后的发票",
        title_en="Invoice as the asker may see it",
        type=SeenInvoice,
        example=_seen,
    ),
    Shape(
        name="reading",
        title="读数",
        title_en="Reading",
        type=Reading,
        example=lambda: Reading(file="发票.xml", format="xml", route="element", invoice=invoice()),
    ),
)
