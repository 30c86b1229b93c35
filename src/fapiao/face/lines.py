"""Lines of goods (项目明细) on a face: columns by their headings, rows until the sum."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from fapiao.einvoice.reading import line_of
from fapiao.face.rows import Cell, Row
from fapiao.invoice import Line

_HEADINGS = (
    (
        "name",
        (
            "货物或应税劳务、服务名称",
            "货物或应税劳务名称",
            "货物或应税劳务",
            "项目名称",
            "货物名称",
            "服务名称",
        ),
    ),
    ("spec", ("规格型号",)),
    ("unit", ("单位",)),
    ("quantity", ("数量",)),
    ("price", ("单价",)),
    ("amount", ("金额",)),
    ("rate", ("税率/征收率", "税率", "征收率")),
    ("tax", ("税额",)),
)
_END = re.compile(r"^(合计|小计|总计|价税合计|共\d+页|备注|销售方|购买方|本页小计|.{0,2}合计)")
_MONEY = re.compile(r"^-?[¥]?-?[\d,]+\.\d{2}$")
_NUMBER = re.compile(r"^-?[\d,]+(\.\d+)?$")
_FIGURE = re.compile(r"^(-?¥?-?[\d,]+(\.\d+)?|\*{2,})$")
_FIGURE_COLUMNS = ("quantity", "price", "amount", "tax")
_RATE = re.compile(r"^(\d{1,2}(\.\d+)?%|免税|不征税|零税率|出口零税率|普通零税率|0|\*+)$")


class Columns(msgspec.Struct, frozen=True):
    """Where each column's heading stands (列): name → (left, right)."""

    places: dict[str, tuple[float, float]]

    def of(self, cell: Cell) -> str:
        """Return the column that a cell belongs to: figures by where they end, for they are set flush right."""
        if _FIGURE.match(cell.text):
            begun = [
                name for name in _FIGURE_COLUMNS if name in self.places and self.places[name][0] < cell.right
            ]
            if begun:
                return max(begun, key=lambda name: self.places[name][0])
        if _RATE.match(cell.text) and "rate" in self.places:
            return "rate"

        def apart(name: str) -> float:
            left, right = self.places[name]
            return (
                max(left - cell.right, cell.left - right, 0.0) + abs((left + right) / 2 - cell.middle) / 100
            )

        return min(self.places, key=apart)


def heading_columns(row: Row) -> Columns | None:
    """Return the columns of a heading row, ``None`` for any other row."""
    text = row.text
    if "金额" not in text or not ("单价" in text or "税率" in text or "数量" in text) or "名称" not in text:
        return None
    return Columns(_places(row))


def _places(row: Row) -> dict[str, tuple[float, float]]:
    """Headings may be split (数  量) or run together: place each by where its signs stand in the row."""
    signs: list[tuple[str, float, float]] = []
    for cell in row.cells:
        width = (cell.right - cell.left) / max(len(cell.text), 1)
        signs += [
            (sign, cell.left + n * width, cell.left + (n + 1) * width) for n, sign in enumerate(cell.text)
        ]
    text = "".join(sign for sign, _, _ in signs)
    places: dict[str, tuple[float, float]] = {}
    for name, words in _HEADINGS:
        for word in words:
            at = text.find(word)
            if at >= 0:
                places[name] = (signs[at][1], signs[at + len(word) - 1][2])
                break
    return places


def lines_of(rows: Sequence[Row], columns: Columns) -> tuple[Line, ...]:
    """Return the lines that rows below a heading tell, until the sum; wrapped names join the line above."""
    told: list[dict[str, str]] = []
    for row in rows:
        if _END.match(row.text):
            break
        cells = _by_column(row, columns)
        if _begins(cells):
            told.append(cells)
        elif told and cells and set(cells) <= {"name", "spec", "unit", "quantity", "price"}:
            for name, text in cells.items():
                if name in ("name", "spec", "unit") or name in told[-1]:
                    told[-1][name] = told[-1].get(name, "") + text
    return tuple(line_of(_settled(each)) for each in told)


def _begins(cells: dict[str, str]) -> bool:
    return bool(
        _MONEY.match(cells.get("amount", "")) and (cells.get("name") or "rate" in cells or "tax" in cells)
    )


def _by_column(row: Row, columns: Columns) -> dict[str, str]:
    cells: dict[str, str] = {}
    for cell in row.cells:
        name = columns.of(cell)
        cells[name] = cells.get(name, "") + cell.text
    return cells


def _settled(cells: dict[str, str]) -> dict[str, Any]:
    """Keep only what has the form of its column: a stray seal letter in a number's place says nothing."""
    settled: dict[str, Any] = {}
    for name, text in cells.items():
        bare = text.replace("¥", "").replace(",", "")
        if name in ("quantity", "price") and not _NUMBER.match(bare):
            continue
        if name == "rate" and not _RATE.match(text):
            continue
        settled[name] = bare if name in ("quantity", "price", "amount", "tax") else text
    return settled
