"""Versions (冲突内容) of one number side by side: which values differ between what was told first and later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from fapiao import mask
from jingpiao.ledger.models import Invoice

FIELDS = (
    ("issued_on", "开票日期", "Date"),
    ("amount", "金额", "Amount"),
    ("tax", "税额", "Tax"),
    ("total", "价税合计", "Total"),
    ("seller.name", "销方", "Seller"),
    ("seller.tax_id", "销方税号", "Seller's number"),
    ("buyer.name", "购方", "Buyer"),
    ("buyer.tax_id", "购方税号", "Buyer's number"),
    ("kind_label", "票种", "Kind"),
)


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """One field of every version (一行对照): its words, its values, and for each whether it differs from the first."""

    label: str
    label_en: str
    cells: tuple[tuple[str, bool], ...]


class SideBySide(msgspec.Struct, frozen=True, kw_only=True):
    """All versions of one number (内容对照): where each came from, and their fields."""

    heads: tuple[Invoice, ...]
    rows: tuple[Compared, ...]


def side_by_side(held: Sequence[Invoice]) -> SideBySide:
    """Return the versions' fields beside each other."""
    told = [mask.for_party(msgspec.json.decode(each.body)) for each in held]
    rows = []
    for path, zh, en in FIELDS:
        values = [_value(each, path) for each in told]
        cells = tuple((value, value != values[0]) for value in values)
        rows.append(Compared(label=zh, label_en=en, cells=cells))
    return SideBySide(heads=tuple(held), rows=tuple(rows))


def _value(told: dict[str, Any], path: str) -> str:
    value: Any = told
    for name in path.split("."):
        value = (value or {}).get(name)
    return "—" if value in (None, "") else str(value)
