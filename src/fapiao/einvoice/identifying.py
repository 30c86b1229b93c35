"""Identifying (票据标识): code, numbers, kind and region that follow from what a document tells."""

from __future__ import annotations

import base64
import io
import re
from typing import Any

from fapiao.einvoice.told import Told
from fapiao.numbers import digital, legacy
from fapiao.qr import is_payload
from fapiao.vocabulary import KINDS, kind_from_label, kind_from_source, kind_from_title, label

_PAPER = {"81": "85", "82": "86", "83": "87", "84": "88", "01": "85", "04": "86", "03": "87", "15": "88"}
_UNIQUE = re.compile(r"(\d{12}|\d{10})(\d{8})")


def identity(told: Told) -> dict[str, Any]:
    """Return ``code``, ``number``, ``digital_number``, ``kind`` with its label, and ``region``, as far as told."""
    code, number, twenty = _numbers(told)
    paper = bool(code and twenty and number and number != twenty)
    whole = code if code and len(code) in legacy.CODE_LENGTHS and code.isdigit() else None
    kind = _kind(told, whole, len(twenty or number or ""))
    kind = _PAPER.get(kind or "", kind) if paper else kind
    return {
        "code": code,
        "number": number,
        "digital_number": twenty if paper else None,
        "kind": kind,
        "kind_label": label(kind),
        "region": _region(whole, twenty if paper else number),
    }


def _numbers(told: Told) -> tuple[str | None, str | None, str | None]:
    """Return code, printed number, and the 20 digits; a paper 数电 invoice has all three."""
    code = _bare(told.texts.get("code"))
    number = _bare(told.texts.get("number") or told.texts.get("eiid"))
    twenty = _bare(told.texts.get("digital_number"))
    unique = _bare(told.texts.get("unique")) or ""
    if number is None and unique:
        match = _UNIQUE.fullmatch(unique)
        if len(unique) == 20 and not unique.startswith("0"):
            number = unique
        elif match:
            code, number = code or match[1], match[2]
    if number and len(number) == 20:
        if twenty == number:
            twenty = None
        return (None if code and number.startswith(code) else code), number, number if code else twenty
    return code, number or twenty, twenty


def _bare(text: str | None) -> str | None:
    return re.sub(r"[\s\-—]", "", text) or None if text else None


def _kind(told: Told, code: str | None, digits: int) -> str | None:
    by_taxonomy = kind_from_source("xbrl", told.taxonomy or "", number_digits=digits)
    if by_taxonomy:
        return by_taxonomy
    name, mark = told.labels.get("GeneralOrSpecialVAT", ("", ""))
    for title in (name, told.labels.get("EInvoiceType", ("", ""))[0], told.texts.get("title", "")):
        kind = _titled(title, code, digits)
        if kind:
            return kind
    if mark and digits == 20:
        return kind_from_source("einvoice-label", mark)
    return _coded(told.texts.get("source_kind", ""), digits) or (legacy.kind_of(code) if code else None)


def _titled(title: str, code: str | None, digits: int) -> str | None:
    if not title or title.isdigit():
        return _coded(title, digits) if title else None
    kind = kind_from_label(title, number_digits=digits) if digits == 20 else None
    return kind or kind_from_title(title, code=code, number_digits=digits)


def _coded(mark: str, digits: int) -> str | None:
    """A kind by code: three digits are the issuing client's, two the verification codes."""
    if len(mark) == 3:
        return kind_from_source("baiwang", mark)
    kind = kind_from_source("tax-account", mark) if len(mark) == 2 else None
    if kind is None or (digits == 20) != (KINDS[kind].era != "tax-control"):
        return kind_from_source("leqi-class", mark, number_digits=digits) if digits == 20 else None
    return kind


def _region(code: str | None, number: str | None) -> str | None:
    if number and len(number) == 20:
        return digital.region_of(number)
    return legacy.region_of(code) if code else None


def qr_payload(text: str) -> str | None:
    """Return a payload as text; some makers put the picture of the code there instead."""
    if not text.startswith(_PICTURES):
        return text if is_payload(text) else None
    from PIL import Image

    from fapiao.pictures import decode_qr

    try:
        picture = Image.open(io.BytesIO(base64.b64decode(text)), formats=["PNG", "JPEG"])
        return next(iter(decode_qr(picture)), None) if picture.width * picture.height < 4_000_000 else None
    except (ValueError, OSError, SyntaxError):
        return None


_PICTURES = ("iVBOR", "/9j/")
