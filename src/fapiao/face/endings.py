"""Endings (票尾): who drew, took and checked, the remark, and what a red invoice reverses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from fapiao.face.parties import accounts_in, right_area
from fapiao.face.rows import Row, folded
from fapiao.face.sheet import Sheet
from fapiao.invoice import Red

_NAME = r"([\u4e00-\u9fffA-Za-z0-9·•.\- ()_]{1,24}?)"
_PEOPLE = (
    ("payee", re.compile(rf"收款(?:人|员):?{_NAME}(?=[;,]|复核|开票人|销售方|销售单位|$)")),
    ("reviewer", re.compile(rf"复核(?:人)?:?{_NAME}(?=[;,]|收款人|开票人|销售方|销售单位|$)")),
    ("drawer", re.compile(rf"开票人:?{_NAME}(?=[;,]|销售方|销售单位|销货单位|复核|收款人|备注|$)")),
)
_RED = re.compile(r"被红冲蓝字(?:数电)?(?:发票|票)?号码[:]?(\d{20}|\d{8})")
_RED_CODE = re.compile(r"被红冲蓝字(?:发票)?代码:?(\d{10,12})|对应正数发票代码:?(\d{10,12})")
_RED_OLD = re.compile(r"对应正数发票代码:?(\d{12}|\d{10})[,;]?号码:?(\d{8})")
_CONFIRM = re.compile(
    r"(?:红字发票信息确认单(?:编)?号码?|红字发票信息(?:确认单)?(?:表)?编号|红字确认单编号|信息表编号):?(\d{16,20})"
)
_LABELLED = re.compile(r"^备注:(.{2,})")
_UPRIGHT_LEFT = re.compile(r"^(备注|备|注)+:?")


def people_of(rows: Sequence[Row]) -> dict[str, Any]:
    """Return payee, reviewer and drawer; the last row that names one is the foot's, before it the remark's."""
    fields: dict[str, Any] = {}
    for row in reversed(rows):
        if "开票人" in row.text or "收款" in row.text or "复核" in row.text:
            for name, pattern in _PEOPLE:
                match = pattern.search(row.text)
                if match and match[1].strip():
                    fields.setdefault(name, row.raw[match.start(1) : match.end(1)].strip())
    return fields


def red_of(text: str) -> dict[str, Any]:
    """Return what a red invoice reverses, as its remark tells."""
    flat = folded(text.replace("\n", ""))
    number, confirm, old = _RED.search(flat), _CONFIRM.search(flat), _RED_OLD.search(flat)
    if not (number or confirm or old):
        return {}
    code = _RED_CODE.search(flat)
    return {
        "red": Red(
            original_code=(code and (code[1] or code[2])) or (old and old[1]) or None,
            original_number=(number and number[1]) or (old and old[2]) or None,
            confirmation_number=confirm[1] if confirm else None,
        )
    }


def remark_of(sheet: Sheet, *, beside_seller: bool) -> dict[str, Any]:
    """Return the remark as printed, and the addresses and accounts that a 数电 remark holds."""
    rows = _remark_rows(sheet)
    if not rows:
        return {}
    named = next((match for row in rows if (match := _LABELLED.match(row.text))), None)
    if named:
        row = next(row for row in rows if row.text == named.string)
        text = row.raw[named.start(1) :] + "".join(each.raw for each in rows[rows.index(row) + 1 :])
    else:
        left = right_area(sheet, "备") if beside_seller else _left(sheet)
        text = "".join(row.within(left, sheet.width * 2).raw for row in rows)
        text = _UPRIGHT_LEFT.sub("", text)
    if len(text) < 2:
        return {}
    return {"remark": text} | ({} if beside_seller else accounts_in(text) | _people_in(rows))


def _people_in(rows: Sequence[Row]) -> dict[str, Any]:
    fields = people_of(rows)
    fields.pop("drawer", None)
    return fields


def _left(sheet: Sheet) -> float:
    mark = next((run for run in reversed(sheet.upright) if run.text == "注"), None)
    return mark.x + 0.5 * mark.size if mark else 8.0


def _remark_rows(sheet: Sheet) -> list[Row]:
    """The rows below the total and above the people."""
    rows = sheet.rows
    start = next((row.y for row in rows if "小写" in row.text or "价税合计" in row.text), None)
    if start is None:
        return []
    feet = [row.y for row in rows if row.y > start + 3 and re.match(r"(开票人|收款人:|复核:)", row.text)]
    end = feet[-1] if feet else max((row.y for row in rows), default=start) + 1
    first_foot = next((y for y in feet if end - y < 1.0), end)
    return [row for row in rows if start + 1.5 < row.y < first_foot - 1.0]
