"""Checks: each lets a right invoice pass and finds its own fault."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from fapiao.check import CHECKS, check_invoice
from fapiao.invoice import Invoice, Line, Party, Red

RIGHT = Invoice(
    kind="81",
    number="24112000000135114086",
    issued_on=date(2024, 12, 2),
    amount=Decimal("100.00"),
    tax=Decimal("6.00"),
    total=Decimal("106.00"),
    total_in_words="壹佰零陆圆整",
    seller=Party(name="甲", tax_id="91110000600037341L"),
    buyer=Party(name="乙", tax_id="91110000600037341L"),
    qr="01,31,,24112000000135114086,106.00,20241202,,",
    lines=(
        Line(
            name="*服务*服务费",
            quantity=Decimal(2),
            price=Decimal(50),
            amount=Decimal("100.00"),
            rate="0.06",
            tax=Decimal("6.00"),
        ),
    ),
)
FAULTS: list[tuple[str, dict[str, Any]]] = [
    ("total", {"total": Decimal("107.00"), "total_in_words": None, "qr": None}),
    (
        "lines",
        {
            "lines": (
                Line(
                    name="x",
                    quantity=Decimal(2),
                    price=Decimal(51),
                    amount=Decimal("100.00"),
                    rate="0.06",
                    tax=Decimal("6.00"),
                ),
            )
        },
    ),
    ("words", {"total_in_words": "壹佰零柒圆整"}),
    ("tax-id", {"seller": Party(name="甲", tax_id="91110000600037342L")}),
    ("tax-id", {"buyer": Party(name="乙")}),
    ("day", {"issued_on": date(2023, 12, 2), "qr": None}),
    ("place", {"seller": Party(name="甲", tax_id="91330106673959654P")}),
    ("red-letter", {"red": Red(original_number="24112000000135114085")}),
    ("red-letter", {"total": Decimal("-106.00"), "amount": Decimal("-100.00"), "tax": Decimal("-6.00")}),
    ("qr-code", {"qr": "01,31,,24112000000135114086,107.00,20241202,,"}),
    ("form", {"kind": "10"}),
]


def test_a_right_invoice_passes_every_check():
    assert check_invoice(RIGHT) == ()


@pytest.mark.parametrize(("code", "change"), FAULTS)
def test_each_fault_is_found_by_its_check(code: str, change: dict[str, Any]):
    found = {finding.code for finding in check_invoice(msgspec.structs.replace(RIGHT, **change))}
    assert code in found


def test_every_check_has_a_fault_to_find():
    assert {code for code, _ in FAULTS} == set(CHECKS)


@pytest.mark.parametrize(
    "code", ["total", "lines", "words", "tax-id", "day", "place", "red-letter", "qr-code", "form"]
)
def test_no_check_speaks_of_an_empty_invoice(code: str):
    assert list(CHECKS[code].findings(Invoice())) == []


def test_a_rule_does_not_bind_invoices_from_before_it():
    old = Invoice(total=Decimal("-1.00"), issued_on=date(2020, 1, 1))
    assert "red-letter" not in {finding.code for finding in check_invoice(old)}
