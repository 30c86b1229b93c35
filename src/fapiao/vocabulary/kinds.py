"""Kinds (发票种类) by the verification codes of 税务数字账户, and the other codes and words that mean them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

import msgspec

from fapiao.numbers import legacy

Era = Literal["tax-control", "digital", "digital-paper"]


class Kind(msgspec.Struct, frozen=True):
    """One kind (发票种类). ``basis`` is the fourth field of a verification: ``amount``, ``total`` or ``check_code``."""

    code: str
    label: str
    label_en: str
    era: Era
    basis: Literal["amount", "total", "check_code"]
    special: bool = False


_ROWS = (
    Kind("01", "增值税专用发票", "VAT special invoice", "tax-control", "amount", True),
    Kind("02", "货物运输业增值税专用发票", "VAT special invoice for freight", "tax-control", "amount", True),
    Kind("03", "机动车销售统一发票", "Motor vehicle sales invoice", "tax-control", "amount"),
    Kind("04", "增值税普通发票", "VAT ordinary invoice", "tax-control", "check_code"),
    Kind("08", "增值税电子专用发票", "VAT electronic special invoice", "tax-control", "amount", True),
    Kind("10", "增值税电子普通发票", "VAT electronic ordinary invoice", "tax-control", "check_code"),
    Kind("11", "增值税普通发票(卷票)", "VAT ordinary invoice (roll)", "tax-control", "check_code"),
    Kind("14", "收费公路通行费电子普通发票", "Toll electronic ordinary invoice", "tax-control", "check_code"),
    Kind("15", "二手车销售统一发票", "Used vehicle sales invoice", "tax-control", "total"),
    Kind("51", "电子发票(铁路电子客票)", "E-invoice (railway ticket)", "digital", "total"),
    Kind("61", "电子发票(航空运输电子客票行程单)", "E-invoice (air itinerary)", "digital", "total"),
    Kind("81", "电子发票(增值税专用发票)", "E-invoice (VAT special)", "digital", "total", True),
    Kind("82", "电子发票(普通发票)", "E-invoice (ordinary)", "digital", "total"),
    Kind("83", "电子发票(机动车销售统一发票)", "E-invoice (motor vehicle)", "digital", "total"),
    Kind("84", "电子发票(二手车销售统一发票)", "E-invoice (used vehicle)", "digital", "total"),
    Kind("85", "数电纸质增值税专用发票", "Digital paper VAT special", "digital-paper", "amount", True),
    Kind("86", "数电纸质增值税普通发票", "Digital paper VAT ordinary", "digital-paper", "check_code"),
    Kind("87", "数电纸质机动车销售统一发票", "Digital paper motor vehicle", "digital-paper", "amount"),
    Kind("88", "数电纸质二手车销售统一发票", "Digital paper used vehicle", "digital-paper", "total"),
)
KINDS: dict[str, Kind] = {kind.code: kind for kind in _ROWS}
_QR = {"31": "81", "32": "82", "51": "51", "61": "61", "83": "83", "84": "84", "81": "81", "82": "82"}
_QR_BACK = {"81": "31", "82": "32"}


def label(kind: str | None, lang: str = "zh") -> str | None:
    """Return the official Chinese name of a kind (or the English one), ``None`` for an unknown kind."""
    found = KINDS.get(kind or "")
    return None if found is None else found.label if lang == "zh" else found.label_en


def kind_from_qr(code: str, invoice_code: str, number: str) -> str | None:
    """Return the kind a QR code's second field means: 31 and 32 are 数电, two digits else as §1.1 with a code."""
    if len(number) == 20 and not invoice_code:
        return _QR.get(code)
    if code in KINDS and KINDS[code].era == "tax-control":
        return code
    return legacy.kind_of(invoice_code) if invoice_code else None


def qr_code_of(kind: str) -> str:
    """Return the two digits that the face's QR payload gives for a kind."""
    return _QR_BACK.get(kind, kind)


@lru_cache(maxsize=4096)
def kind_from_label(text: str, *, number_digits: int | None = None) -> str | None:
    """Return the kind a table's 发票票种 cell or another system's name means, ``None`` when it cannot be told.

    ``number_digits`` (8 or 20) settles names that both eras use, such as 增值税专用发票.
    """
    bare = re.sub(r"[\s()（）\[\]]", "", text)
    if not bare:
        return None
    if bare in KINDS:
        return bare
    digital = number_digits == 20 or any(word in bare for word in ("数电", "全电", "电子发票", "全面数字化"))
    paper = "数电纸" in bare or "纸质" in bare
    for words, plain, electronic, printed in _NAMES:
        if all(word in bare for word in words):
            return printed if paper and digital else electronic if digital else plain
    return None


_NAMES: tuple[tuple[tuple[str, ...], str | None, str | None, str | None], ...] = (
    (("铁路",), "51", "51", "51"),
    (("航空",), "61", "61", "61"),
    (("行程单",), "61", "61", "61"),
    (("二手车",), "15", "84", "88"),
    (("机动车",), "03", "83", "87"),
    (("通行费",), "14", "82", "86"),
    (("货物运输",), "02", "81", "85"),
    (("卷",), "11", "82", "86"),
    (("电子专用",), "08", "81", "85"),
    (("电子普通",), "10", "82", "86"),
    (("专用",), "01", "81", "85"),
    (("普通",), "04", "82", "86"),
    (("专票",), "01", "81", "85"),
    (("普票",), "04", "82", "86"),
)


def kind_from_title(text: str, *, code: str | None = None, number_digits: int | None = None) -> str | None:
    """Return the kind that a face's printed title means, the code settling what the words leave open."""
    told = kind_from_label(text, number_digits=number_digits)
    by_code = legacy.kind_of(code) if code else None
    if told in KINDS and KINDS[told].era == "tax-control" and by_code:
        return by_code
    return told or by_code
