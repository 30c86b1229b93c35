"""Lines of goods (项目明细) on a face: columns by their headings, rows until the sum."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

import msgspec

from fapiao.einvoice.reading import line_of
from fapiao.face.rows import Cell, Row
from fapiao.face.units import unit_begins
from fapiao.invoice import Line
from fapiao.money import decimal_or_none, round_to_fen

_HEADINGS = (
    (
        "name",
        (
            "货物或应税劳务、服务名称",
            "货物(劳务)名称",
            "货物或应税劳务名称",
            "货物及应税劳务名称",
            "货物或应税劳务",
            "项目名称",
            "货物名称",
            "服务名称",
            "商品名称",
        ),
    ),
    ("serial", ("序号",)),
    ("spec", ("规格型号",)),
    ("unit", ("面积单位", "单位")),
    ("quantity", ("数量",)),
    ("price", ("单价",)),
    ("amount", ("金额",)),
    ("rate", ("税率/征收率", "税率", "征收率")),
    ("tax", ("税额",)),
    ("建筑服务发生地", ("建筑服务发生地",)),
    ("建筑项目名称", ("建筑项目名称",)),
    ("产权证书/不动产权证号", ("产权证书/不动产权证号", "产权证书/不动产", "不动产权证号")),
    ("车牌号", ("车牌号",)),
    ("类型", ("类型",)),
    ("通行日期起", ("通行日期起",)),
    ("通行日期止", ("通行日期止",)),
)
_END = re.compile(
    r"^(合计|小计|总计|价税合计|共\d+页|备注|销售方|购买方|本页小计|出行人|运输工具种类|.{0,2}合计)"
)
_MONEY = re.compile(r"^[-¥Y]{0,3}[\d,]+\.\d{2}$")
_NUMBER = re.compile(r"^-?[\d,]*\.?\d+$")
_FIGURE = re.compile(r"^([-¥]{0,3}[\d,]*\.?\d+|\*{2,})$")
_FIGURE_COLUMNS = ("quantity", "price", "amount", "tax")
_TEXT_COLUMNS = ("name", "spec", "unit")
_RATE = re.compile(r"^(\d{1,2}(\.\d+)?%|免税|不征税|零税率|出口零税率|普通零税率|0|\*+)$")
_LINK = re.compile(r"-?[\d,]+\.\d{2}|\d{1,2}(?:\.\d)?%|免税|不征税|(?:出口|普通)?零税率|\*{3}")
_CHAIN = re.compile(rf"(?:{_LINK.pattern}){{2,4}}")
"""Amount, rate and tax may touch: each ends where its form ends."""
MOST_SEAMS = 3
"""Texts of several columns may touch: a cell of so few runs is taken apart; one of more is spaced-out text."""
_LONG_PRICE = re.compile(r"\d+\.\d{4,}")
_DOTTED = re.compile(r"-?\d[\d.]{3,40}")
_GLUED = re.compile(r"^(.*?[^\d.,\-¥%])(-?\d[\d,]*\.\d{2,})$")


class Columns(msgspec.Struct, frozen=True):
    """Where each column's heading stands (列): name → (left, right)."""

    places: dict[str, tuple[float, float]]

    def of(self, cell: Cell) -> str:
        """Return the column that a cell belongs to: figures by where they end, for they are set flush right."""
        if set(cell.text) == {"*"} and {"rate", "tax"} <= set(self.places):
            return min(("rate", "tax"), key=lambda name: self._apart(name, cell))
        if _FIGURE.match(cell.text) and not self._is_serial(cell):
            begun = [
                name for name in _FIGURE_COLUMNS if name in self.places and self.places[name][0] < cell.right
            ]
            if begun:
                return max(begun, key=lambda name: self.places[name][0])
        if "rate" in self.places and _RATE.match(cell.text) and cell.right > self.places["rate"][0] - 4:
            return "rate"
        if cell.text.startswith("*") and "name" in self.places:
            return "name"
        if self._is_serial(cell):
            return "serial"
        return min(self._for_text(), key=lambda name: self._apart(name, cell))

    def _is_serial(self, cell: Cell) -> bool:
        place = self.places.get("serial")
        return place is not None and cell.text.isdigit() and cell.left < place[1]

    def _for_text(self) -> list[str]:
        texts = [name for name in self.places if name not in ("price", "amount", "tax", "rate", "serial")]
        return texts or list(self.places)

    def _apart(self, name: str, cell: Cell) -> float:
        left, right = self.places[name]
        return max(left - cell.right, cell.left - right, 0.0) + abs((left + right) / 2 - cell.middle) / 100


def heading_columns(row: Row) -> Columns | None:
    """Return the columns of a heading row, ``None`` for any other row."""
    text = row.text
    if "金额" not in text or not ("单价" in text or "税率" in text or "数量" in text) or "名称" not in text:
        return None
    return Columns(_places(row))


def _places(row: Row) -> dict[str, tuple[float, float]]:
    """Headings may be split (数  量) or run together: place each by where its signs stand in the row."""
    signs, text = row.places(), row.text
    places: dict[str, tuple[float, float]] = {}
    for name, words in _HEADINGS:
        for word in words:
            at = text.find(word)
            if at >= 0 and not (name == "类型" and text[at - 2 : at] == "规格"):
                places[name] = (signs[at][0], signs[at + len(word) - 1][1])
                break
    return dict(sorted(places.items(), key=lambda place: place[1]))


class Goods(msgspec.Struct, frozen=True):
    """The lines of a table (明细) and what the special business's own columns say of each."""

    lines: tuple[Line, ...]
    special: tuple[dict[str, str], ...] = ()


def goods_of(rows: Sequence[Row], columns: Columns) -> Goods:
    """Return what the rows below a heading tell, until the sum; wrapped texts join the line they belong to."""
    told: list[dict[str, str]] = []
    waiting: dict[str, str] = {}
    for row in rows:
        if _END.match(row.text):
            break
        cells = _by_column(row, columns)
        if _begins(cells) and (waiting or cells.get("name") or "rate" in cells):
            for name, text in waiting.items():
                cells[name] = text + cells.get(name, "")
            waiting = {}
            told.append(cells)
        elif cells.get("name", "").startswith("*") and cells["name"].count("*") >= 2 and not _continues(told):
            waiting = cells
        elif told:
            _continue(waiting or told[-1], cells)
    settled = [_settled(each) for each in told]
    known = {name for name, _ in _HEADINGS[:9]}
    return Goods(
        tuple(line_of(each) for each in settled),
        tuple({name: text for name, text in each.items() if name not in known} for each in settled),
    )


def _continues(told: list[dict[str, str]]) -> bool:
    """An open ``*`` in the name above means that this row closes it."""
    return bool(told) and told[-1].get("name", "").count("*") == 1


def _continue(line: dict[str, str], cells: dict[str, str]) -> None:
    if "amount" in cells or "tax" in cells:
        return
    for name, text in cells.items():
        if name in ("quantity", "price"):
            if name in line and re.fullmatch(r"[\d.]+", text):
                line[name] += text
        elif name != "rate":
            line[name] = line.get(name, "") + text


def _begins(cells: dict[str, str]) -> bool:
    return bool(_MONEY.match(cells.get("amount", "")))


def _by_column(row: Row, columns: Columns) -> dict[str, str]:
    cells: dict[str, str] = {}
    for cell in row.cells:
        for part in [last for each in _parted(cell, columns) for last in _unit_parted(each, columns)]:
            name = columns.of(part)
            figure = name in (*_FIGURE_COLUMNS, "rate")
            cells[name] = cells.get(name, "") + (part.text if figure else part.raw)
    return cells


def _parted(cell: Cell, columns: Columns) -> list[Cell]:
    """A long text may touch the figure right of it: part them where the figure's column has begun."""
    if "serial" in columns.places and (serial := re.match(r"\d{1,4}(?=\*)", cell.text)):
        return _cut(cell, serial.end())
    if _CHAIN.fullmatch(cell.text) and not _FIGURE.match(cell.text) and not _RATE.match(cell.text):
        ends = [link.end() for link in _LINK.finditer(cell.text)]
        return _cut(cell, *ends[:-1])
    if 1 <= len(cell.seams) <= MOST_SEAMS:
        parts = _at_seams(cell)
        order = list(columns.places)
        held = [order.index(columns.of(part)) for part in parts]
        if all(before < after for before, after in pairwise(held)):
            return parts
    match = _GLUED.match(cell.text)
    begun = [left for name in _FIGURE_COLUMNS if (left := columns.places.get(name, (1e9, 0))[0]) < cell.right]
    if not match or not begun or cell.left > max(begun):
        return [cell]
    return _cut(cell, match.end(1))


def _unit_parted(cell: Cell, columns: Columns) -> list[Cell]:
    """A specification may touch its unit where both are one text."""
    heading = columns.places.get("unit")
    if heading is None or not cell.left < heading[0] < cell.right:
        return [cell]
    begin = unit_begins(cell.text, cell.places(), heading)
    return [cell] if begin is None else _cut(cell, begin)


def _at_seams(cell: Cell) -> list[Cell]:
    """Return the runs that a cell was made of."""
    starts = [(0, cell.left), *((at, left) for at, _, left in cell.seams)]
    ends = [*((at, right) for at, right, _ in cell.seams), (len(cell.text), cell.right)]
    return [
        Cell(left, right, cell.text[begin:end], cell.raw[begin:end])
        for (begin, left), (end, right) in zip(starts, ends, strict=True)
    ]


def _cut(cell: Cell, *ends: int) -> list[Cell]:
    """Return a cell in parts, each ending where told."""
    places, cuts = cell.places(), [0, *ends, len(cell.text)]
    return [
        Cell(places[begin][0], places[end - 1][1], cell.text[begin:end], cell.raw[begin:end])
        for begin, end in pairwise(cuts)
    ]


def _unglued(cells: dict[str, str]) -> dict[str, str]:
    """A long price may touch its quantity: part them where their product is the amount."""
    glued = (cells.get("quantity", "") + cells.get("price", "")).replace(",", "")
    amount = decimal_or_none(cells.get("amount"))
    if ("quantity" in cells) == ("price" in cells) or amount is None or not _DOTTED.fullmatch(glued):
        return cells
    fitting = [
        (glued[:at], glued[at:])
        for at in range(1, len(glued))
        if _NUMBER.match(glued[:at])
        and _LONG_PRICE.fullmatch(glued[at:])
        and _product(glued[:at], glued[at:], amount)
    ]
    if len(fitting) != 1 or _product(glued, "1", amount):
        return cells
    return cells | dict(zip(("quantity", "price"), fitting[0], strict=True))


def _product(quantity: str, price: str, amount: Decimal) -> bool:
    factors = decimal_or_none(quantity), decimal_or_none(price)
    return None not in factors and round_to_fen(factors[0] * factors[1]) == amount  # type: ignore[operator]


def told_line(cells: dict[str, str]) -> Line:
    """Return the line that the texts of its columns tell, by the columns' names."""
    return line_of(_settled(cells))


def _settled(cells: dict[str, str]) -> dict[str, Any]:
    """Keep only what has the form of its column: a stray seal letter in a number's place says nothing."""
    settled: dict[str, Any] = {}
    cells = _unglued(cells)
    for name, text in cells.items():
        bare = text.replace("¥", "").replace(",", "").removeprefix("Y")
        if name in ("quantity", "price") and not _NUMBER.match(bare):
            continue
        if name == "rate" and not _RATE.match(text):
            continue
        settled[name] = bare if name in _FIGURE_COLUMNS else text
    return settled
