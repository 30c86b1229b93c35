"""Rolls (卷票): a narrow strip, a label and its value a row, goods with tax in their prices."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from fapiao.face.rows import Row
from fapiao.face.sheet import Sheet
from fapiao.face.sums import worded
from fapiao.invoice import Line
from fapiao.money import decimal_or_none, money_or_none

_NARROW = 110.0
_SELLER = re.compile(r"销(?:售|货)(?:方名称|单位(?:名称)?):?(.+)")
_BUYER = re.compile(r"(?:购(?:买|货)(?:方名称|单位(?:名称)?)|付款单位):?(.+)")
_ID = re.compile(r"(?:纳税人识别号|税号):?([0-9A-Z]{15,20})")
_SMALL = re.compile(r"合计(?:金额)?\(?小写\)?:?[¥Y]?(-?[\d,]+\.\d{2})")
_WORDS = re.compile(
    r"合计(?:金额)?\(?大写\)?:?(\(?负?数?\)?[零壹贰叁肆伍陆柒捌玖拾佰仟万亿圆元角分整正]{2,40})"
)
_PAYEE = re.compile(r"收款员:?([\u4e00-\u9fffA-Za-z0-9·]{1,16})")
_FIGURE = re.compile(r"-?[\d,]*\.?\d+")


def is_roll(sheet: Sheet, kind: str | None) -> bool:
    """Tell whether a sheet is a strip."""
    return kind == "11" and ("卷票" in sheet.text or sheet.width < _NARROW or "机打号码" in sheet.text)


def roll_fields(sheet: Sheet) -> dict[str, Any]:
    """Return what a strip tells: names, totals with tax, lines with tax in their prices."""
    text = sheet.text
    small, words, payee = _SMALL.search(text), _WORDS.search(text), _PAYEE.search(text)
    fields: dict[str, Any] = {
        "total": money_or_none(small[1]) if small else worded(words[1]) if words else None,
        "total_in_words": words[1] if words else None,
        "payee": payee[1] if payee else None,
    }
    side = None
    for row in sheet.rows:
        for name, pattern in (("seller", _SELLER), ("buyer", _BUYER)):
            match = pattern.search(row.text)
            if match:
                side = name
                fields[f"{name}.name"] = row.raw[match.start(1) :].strip()
        tax_id = _ID.search(row.text)
        if tax_id and side:
            fields.setdefault(f"{side}.tax_id", tax_id[1])
    lines = _lines(sheet.rows)
    return fields | ({"lines": lines} if lines else {})


def _lines(rows: Sequence[Row]) -> tuple[Line, ...]:
    start = next((place for place, row in enumerate(rows) if "单价" in row.text and "金额" in row.text), None)
    if start is None:
        return ()
    lines, name = [], ""
    for row in rows[start + 1 :]:
        if row.text.startswith("合计"):
            break
        texts = [cell.raw for cell in row.cells]
        figures: list[str] = []
        while texts and _FIGURE.fullmatch(texts[-1]) and len(figures) < 3:
            figures.insert(0, texts.pop())
        name += "".join(texts)
        if len(figures) == 3:
            price, quantity, amount = figures
            lines.append(
                Line(
                    name=name or None,
                    price=decimal_or_none(price),
                    quantity=decimal_or_none(quantity),
                    amount=money_or_none(amount),
                )
            )
            name = ""
    return tuple(lines)
