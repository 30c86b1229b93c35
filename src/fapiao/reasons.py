"""Reasons (隔离原因): why something waits in quarantine, in words for people, and what mends it."""

from __future__ import annotations

import re

import msgspec

from fapiao.errors import ERRORS

_FIELDS = {
    "kind": ("票种", "kind"),
    "number": ("号码", "number"),
    "issued_on": ("开票日期", "date of issue"),
    "amount": ("金额", "amount"),
    "total": ("价税合计", "total"),
    "seller.tax_id": ("销方税号", "seller's tax number"),
}
_SUMS = ("金额 + 税额 ≠ 价税合计", "amount + tax is not the total")
_MONEY = ("金额不是可用的数", "an amount is no usable number")
_UNREADABLE = ("读不出发票", "no invoice could be read")
_FILL_IN = ("请补齐后重新导入，或等来源更正", "fill it in and import again, or wait for a correction")
_SEND_AGAIN = ("请来源方核对后重发", "the sender has to correct it and send it again")
_GET_ORIGINAL = ("请取得原始文件再导入", "get the original file and import it again")


def reason(code: str, lang: str = "zh") -> str:
    """Return a reason's words: what intake found wrong, or the error that a file was refused with.

    >>> reason('missing:kind')
    '缺少票种'
    >>> reason('file-damaged', 'en')
    'The file is damaged'
    """
    english = lang == "en"
    what, _, detail = code.partition(":")
    if what == "missing":
        field = _FIELDS.get(detail, (detail, detail))[english]
        return f"no {field}" if english else f"缺少{field}"
    if what == "field":
        return _malformed(detail)[english]
    if what == "sum":
        return _SUMS[english]
    if what == "money":
        return _MONEY[english]
    if what == "unreadable":
        return _UNREADABLE[english]
    kind = ERRORS.get(detail or what)
    return code if kind is None else kind.title_en if english else kind.title


def _malformed(detail: str) -> tuple[str, str]:
    """Return which field is malformed, as far as the reader's own message names it (``… - at `$.seller.tax_id```)."""
    place = re.search(r"\$\.([\w.]+)", detail)
    name = place[1] if place else ""
    chinese, english = _FIELDS.get(name, (name, name))
    return (
        (f"{chinese}写法不对", f"{english} is malformed")
        if name
        else ("有一项写法不对", "a field is malformed")
    )


def remedy(code: str, lang: str = "zh") -> str:
    """Return what mends it.

    >>> remedy('missing:kind')
    '请补齐后重新导入，或等来源更正'
    """
    english = lang == "en"
    what, _, detail = code.partition(":")
    told = {"missing": _FILL_IN, "sum": _SEND_AGAIN, "money": _SEND_AGAIN, "field": _SEND_AGAIN}.get(what)
    kind = ERRORS.get(detail or what)
    if told is None and kind is not None:
        return kind.next_step_en if english else kind.next_step
    return (told or _GET_ORIGINAL)[english]


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One reason (一条原因): its code, what is wrong, and the next step, in both languages."""

    code: str
    text: str
    text_en: str
    step: str
    step_en: str


def explained(code: str) -> Reason:
    """Return all that is said of a reason; a code that is not known stands for itself."""
    return Reason(
        code=code,
        text=reason(code),
        text_en=reason(code, "en"),
        step=remedy(code),
        step_en=remedy(code, "en"),
    )
