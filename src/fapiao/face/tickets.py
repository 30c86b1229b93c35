"""Railway tickets (铁路电子客票): no seller and no table of goods; the fare is the total."""

from __future__ import annotations

import re
from typing import Any

from fapiao.face.rows import Row
from fapiao.face.sheet import Sheet
from fapiao.invoice import Red
from fapiao.money import money_or_none

_FARE = re.compile(r"(?:票价|退票费|改签费|变更到站费|手续费):?[¥Y]?(-?[¥Y]?[\d,]+\.\d{1,2})")
_BARE_FARE = re.compile(r"(?m)(?<![\d.])¥(-?[\d,]+\.\d{1,2})(?!\d)")
_BUYER = re.compile(r"购买方(?:名称)?:?([^:\n]{2,60}?)(?=统一社会|纳税人|\n|$)")
_TAX_ID = re.compile(r"(?:统一社会信用代码|纳税人识别号)(?:/纳税人识别号)?:?([0-9A-Z]{15,20})")
_TRAIN = re.compile(r"(?<![0-9A-Z])([GDCZTKYLSP]\d{1,4}|\d{4}(?=次))(?!\d)")
_WHEN = re.compile(r"(\d{4})年(\d{2})月(\d{2})日(\d{2}:\d{2})开")
_SEAT = re.compile(r"(\d{2}车[0-9A-F]{2,4}号?[上中下]?铺?|\d{2}车无座|无座)")
_CLASS = re.compile(
    r"(商务座|特等座|优选一等座|一等座|二等座包座|二等座|新空调硬座|新空调硬卧|新空调软卧|硬座|软座|硬卧|软卧|动卧|高级软卧|无座)"
)
_PASSENGER = re.compile(r"(?m)^\d{6,10}\*{4,8}[\dX]{3,4}([\u4e00-\u9fffA-Za-z·. ]{2,20})")
_TICKET = re.compile(r"电子客票号:?([0-9A-Z]{13,24})")
_BEFORE = re.compile(r"(?:原发票号码|被红冲(?:蓝字)?(?:数电)?发票号码):?(\d{20})")


def ticket_fields(sheet: Sheet) -> dict[str, Any]:
    """Return the fields of a railway ticket's face."""
    text, raw = sheet.text, "\n".join(row.raw for row in sheet.rows)
    fare, tax_id, before = _FARE.search(text) or _bare_fare(text), _TAX_ID.search(text), _BEFORE.search(text)
    buyer = _BUYER.search(text)
    return {
        "total": money_or_none(fare[1].replace("¥", "").replace("Y", "")) if fare else None,
        "buyer.name": raw[buyer.start(1) : buyer.end(1)] if buyer else None,
        "buyer.tax_id": tax_id[1] if tax_id else None,
        "red": Red(original_number=before[1]) if before else None,
        "special": _journey(sheet) or None,
    }


def _bare_fare(text: str) -> re.Match[str] | None:
    """The only figure with a currency sign is the fare where its label is drawn."""
    found = list(_BARE_FARE.finditer(text))
    return found[0] if len(found) == 1 else None


def _journey(sheet: Sheet) -> dict[str, Any]:
    text = sheet.text
    told: dict[str, Any] = {}
    for row in sheet.rows:
        train = _TRAIN.search(row.text)
        if train and "号码" not in row.text and "客票号" not in row.text:
            told["车次"] = train[1]
            told |= _stations(row, train)
            break
    when = _WHEN.search(text)
    if when:
        told["乘车日期"] = f"{when[1]}-{when[2]}-{when[3]} {when[4]}"
    for name, pattern in (
        ("席位", _SEAT),
        ("席别", _CLASS),
        ("乘车人", _PASSENGER),
        ("电子客票号码", _TICKET),
    ):
        match = pattern.search(text)
        if match:
            told[name] = match[1]
    return told


def _stations(row: Row, train: re.Match[str]) -> dict[str, str]:
    before, after = row.raw[: train.start()], row.raw[train.end() :]
    told = {}
    for name, text in (("出发站", before), ("到达站", after)):
        match = re.match(r"[\u4e00-\u9fff]{2,8}", text)
        if match:
            told[name] = match[0]
    return told
