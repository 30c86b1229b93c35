"""A bare face (无栏目文字): some makers draw the form as curves and set only the values as text.

Then a value is told by its form and its place on the official form; kind and what else the text does not say come
from the QR code.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from fapiao.face.lines import Columns, goods_of
from fapiao.face.rows import Cell, Row
from fapiao.face.sheet import Sheet
from fapiao.face.sums import worded
from fapiao.money import money_or_none

_FORM_WIDTH = 215.0
_COLUMNS = {
    "name": (16.0, 28.0),
    "spec": (49.0, 61.0),
    "unit": (72.0, 80.0),
    "quantity": (93.0, 101.0),
    "price": (118.0, 126.0),
    "amount": (143.5, 151.5),
    "rate": (158.0, 176.0),
    "tax": (194.5, 202.5),
}
"""Where the columns' headings stand on the official 数电 form, in millimetres."""
_WORDS = re.compile(r"\(?负?数?\)?[零壹贰叁肆伍陆柒捌玖拾佰仟万亿圆元角分整正]{3,40}")
_MONEY = re.compile(r"[¥Y]?-?[\d,]+\.\d{2}")
_ID = re.compile(r"[0-9A-Z]{15,20}")
_NAME = re.compile(r"[\u4e00-\u9fffA-Za-z· ]{2,20}")
_DIGITAL = re.compile(r"(?<!\d)\d{20}(?!\d)")
_SEAL = re.compile(r"税务局|税务总局|监制|^共\d+页|^第\d+页")
_DAY = re.compile(r"20\d{2}年\d{1,2}月\d{1,2}日")


def bare_number(text: str) -> str | None:
    """Return the 20 digits of a sheet that has no labels, but a date, goods and an amount in words."""
    number = _DIGITAL.search(text)
    goods = re.search(r"(?m)^\*[^*\n]{1,20}\*", text)
    words = any(worded(each) is not None for each in _WORDS.findall(text))
    return number[0] if number and goods and words and _DAY.search(text) and "发票号码" not in text else None


def bare_fields(sheet: Sheet) -> dict[str, Any]:
    """Return what values of a form without labels tell."""
    goods_at = next((place for place, row in enumerate(sheet.rows) if row.text.startswith("*")), None)
    if goods_at is None:
        return {}
    scale = sheet.width / _FORM_WIDTH
    columns = Columns({name: (left * scale, right * scale) for name, (left, right) in _COLUMNS.items()})
    below = sheet.rows[goods_at:]
    sums = next((place for place, row in enumerate(below) if _is_sum(row)), len(below))
    fields = _parties(sheet.rows[:goods_at], sheet.width / 2) | _sums(below[sums:])
    lines = goods_of(below[:sums], columns).lines
    foot = below[-1].text if sums < len(below) - 1 else ""
    drawer = foot if _NAME.fullmatch(foot) and worded(foot) is None else None
    return fields | ({"lines": lines} if lines else {}) | {"drawer": drawer}


def _is_sum(row: Row) -> bool:
    """A row of two figures and nothing else is the sum."""
    return len(row.cells) in (1, 2) and all(_is_figure(cell) for cell in row.cells)


def _is_figure(cell: Cell) -> bool:
    return bool(_MONEY.fullmatch(cell.text) or re.fullmatch(r"\*{3}", cell.text))


def _sums(rows: Sequence[Row]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if not rows:
        return fields
    for name, cell in zip(("amount", "tax"), rows[0].cells, strict=False):
        if cell.text.startswith("***"):
            fields["tax_text"] = cell.text
        else:
            fields[name] = money_or_none(cell.text.removeprefix("Y"))
    for row in rows[1:]:
        match = _WORDS.search(row.text)
        said = worded(match[0]) if match else None
        if match and said is not None:
            fields |= {"total_in_words": match[0], "total": said}
            break
    return fields


def unlabelled_fields(sheet: Sheet, last: Sheet, goods_at: float | None) -> dict[str, Any]:
    """Return parties and drawer of a 数电 face that sets the headings as text and draws the labels beside the values."""
    above = [row for row in sheet.rows if goods_at is not None and row.y < goods_at]
    fields = _parties(above, sheet.width / 2)
    foot = last.rows[-1].raw if last.rows and "开票人" not in last.text else ""
    if fields and _NAME.fullmatch(foot) and worded(foot) is None:
        fields["drawer"] = foot
    return fields


def _parties(rows: Sequence[Row], middle: float) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    begun = next((place for place, row in enumerate(rows) if _DAY.search(row.text)), -1)
    for row in rows[begun + 1 :]:
        for side, part in (("buyer", row.within(0, middle)), ("seller", row.within(middle, 1e9))):
            if _ID.fullmatch(part.text):
                fields.setdefault(f"{side}.tax_id", part.text)
            elif (
                len(part.text) >= 2
                and not _SEAL.search(part.text)
                and re.search(r"[\u4e00-\u9fff]", part.text)
            ):
                fields.setdefault(f"{side}.name", part.raw)
    return fields
