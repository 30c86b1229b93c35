"""Sums (合计): amount and tax of the row 合计, the total in figures and in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from fapiao.einvoice.values import is_stars
from fapiao.errors import FapiaoError
from fapiao.face.lines import Columns
from fapiao.face.rows import Cell, Row
from fapiao.money import money_or_none, parse_words

_SMALL = re.compile(r"小写\)?:?[¥Y]?(-?[¥Y]?-?[\d,]+(?:\.\d{1,2})?)(?!\d)")
_SIGNS_OF_WORDS = "零壹贰叁肆伍陆柒捌玖拾佰仟万亿圆元角分整正〇○◯"
_WORDS = re.compile(rf"大写\)?[^(零壹贰叁肆伍陆柒捌玖负]{{0,3}}(\(?负?数?\)?[{_SIGNS_OF_WORDS}]{{2,40}})")
_LONE_WORDS = re.compile(
    rf"^[^{_SIGNS_OF_WORDS}(负]{{0,1}}(\(?负?数?\)?[零壹贰叁肆伍陆柒捌玖拾][{_SIGNS_OF_WORDS}]{{1,40}})$"
)
_SUM_ROW = re.compile(r"^.?合计(?!金额)")
_SUM = re.compile(r"^[¥Y]?(-?[¥Y]?-?[\d,]+\.\d{2})[¥]?$")
_FIGURES = re.compile(r"[¥Y]?(-?[\d,]+\.\d{2})|(\*{2,})")


def sums_of(rows: Sequence[Row], columns: Columns | None) -> dict[str, Any]:
    """Return amount, tax and total as printed."""
    fields: dict[str, Any] = {}
    for place, row in enumerate(rows):
        if _SUM_ROW.match(row.text) and "价税" not in row.text:
            fields |= _sum_row(row.cells, columns) or _beside(rows, place, columns)
            break
    text = "\n".join(row.text for row in rows)
    words = _words(rows, text)
    if words:
        fields["total_in_words"] = words
    fields["total"] = _total(text, rows, words)
    return fields


def _beside(rows: Sequence[Row], place: int, columns: Columns | None) -> dict[str, Any]:
    """The figures may have slipped to the row before or after their label, which then holds nothing else."""
    for near in (place - 1, place + 1):
        if 0 <= near < len(rows) and abs(rows[near].y - rows[place].y) < rows[place].size:
            cells = rows[near].cells
            if all(_SUM.match(cell.text) or is_stars(cell.text) for cell in cells):
                return _sum_row(cells, columns)
    return {}


def _words(rows: Sequence[Row], text: str) -> str | None:
    match = _WORDS.search(text)
    if not match:
        found = (_LONE_WORDS.match(cell.text) for row in rows for cell in row.cells)
        match = next((each for each in found if each and worded(each[1]) is not None), None)
    if not match:
        return None
    raw = "\n".join(row.raw for row in rows)
    return raw[match.start(1) : match.end(1)] if match.string is text else match[1]


def _total(text: str, rows: Sequence[Row], words: str | None) -> Decimal | None:
    """The figure after 小写; where it stands elsewhere on the words' row, the one that the words confirm."""
    said = worded(words) if words else None
    small = _SMALL.search(text)
    if small:
        told = money_or_none(_bare(small[1]))
        if told is not None and (said is None or said == told or "." in small[1]):
            return told
    return said


def worded(text: str) -> Decimal | None:
    """Return the amount that words say, ``None`` where they say none."""
    try:
        return parse_words(text)
    except FapiaoError:
        return None


def _sum_row(cells: Sequence[Cell], columns: Columns | None) -> dict[str, Any]:
    figures = [cell for cell in cells if _SUM.match(cell.text) or is_stars(cell.text)]
    values = [cell.text for cell in figures]
    if not values:
        joined = "".join(cell.text for cell in cells)
        values = [money or stars for money, stars in _FIGURES.findall(joined)]
    if len(figures) == 1 and columns and columns.of(figures[0]) == "tax":
        values = ["", values[0]]
    fields: dict[str, Any] = {}
    if values:
        fields["amount"] = money_or_none(_bare(values[0]))
    if len(values) > 1:
        if is_stars(values[1]):
            fields["tax_text"] = values[1]
        else:
            fields["tax"] = money_or_none(_bare(values[1]))
    return fields


def _bare(text: str) -> str:
    return text.replace("¥", "").replace("Y", "")
