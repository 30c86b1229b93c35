"""Parties (购销双方) on a face: 数电 side by side, 税控 the buyer above and the seller below."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from fapiao.einvoice.values import split_address, split_bank
from fapiao.face.rows import Row

_NAME = re.compile(r"名称:(.*)$")
_TAX_ID = re.compile(
    r"(?:统一社会信用代码/纳税人识别号|统一社会信用代码/?|纳税人识别号/?(?:统一社会信用代码)?|纳税人识别码|税号):?([0-9A-Za-z*]{0,20})"
)
_ADDRESS = re.compile(r"地址[、,]?电话:?(.*)$")
_BANK = re.compile(r"开户行及账号:?(.*)$")
_GOODS = ("货物或应税", "项目名称", "服务名称", "名称规格")
_UPRIGHT = frozenset(
    ["购", "买", "方", "销", "售", "备", "注", "密", "码", "区", "信", "息", "销备", "备注", "购密"]
)
"""Labels set upright beside their areas: their signs fall into the rows and belong to none."""
LEFT_PART = 0.60
"""On a 税控 face the cipher area and the remark begin right of this share of the width."""


def side_by_side(rows: Sequence[Row], width: float) -> dict[str, Any]:
    """Return both parties of a 数电 face."""
    fields: dict[str, Any] = {}
    middle = _second_label(rows) or width / 2
    for side, left, right in (("buyer", 0.0, middle), ("seller", middle, width * 2)):
        fields |= _party(side, [row.within(left, right) for row in rows])
    return fields


def _second_label(rows: Sequence[Row]) -> float | None:
    """Return where the seller's half begins: a little left of the second 名称 or 销 label."""
    for row in rows:
        starts = [cell.left for cell in row.cells if cell.text.startswith(("名称:", "名"))]
        if "名称:" in row.text and len(starts) >= 2:
            return starts[-1] - 6.0
    return None


def above_and_below(
    rows: Sequence[Row], width: float, goods_at: float | None, sums_at: float | None
) -> dict[str, Any]:
    """Return both parties of a 税控 face: the buyer above the goods, the seller below the sums."""
    left = [row.within(0.0, width * LEFT_PART) for row in rows]
    split = goods_at if goods_at is not None else sums_at
    if split is None:
        return {}
    below = sums_at if sums_at is not None else split
    return _party("buyer", [row for row in left if row.y < split]) | _party(
        "seller", [row for row in left if row.y > below]
    )


def _party(side: str, rows: Sequence[Row]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    rows = [Row(row.y, tuple(cell for cell in row.cells if cell.text not in _UPRIGHT)) for row in rows]
    for place, row in enumerate(rows):
        text = row.text
        if any(word in text for word in _GOODS):
            break
        name = _NAME.search(text)
        if name and f"{side}.name" not in fields:
            fields[f"{side}.name"] = _wrapped(_cut(name[1]), rows, place)
        tax_id = _TAX_ID.search(text)
        if tax_id and f"{side}.tax_id" not in fields:
            fields[f"{side}.tax_id"] = tax_id[1].upper() if len(tax_id[1]) >= 15 else None
        for pattern, split, names in (
            (_ADDRESS, split_address, ("address", "phone")),
            (_BANK, split_bank, ("bank", "account")),
        ):
            match = pattern.search(text)
            if match and match[1]:
                fields |= {
                    f"{side}.{part}": value for part, value in zip(names, split(match[1]), strict=True)
                }
    return {path: value for path, value in fields.items() if value}


def _wrapped(name: str, rows: Sequence[Row], place: int) -> str:
    """A long name may go on in the next row, before the next label."""
    if place + 1 < len(rows) and name and not name.endswith(("公司", "厂", "店", "部", "院", "中心", "个人")):
        following = rows[place + 1].text
        near = 0 < rows[place + 1].y - rows[place].y < 5.0
        if (
            near
            and following
            and ":" not in following
            and re.fullmatch(r"[\u4e00-\u9fff()A-Za-z]{1,20}", following)
        ):
            return name + following
    return name


def _cut(text: str) -> str:
    return re.split(r"(?:统一社会|纳税人|地址[、,]?电话|密码|密$|密码区|:)", text)[0].strip()
