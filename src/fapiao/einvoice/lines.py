"""Lines of goods (项目明细): one element, or texts by field name, as a line."""

from __future__ import annotations

import re
from decimal import Decimal

from lxml import etree

from fapiao.einvoice.names import field_of, line_field_of, line_field_of_tag
from fapiao.einvoice.values import is_stars, number_of, parse_rate, sum_of
from fapiao.invoice import Line
from fapiao.markup import local_name


def line_of(told: dict[str, str]) -> Line:
    """Return the line that texts by field name state."""
    get = told.get
    tax = get("tax")
    return Line(
        name=get("name"),
        spec=get("spec"),
        unit=get("unit"),
        quantity=number_of(get("quantity")),
        price=number_of(get("price")),
        amount=sum_of(get("amount")),
        rate=parse_rate(get("rate")),
        tax=sum_of(tax),
        tax_text=tax if is_stars(tax) else None,
        tax_code=get("tax_code"),
    )


def line_of_element(element: etree._Element) -> Line:
    """Return the line that an element's children and attributes state."""
    told: dict[str, str] = {}
    for child in element:
        name = line_field_of_tag(child.tag)
        if name and name not in told and (value := (child.text or "").strip()):
            told[name] = value
    for raw, said in element.items():
        name = line_field_of(str(raw).rpartition("}")[2])
        if name and str(said).strip():
            told.setdefault(name, str(said).strip())
    return line_of(settled(told))


_TAX_CODE = re.compile(r"\d{9,19}")
"""A tax code (税收分类编码) has 19 digits, or fewer where its last zeros are left out."""


def settled(told: dict[str, str]) -> dict[str, str]:
    """Return texts with pinyin SL settled: 数量 and 税率 share these initials. A code of few digits is no 税收分类编码."""
    if "tax_code" in told and not _TAX_CODE.fullmatch(told["tax_code"]):
        told.pop("tax_code")
    if "either" not in told:
        return told
    value = told.pop("either")
    return told | {"rate" if _is_rate(told, value) else "quantity": value}


def _is_rate(told: dict[str, str], value: str) -> bool:
    """Whichever the others leave open; where both are open, whether it explains the tax."""
    if "quantity" in told or "%" in value or "税" in value:
        return True
    if "rate" in told:
        return False
    amount, tax = sum_of(told.get("amount")), sum_of(told.get("tax"))
    rate = number_of(parse_rate(value))
    return None not in (amount, tax, rate) and abs(amount * rate - tax) <= Decimal("0.06")  # type: ignore[operator]


def looks_like_a_line(element: etree._Element) -> bool:
    """Tell an element of an unlisted name that holds goods and their amount, and no invoice's number."""
    if len(element) < 2 or len(element[0]):
        return False
    told = {line_field_of_tag(child.tag) for child in element}
    if "name" not in told or "amount" not in told:
        return False
    return not any(field_of(local_name(child)) in _OWN for child in element)


_OWN = frozenset({"number", "digital_number", "code"})
