"""Reasons (隔离原因): why something waits in quarantine, in words for people."""

from __future__ import annotations

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
_UNREADABLE = ("读不出发票", "no invoice could be read")


def reason(code: str, lang: str = "zh") -> str:
    """Return a reason's words: what `ledger.flaws` found, or the error that a file was refused with.

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
    if what == "sum":
        return _SUMS[english]
    if what == "unreadable":
        return _UNREADABLE[english]
    kind = ERRORS.get(detail or what)
    return code if kind is None else kind.title_en if english else kind.title
