"""Heads (票头): kind, code, number, date, check code and machine number."""

from __future__ import annotations

import re
from typing import Any

from fapiao.einvoice.values import parse_when
from fapiao.face.papers import TITLE
from fapiao.numbers import legacy
from fapiao.vocabulary import KINDS, kind_from_title

_CODE = re.compile(r"(?<!正数)(?<!蓝字)发票代码:?(\d{12}|\d{10})(?!\d)")
_NUMBER = re.compile(r"(?<!蓝字)(?<!蓝字数电)(?<!原)发票号码:?(\d{20}|\d{8})(?!\d)")
_EIGHT = re.compile(r"(?<!蓝字)(?<!蓝字数电)发票号码:?(\d{8})(?!\d)")
_DIGITAL = re.compile(r"(?<!蓝字)(?:数电发票号码|数电票号码?|全电发票号码|数电号码):?(\d{20})(?!\d)")
_LONE = re.compile(r"(?m)^\D{0,24}?(\d{20})(?:\D{0,10})$")
_PAPER = re.compile(r"(?:N[oO0]|№)[.:°]{0,2}(\d{8})(?:\1)?(?!\d)")
_LONE_CODE = re.compile(r"(?<!\d)(\d{12}|\d{10})(?:\1)?(?!\d)")
_BARE_CODE = re.compile(r"(?m)(?<!\d)(\d{12}|\d{10})$")
_BARE_NUMBER = re.compile(r"(?m)(?<![\d.])(\d{8})$")
_OLD_TITLE = re.compile(r"增值税|电子(?:普通|专用)发票")
_HEAD_LINES = 9
"""Lines of a paper's head, where its code stands without a label."""
_LIST_OF = re.compile(r"代码:?(\d{12}|\d{10})\D{0,6}号码:?(\d{8})(?!\d)")
_CHECK = re.compile(r"校验码:?(\d{20})(?!\d)")
_CHECK_CHAIN = re.compile(r"校验码:?([0-9A-Za-z]{5})(?![0-9A-Za-z])")
_MACHINE = re.compile(r"机器(?:编号|号码):?(\d{12})(?!\d)")
_DATE = re.compile(
    r"(?:开票日期|填开日期|日期):?(\d{4}年\d{1,2}月\d{1,2}日?|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{8})"
)
_LOOSE = (
    re.compile(r"(?:开票|填开)日期:?\D{0,6}?(20\d{2})\D{0,3}?(\d{2})\D{0,3}?(\d{2})(?!\d)"),
    re.compile(r"(?<!\d)(20\d{2})年?(\d{2})月?(\d{2})日?\n?(?:开票|填开)日期"),
)
_ANY_DAY = re.compile(r"(?<!\d)(20\d{2}年\d{1,2}月\d{1,2}日)(?!\d{2}:)")
_PRINTED_DIGITAL = {
    "81": "85",
    "82": "86",
    "83": "87",
    "84": "88",
    "01": "85",
    "04": "86",
    "03": "87",
    "15": "88",
}


def own_number(text: str) -> str | None:
    """Return the number of the invoice that a sheet is of: 20 digits before 8."""
    match = _DIGITAL.search(text) or _NUMBER.search(text)
    if match:
        return match[1]
    lone = (_LONE.search(text) or _PAPER.search(text)) if "发票" in text else None
    return lone[1] if lone else (_bare_head(text) or (None, None))[1]


def own_code(text: str) -> str | None:
    """Return the code (发票代码) printed on a sheet."""
    match = _CODE.search(text)
    if match or not _PAPER.search(text):
        return match[1] if match else (_bare_head(text) or (None, None))[0]
    found = _LONE_CODE.findall("\n".join(text.split("\n")[:_HEAD_LINES]))
    return next((code for code in found if legacy.kind_of(code)), None)


def _bare_head(text: str) -> tuple[str, str] | None:
    """Return code and number of a 税控 head whose labels are drawn as curves: both stand alone, one after the other."""
    if "发票号码" in text or not _OLD_TITLE.search(text) or _LONE.search(text):
        return None
    head = "\n".join(text.split("\n")[:_HEAD_LINES])
    for match in _BARE_CODE.finditer(head):
        number = _BARE_NUMBER.search(head, match.end()) if legacy.kind_of(match[1]) else None
        if number:
            return match[1], number[1]
    return None


def list_of(text: str) -> tuple[str, str] | None:
    """Return code and number of the invoice that an attached list (清单) belongs to."""
    match = _LIST_OF.search(text) if "清单" in text else None
    return (match[1], match[2]) if match else None


def identity(text: str) -> dict[str, Any]:
    """Return what tells one invoice from all others."""
    code, number = own_code(text), own_number(text)
    digital = _first(_DIGITAL, text)
    paper = bool(code and digital)
    day, moment = parse_when(_first(_DATE, text) or _loose_date(text))
    kind = _kind(text, code, number)
    eight = _first(_EIGHT, text)
    old = bool(code) and not paper
    return {
        "kind": _PRINTED_DIGITAL.get(kind or "", kind) if paper else kind,
        "code": code,
        "number": eight if paper and eight else number,
        "digital_number": digital if paper else None,
        "issued_on": day,
        "issued_at": moment,
        "check_code": _first(_CHECK, text) or (_first(_CHECK_CHAIN, text) if old else None),
        "machine_number": _first(_MACHINE, text),
    }


def _kind(text: str, code: str | None, number: str | None) -> str | None:
    digits = len(number or "")
    told = [kind_from_title(match[1], code=code, number_digits=digits) for match in TITLE.finditer(text)]
    known = [kind for kind in told if kind and (digits != 20 or KINDS[kind].era != "tax-control" or code)]
    if known:
        return known[0]
    return kind_from_title("", code=code, number_digits=8) if code else None


def _loose_date(text: str) -> str | None:
    """The digits of a date may stand apart from 年月日, or on another baseline."""
    for pattern in _LOOSE:
        match = pattern.search(text)
        if match and "01" <= match[2] <= "12" and "01" <= match[3] <= "31":
            return f"{match[1]}-{match[2]}-{match[3]}"
    days = set(_ANY_DAY.findall(text))
    return days.pop() if len(days) == 1 else None


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(text)
    return match[1] if match else None
