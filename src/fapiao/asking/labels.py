"""Labels in a text (文字里的要素): days, sums and parties that pasted text names, and a row copied from a spreadsheet."""

from __future__ import annotations

import contextlib
import re
from datetime import date
from decimal import Decimal
from typing import Any

from fapiao.money import money_or_none
from fapiao.vocabulary import kind_from_label

_DAY = re.compile(r"(?<!\d)(20\d{2})\s*(?:[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})|(\d{2})(\d{2}))(?!\d)")
_DAY_LABEL = re.compile(r"(?:开票|开具|发票|填开)?(?:日期|时间|日)[^\d\n]{0,8}$")
_SENT = re.compile(
    r"(?:发送|发件|收件|接收|转发|回复|打印|导出|下载|查询|截止|date|sent|received|on)\S{0,4}[^\d\n]{0,12}$",
    re.IGNORECASE,
)
_MONEY = r"[^\d\n\-]{0,10}?(-?\d[\d,]*(?:\.\d{1,2})?)(?![\d.])"
_SUMS = {
    "total": re.compile(rf"(?:价税合计|含税(?:总)?金?额|含税价|总金额|总额|票价|小写)(?:\(小写\))?{_MONEY}"),
    "amount": re.compile(rf"(?:不含税(?:总)?金?额?|未税金额|金额\(不含税\)){_MONEY}"),
    "tax": re.compile(rf"(?<!含)(?<!含税)税\s?额{_MONEY}"),
}
_CHECK_CODE = re.compile(r"校\s?验\s?码(?:后\s?(?:6|六)\s?位)?\W{0,4}((?:\d\s?){20}|\d{6})(?!\d)")
_NAME = r"\s*(?:名\s*称)?\s*[::]\s*([^\s,;,;、:\d][^\n,;、:]{1,60}?)(?=$|[\n,;、]|\s{2,}|\t|\s*(?:纳税人|税号|统一))"
_TAX_ID = r"\s*(?:方)?(?:信息)?\s*(?:纳税人识别号|统一社会信用代码/纳税人识别号|统一社会信用代码|识别号|税号)\W{0,4}([0-9A-Z]{15,20})(?![0-9A-Z])"
_SIDES = {"seller": "(?:销售方|销方|销货方|开票方)", "buyer": "(?:购买方|购方|购货方|受票方|抬头)"}
_PARTIES = {
    f"{side}_{field}": re.compile(words + rest)
    for side, words in _SIDES.items()
    for field, rest in (("name", _NAME), ("tax_id", _TAX_ID))
}


def labelled(flat: str) -> dict[str, Any]:
    """Return what a text in half width says beside the number: ``issued_on``, sums, check code, parties, ``kind``."""
    told: dict[str, Any] = {"issued_on": _day(flat)}
    told |= {
        name: money_or_none(match[1]) for name, pattern in _SUMS.items() if (match := _found(pattern, flat))
    }
    code = _CHECK_CODE.search(flat)
    told["check_code"] = re.sub(r"\s", "", code[1]) if code else None
    told |= {name: match[1].strip() for name, pattern in _PARTIES.items() if (match := pattern.search(flat))}
    told = _row(flat) | {name: value for name, value in told.items() if value is not None}
    return {name: value for name, value in told.items() if value is not None}


def _found(pattern: re.Pattern[str], flat: str) -> re.Match[str] | None:
    """The first hit that is not inside 不含税…, which names another sum."""
    for match in pattern.finditer(flat):
        if pattern is _SUMS["amount"] or flat[max(0, match.start() - 1) : match.start()] != "不":
            return match
    return None


def _day(flat: str) -> date | None:
    """The day that the text labels; else the only day in it that is not when something was sent."""
    days: list[date] = []
    for match in _DAY.finditer(flat):
        year, month, day, compact_month, compact_day = match.groups()
        before = flat[max(0, match.start() - 20) : match.start()]
        with contextlib.suppress(ValueError):
            found = date(int(year), int(month or compact_month), int(day or compact_day))
            if re.search(r"(?:开票|开具|填开)(?:日期|时间|日)[^\d\n]{0,8}$", before):
                return found
            if not _SENT.search(before) and (month or _DAY_LABEL.search(before)):
                days.append(found)
    return days[0] if len(set(days)) == 1 else None


def _row(flat: str) -> dict[str, Any]:
    """What the cells of a copied row are by themselves: three sums that add up, and words that name a kind."""
    cells = [cell.strip() for cell in flat.split("\t")]
    if len(cells) < 4:
        return {}
    told: dict[str, Any] = {}
    sums = [money_or_none(cell) if _is_sum(cell) else None for cell in cells]
    for amount, tax, total in zip(sums, sums[1:], sums[2:], strict=False):
        if (
            None not in (amount, tax, total)
            and (amount or Decimal(0)) + (tax or Decimal(0)) == total
            and total
        ):
            told |= {"amount": amount, "tax": tax, "total": total}
            break
    digits = 20 if any(re.fullmatch(r"\d{20}", cell) for cell in cells) else 8
    kinds = {kind_from_label(cell, number_digits=digits) for cell in cells if "票" in cell and len(cell) < 30}
    kinds.discard(None)
    return told | ({"kind": kinds.pop()} if len(kinds) == 1 else {})


def _is_sum(cell: str) -> bool:
    return bool(re.fullmatch(r"[¥￥]?-?[\d,]{1,15}(?:\.\d{1,2})?", cell))
