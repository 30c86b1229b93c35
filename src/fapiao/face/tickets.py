"""Tickets (客票): the faces of railway and air e-invoices, which have no seller and no table of goods."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from fapiao.face.rows import Row
from fapiao.money import money_or_none

_FARE = re.compile(r"票价:?¥?(-?[\d,]+\.\d{2})")
_BUYER = re.compile(r"购买方名称:?([^:]{2,50}?)(?=统一社会|纳税人|$)")
_TAX_ID = re.compile(r"(?:统一社会信用代码|纳税人识别号)(?:/纳税人识别号)?:?([0-9A-Z]{15,20})")
_TRAIN = re.compile(r"(?<![0-9A-Z])([GDCZTKYL]\d{1,4}|\d{4}(?=次))(?!\d)")
_AIR = (
    ("fare", re.compile(r"(?:^|\n)票价[:]?(?:CNY|¥)?([\d,]+\.\d{2})")),
    ("total", re.compile(r"合计[:]?(?:CNY|¥)?([\d,]+\.\d{2})")),
    ("tax", re.compile(r"增值税税额[:]?(?:CNY|¥)?([\d,]+\.\d{2})")),
)


def ticket_fields(rows: Sequence[Row], text: str, kind: str) -> dict[str, Any]:
    """Return the fields of a ticket's face: the total is what was paid, tax as far as printed."""
    fields: dict[str, Any] = {}
    fare = _FARE.search(text)
    if kind == "51" and fare:
        fields["total"] = money_or_none(fare[1])
    if kind == "61":
        for name, pattern in _AIR[1:]:
            match = pattern.search(text)
            if match:
                fields[name] = money_or_none(match[1])
    if fields.get("total") is not None and fields.get("tax") is not None:
        fields["amount"] = fields["total"] - fields["tax"]
    buyer, tax_id = _BUYER.search(text), _TAX_ID.search(text)
    fields["buyer.name"] = buyer[1] if buyer else None
    fields["buyer.tax_id"] = tax_id[1] if tax_id else None
    return fields | {"special": _journey(text)} if _journey(text) else fields


def _journey(text: str) -> dict[str, Any] | None:
    told: dict[str, Any] = {}
    train = _TRAIN.search(text)
    if train:
        told["车次"] = train[1]
    when = re.search(r"(\d{4})年(\d{2})月(\d{2})日(\d{2}:\d{2})开", text)
    if when:
        told["乘车日期"] = f"{when[1]}-{when[2]}-{when[3]} {when[4]}"
    return told or None
