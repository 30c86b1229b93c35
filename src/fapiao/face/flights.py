"""Flights (航空运输电子客票行程单): a heading row of charges with their values below, parties beside labels."""

from __future__ import annotations

import re
from typing import Any

from fapiao.einvoice.values import parse_when
from fapiao.face.labels import below, right_of
from fapiao.face.sheet import Sheet
from fapiao.money import money_or_none

_CHARGES = ("票价", "燃油附加费", "增值税税率", "增值税税额", "民航发展基金", "其他税费", "合计")
_BESIDE = (
    "GP单号",
    "开票状态",
    "国内国际标识",
    "电子客票号码",
    "验证码",
    "提示信息",
    "保险费",
    "销售网点代号",
    "填开单位",
    "填开日期",
    "开票日期",
    "购买方名称",
    "统一社会信用代码/纳税人识别号",
    "统一社会信用代码",
    "纳税人识别号",
    "发票号码",
)
_TRAVELLER = ("旅客姓名", "有效身份证件号码", "签注")
_MONEY = re.compile(r"-?[\d,]+\.\d{1,2}")
_TAX_ID = re.compile(r"[0-9A-Z]{15,20}")


def flight_fields(sheet: Sheet) -> dict[str, Any]:
    """Return the fields of an itinerary: what was paid, the tax in it, who bought and who issued."""
    charges = _table(sheet, _CHARGES, "票价")
    beside = right_of(sheet.rows, _BESIDE)
    total, tax = _money(charges.get("合计")), _money(charges.get("增值税税额"))
    tax_id = _TAX_ID.search(next((beside[key] for key in _BESIDE[12:15] if key in beside), ""))
    special: dict[str, Any] = {
        name: _figure(charges[name])
        for name in ("票价", "燃油附加费", "民航发展基金", "其他税费")
        if name in charges
    }
    traveller = _table(sheet, _TRAVELLER, "旅客姓名").get("旅客姓名")
    special |= {"旅客姓名": traveller} if traveller else {}
    special |= {key: beside[key] for key in ("电子客票号码", "GP单号") if key in beside}
    return {
        "total": total,
        "tax": tax,
        "amount": total - tax if total is not None and tax is not None else None,
        "issued_on": parse_when(beside.get("开票日期") or beside.get("填开日期"))[0],
        "buyer.name": beside.get("购买方名称"),
        "buyer.tax_id": tax_id[0] if tax_id else None,
        "seller.name": beside.get("填开单位"),
        "special": special or None,
    }


def _table(sheet: Sheet, labels: tuple[str, ...], first: str) -> dict[str, str]:
    for place, row in enumerate(sheet.rows):
        if first in row.text and sum(label in row.text for label in labels) >= 2:
            beside = right_of([row], labels)
            if f"{first}:" in row.text or any(_MONEY.search(each) for each in beside.values()):
                return beside | right_of(sheet.rows[place + 1 :], labels)
            return below(row, sheet.rows[place + 1 :], labels)
    return right_of(sheet.rows, labels)


def _figure(text: str) -> str:
    match = _MONEY.search(text)
    return match[0].replace(",", "") if match else text


def _money(text: str | None) -> Any:
    match = _MONEY.search(text or "")
    return money_or_none(match[0]) if match else None
