"""Parties (购销双方) on a face: 数电 side by side, 税控 the buyer above and the seller below."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from fapiao.einvoice.values import split_address, split_bank
from fapiao.face.rows import Row
from fapiao.face.sheet import Sheet

_NAME = re.compile(r"名称:(.*)$")
_TAX_ID = re.compile(
    r"(?:统一社会信用代码/纳税人识别号|统一社会信用代码/?|纳税人识别号/?(?:统一社会信用代码)?|纳税人识别码|税号)"
    r"(?:/身份证号码?)?:?([0-9A-Za-z*]{0,20})"
)
_LONE_ID = re.compile(r"[0-9A-Z*]{15,20}")
_ADDRESS = re.compile(r"地址[、,/]?电话:?(.*)$")
_BANK = re.compile(r"开户[银]?行[及、,]?[银行]{0,2}[账帐]号:?(.*)$")
_CIPHER = re.compile(r"[0-9+\-*/<>]{20,36}")
_GOODS = re.compile(r"货物或应税|项目名称|服务名称|名称规格|^合计|价税合计")
_CUT = re.compile(r"统一社会|纳税人|地址[、,]?电话|密码|密$|:")
_OWN_ROWS = (
    (_ADDRESS, split_address, ("address", "phone")),
    (_BANK, split_bank, ("bank", "account")),
)
CIPHER_BEGINS = 0.57
"""Where no label shows it, the cipher area and the remark of a 税控 face begin at this share of the width."""


def side_by_side(sheet: Sheet, goods_at: float | None) -> dict[str, Any]:
    """Return both parties of a 数电 face."""
    rows = [row for row in sheet.rows if goods_at is None or row.y < goods_at]
    middle = _second_label(rows) or _second_upright(sheet) or sheet.width / 2
    left, right = ("seller", "buyer") if _seller_first(sheet) else ("buyer", "seller")
    beside = _party(right, [row.within(middle, sheet.width * 2) for row in rows]) or _stacked(rows, right)
    return _party(left, [row.within(0.0, middle) for row in rows]) | beside


def _stacked(rows: Sequence[Row], side: str) -> dict[str, Any]:
    """Plain makers set the second party below the first, not beside it."""
    named = [place for place, row in enumerate(rows) if _NAME.search(row.text)]
    return _party(side, rows[named[1] :]) if len(named) > 1 else {}


def _seller_first(sheet: Sheet) -> bool:
    """On invoices that a buyer issues (收购, 反向开票) the seller may stand left: the upright labels tell."""
    buyer, seller = sheet.upright_at("购"), sheet.upright_at("销")
    return bool(buyer and seller and abs(buyer.y - seller.y) < 8.0 and seller.x < buyer.x)


def _second_label(rows: Sequence[Row]) -> float | None:
    """Return where the seller's half begins: a little left of the second 名称 label on a row."""
    for row in rows:
        found = [match.start() for match in re.finditer("名称:|识别号:", row.text)]
        starts = [
            cell.left for cell in row.cells if re.match("名称:|名$|统一社会信用|纳税人识别号", cell.text)
        ]
        if len(found) >= 2 and len(starts) >= 2:
            return starts[1] - 1.0
    return None


def _second_upright(sheet: Sheet) -> float | None:
    mark = sheet.upright_at("购" if _seller_first(sheet) else "销")
    return mark.x - 0.5 if mark and mark.x > sheet.width / 3 else None


def above_and_below(sheet: Sheet, goods_at: float | None, sums_at: float | None) -> dict[str, Any]:
    """Return both parties of a 税控 face: the buyer above the goods, the seller below the sums."""
    split = goods_at if goods_at is not None else sums_at
    if split is None:
        return {}
    below = sums_at if sums_at is not None else split
    above = [row.within(0.0, right_area(sheet, "密")) for row in sheet.rows if row.y < split]
    under = [row.within(0.0, right_area(sheet, "备")) for row in sheet.rows if row.y > below]
    return _party("buyer", above) | _party("seller", under)


def right_area(sheet: Sheet, sign: str) -> float:
    """Return where the area right of a 税控 face's parties begins: its upright label tells."""
    mark = next((run for run in sheet.upright if run.text == sign and run.x > sheet.width / 3), None)
    return mark.x - 0.5 if mark else sheet.width * CIPHER_BEGINS


def cipher_of(sheet: Sheet, goods_at: float | None) -> str | None:
    """Return the cipher (密码区) of a 税控 face: rows of signs right of the buyer."""
    left = right_area(sheet, "密")
    rows = [row.within(left, 1e9).text for row in sheet.rows if goods_at is None or row.y < goods_at]
    cipher = "".join(
        text for row in rows if _CIPHER.fullmatch(text := row.removeprefix("密").removeprefix("码"))
    )
    return cipher if len(cipher) >= 80 else None


def _party(side: str, rows: Sequence[Row]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for place, row in enumerate(rows):
        text = row.text
        if _GOODS.search(text):
            break
        name = _NAME.search(text)
        if name and f"{side}.name" not in fields:
            fields[f"{side}.name"] = _wrapped(row, name.start(1), rows, place)
        tax_id = _TAX_ID.search(text)
        if tax_id and f"{side}.tax_id" not in fields:
            fields[f"{side}.tax_id"] = _long_enough(tax_id[1]) or _near_id(rows, place)
        for pattern, split, names in _OWN_ROWS:
            match = pattern.search(text)
            if match and match[1]:
                told = split(row.raw[match.start(1) :])
                fields |= {f"{side}.{part}": value for part, value in zip(names, told, strict=True)}
    return {path: value for path, value in fields.items() if value}


def _long_enough(text: str) -> str | None:
    return text.upper() if len(text) >= 15 else None


def _near_id(rows: Sequence[Row], place: int) -> str | None:
    """The number may have slipped to the row before or after its label."""
    for near in (place + 1, place - 1):
        if 0 <= near < len(rows) and abs(rows[near].y - rows[place].y) < 1.6 * rows[place].size:
            for cell in rows[near].cells:
                if _LONE_ID.fullmatch(cell.text.upper()):
                    return cell.text.upper()
    return None


def _wrapped(row: Row, start: int, rows: Sequence[Row], place: int) -> str:
    """Return a name with what of it stands in the rows below, flush with its beginning."""
    end = _CUT.search(row.text, start)
    name = row.raw[start : end.start() if end else None].strip()
    if not name:
        return _below(rows, place)
    left = row.places()[start][0]
    for below in rows[place + 1 : place + 3]:
        near = below.y - row.y < 1.7 * row.size and below.cells and abs(below.cells[0].left - left) < 2.0
        if not near or ":" in below.text or _CUT.search(below.text):
            break
        name += below.raw
        row = below
    return name


def _below(rows: Sequence[Row], place: int) -> str:
    """Return a name that slipped to the row before or after its label."""
    for near in (place + 1, place - 1):
        if 0 <= near < len(rows) and abs(rows[near].y - rows[place].y) < 1.2 * rows[place].size:
            text = rows[near].text
            if text and ":" not in text and not _CUT.search(text):
                return rows[near].raw
    return ""


_ACCOUNTS = (
    (r"地址", r"电话", ("address", "phone")),
    (r"开户(?:银)?行", r"(?:银行)?[账帐]号", ("bank", "account")),
)
_SIDES = (("buyer", "购(?:买)?方?"), ("seller", "销(?:售)?方?"))


def accounts_in(remark: str) -> dict[str, Any]:
    """Return addresses and accounts that a 数电 remark prints: ``购方开户银行:…; 银行账号:…; 购买方地址:…; 电话:…;``."""
    fields: dict[str, Any] = {}
    if "方" not in remark:
        return fields
    for side, word in _SIDES:
        for first, second, names in _ACCOUNTS:
            match = re.search(rf"{word}{first}[:：]([^;；]*)[;；]?(?:\s*{second}[:：]([^;；]*))?", remark)
            if match:
                told = [_said(match[1]), _said(match[2])]
                fields |= {f"{side}.{name}": value for name, value in zip(names, told, strict=True) if value}
    return fields


def _said(text: str | None) -> str | None:
    bare = (text or "").strip()
    return None if bare in ("", "-", "/", "无") else bare
