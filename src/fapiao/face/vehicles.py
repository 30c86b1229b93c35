"""Vehicles (机动车、二手车销售统一发票): forms of boxes without a table of goods."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from fapiao.face.endings import people_of
from fapiao.face.labels import right_of
from fapiao.face.rows import Row
from fapiao.face.sheet import Sheet
from fapiao.face.sums import sums_of
from fapiao.money import money_or_none

VEHICLES = ("03", "15", "83", "84", "87", "88")
_USED = ("15", "84", "88")
_SPECIAL = (
    "车辆类型",
    "厂牌型号",
    "产地",
    "合格证号",
    "进口证明书号",
    "商检单号",
    "发动机号码",
    "车辆识别代号/车架号码",
    "车架号/车辆识别代码",
    "主管税务机关及代码",
    "完税凭证号码",
    "吨位",
    "限乘人数",
    "车牌照号",
    "登记证号",
    "转入地车辆管理所名称",
)
_TERMS = (
    *_SPECIAL,
    "购买方名称",
    "购货单位(人)",
    "统一社会信用代码/纳税人识别号/身份证明号码",
    "统一社会信用代码/纳税人识别号",
    "纳税人识别号",
    "身份证号码/组织机构代码",
    "单位代码/身份证号码",
    "价税合计",
    "车价合计",
    "销货单位名称",
    "销售方名称",
    "电话",
    "账号",
    "地址",
    "开户银行",
    "增值税税率或征收率",
    "增值税税额",
    "不含税价",
    "小写",
    "买方单位/个人住址",
    "卖方单位/个人住址",
    "买方单位/个人",
    "卖方单位/个人",
    "开票人",
    "备注",
)
_ID = re.compile(r"(?:识别号|证明?号码|代码)[^0-9A-Z]{0,12}([0-9A-Z]{15,20})(?![0-9A-Z])")
_FIGURE = re.compile(r"-?[\d,]+\.\d{2}")


def vehicle_fields(sheet: Sheet, kind: str) -> dict[str, Any]:
    """Return the fields of a vehicle's sale; a used one has no tax on its face."""
    rows = sheet.rows
    split = next((place for place, row in enumerate(rows) if _seller_begins(row, kind)), len(rows))
    above, under = right_of(rows[:split], _TERMS), right_of(rows[split:], _TERMS)
    fields = sums_of(rows, None) | people_of(rows)
    fields["buyer.name"] = _one_of(above, "购买方名称", "购货单位(人)", "买方单位/个人")
    fields["seller.name"] = _one_of(under, "销货单位名称", "销售方名称", "卖方单位/个人")
    fields["buyer.tax_id"] = _id_in(rows[: _goods_begin(rows)])
    fields["seller.tax_id"] = _id_in(rows[split:])
    for side, told in (("buyer", above), ("seller", under)):
        for name, *words in _CONTACTS:
            fields[f"{side}.{name}"] = _one_of(told, *words)
    if kind not in _USED:
        every = right_of(rows, _TERMS)
        fields["tax"] = _money(every.get("增值税税额"))
        fields["amount"] = _money(every.get("不含税价")) or _money(under.get("小写"))
    special = {name: value for name, value in right_of(rows, _TERMS).items() if name in _SPECIAL}
    return fields | {"special": special or None}


_CONTACTS = (
    ("address", "地址", "买方单位/个人住址", "卖方单位/个人住址"),
    ("phone", "电话"),
    ("bank", "开户银行"),
    ("account", "账号"),
)


def _seller_begins(row: Row, kind: str) -> bool:
    words = ("卖方单位",) if kind in _USED else ("销货单位名称", "销售方名称")
    return any(word in row.text for word in words)


def _goods_begin(rows: Sequence[Row]) -> int:
    return next(
        (place for place, row in enumerate(rows) if re.search("车辆类型|卖方单位", row.text)), len(rows)
    )


def _id_in(rows: Sequence[Row]) -> str | None:
    found = (_ID.search(row.text) for row in rows)
    return next((match[1] for match in found if match), None)


def _one_of(told: dict[str, str], *names: str) -> str | None:
    return next((told[name] for name in names if name in told), None)


def _money(text: str | None) -> Any:
    match = _FIGURE.search(text or "")
    return money_or_none(match[0]) if match else None
