"""Reasons of quarantine (隔离原因) in words: what is wrong with an arrival, and what mends it."""

from __future__ import annotations

import msgspec

from fapiao.errors import ERRORS

_FIELDS = {
    "kind": ("票种", "kind"),
    "number": ("发票号码", "number"),
    "issued_on": ("开票日期", "date of issue"),
    "amount": ("金额", "amount"),
    "total": ("价税合计", "total"),
    "seller.tax_id": ("销方税号", "seller's tax number"),
}
_OTHERS = {
    "sum:amount+tax!=total": (
        "金额加税额不等于价税合计",
        "amount and tax do not add up to the total",
        "请来源方核对后重发",
        "the sender has to correct and send it again",
    ),
    "unreadable": (
        "内容读不出发票",
        "no invoice can be read in it",
        "请取得原始文件再导入",
        "get the original file and import it again",
    ),
}
_MISSING_STEP = ("请补齐后重新导入，或等来源更正", "fill it in and import again, or wait for a correction")


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One reason (一条原因): its code, what is wrong, and the next step, in both languages."""

    code: str
    text: str
    text_en: str
    step: str
    step_en: str


def reason(code: str) -> Reason:
    """Return a reason's words; a code that is not known stands for itself."""
    head, _, rest = code.partition(":")
    if head == "missing":
        zh, en = _FIELDS.get(rest, (rest, rest))
        return _reason(code, f"缺少{zh}", f"{en} is missing", *_MISSING_STEP)
    if code in _OTHERS:
        return _reason(code, *_OTHERS[code])
    kind = ERRORS.get(rest or head) or ERRORS.get(head)
    if kind:
        return _reason(code, kind.title, kind.title_en, kind.next_step, kind.next_step_en)
    return _reason(code, code, code, *_OTHERS["unreadable"][2:])


def _reason(code: str, text: str, text_en: str, step: str, step_en: str) -> Reason:
    return Reason(code=code, text=text, text_en=text_en, step=step, step_en=step_en)
