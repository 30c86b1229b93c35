"""Special tables (特定业务): what the faces of transport, building, letting and tolls print beside the goods."""

from __future__ import annotations

from typing import Any

from fapiao.face.lines import Goods
from fapiao.face.rows import Cell, Row
from fapiao.face.sheet import Sheet

_HEADINGS = (
    "出行人",
    "有效身份证件号",
    "出行日期",
    "出发地",
    "到达地",
    "等级",
    "交通工具类型",
    "运输工具种类",
    "运输工具牌号",
    "起运地",
    "运输货物名称",
)
_FIRST = ("出行人", "运输工具种类")


def special_table(sheet: Sheet, goods: Goods) -> dict[str, Any] | None:
    """Return the special fields by their official names: of the first entry, all entries under 明细."""
    own = [entry for entry in goods.special if entry]
    entries = own or _entries(sheet)
    if not entries:
        return None
    return dict(entries[0]) | ({"明细": entries} if len(entries) > 1 else {})


def _entries(sheet: Sheet) -> list[dict[str, str]]:
    for place, row in enumerate(sheet.rows):
        if row.text.startswith(_FIRST):
            return _below(row, sheet.rows[place + 1 :])
    return []


def _below(heading: Row, rows: tuple[Row, ...]) -> list[dict[str, str]]:
    places, signs = [], heading.places()
    for name in _HEADINGS:
        at = heading.text.find(name)
        if at >= 0:
            places.append((signs[at][0], signs[at + len(name) - 1][1], name))
    entries = []
    for row in rows:
        if "合计" in row.text or "备注" in row.text:
            break
        entry: dict[str, str] = {}
        for cell in row.cells:
            name = min(places, key=lambda place: _apart(place, cell))[2]
            entry[name] = entry.get(name, "") + cell.raw
        if "出行人" in entry or "运输工具种类" in entry:
            entries.append(entry)
        elif entries:
            for name, text in entry.items():
                entries[-1][name] = entries[-1].get(name, "") + text
    return entries


def _apart(place: tuple[float, float, str], cell: Cell) -> float:
    left, right, _ = place
    return max(left - cell.right, cell.left - right, 0.0) + abs((left + right) / 2 - cell.middle) / 100
