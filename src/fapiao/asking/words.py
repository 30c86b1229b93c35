"""Words around a number (文字里的号码): finds invoice numbers in pasted mails, table rows and scans."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from datetime import date
from typing import Any

from fapiao.errors import FapiaoError
from fapiao.money import money_or_none
from fapiao.qr import parse

_QR = re.compile(
    r"01,\d{2},(?:\d{10}|\d{12})?,(?:\d{20}|\d{8}),[-\d.]*,[-\d]{8,10},[0-9A-Za-z]*(?:,[0-9A-Fa-f]{4})?,?"
)
_TWENTY = re.compile(r"(?<![\d.])(\d(?:[ \-]?\d){19})(?![\d.])")
_PAIR = re.compile(r"(?<!\d)(\d{12}|\d{10})\D{1,24}?(\d{8})(?!\d)")
_LONE = re.compile(r"(?<![\dA-Za-z.])([0-9OoQDIlZSB|]{17,22})(?![\dA-Za-z])")
_DAY = re.compile(r"(20\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")


def read_words(text: str) -> dict[str, Any]:
    """Return what pasted text says of one invoice, by claim field; at least ``number`` when there is one.

    A QR payload comes first, then 20 digits (spaces allowed), then code with number, then a long run of digits and
    look-alike letters. Days and sums are taken only when the text names them.
    """
    flat = _flat(text)
    told = _from_qr(flat) or _from_numbers(flat)
    if told and "kind" not in told:
        told |= {name: value for name, value in _around(flat).items() if name not in told}
    return told


def split_text(text: str) -> list[str]:
    """Return the parts of a pasted text that each name one invoice: payloads, else lines with a number, else all."""
    flat = _flat(text)
    payloads = [match[0] for match in _QR.finditer(flat)]
    if len(payloads) > 1:
        return payloads
    lines = [line.strip() for line in flat.splitlines() if _from_numbers(line)]
    return lines if len(lines) > 1 else [text.strip()]


def _flat(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace("\x00", "").replace("\u200b", "").replace("\ufeff", "")


def _from_qr(flat: str) -> dict[str, Any]:
    match = _QR.search(flat)
    candidate = match[0] if match else flat.strip()
    if not match and not candidate.lower().startswith("http"):
        return {}
    try:
        payload = parse(candidate)
    except FapiaoError:
        return {}
    told = payload.fields()
    told.pop("qr", None)
    return told | ({"chain": True} if payload.kind is None and payload.code is None else {})


def _from_numbers(flat: str) -> dict[str, Any]:
    twenty = _TWENTY.search(flat)
    if twenty:
        return {"number": re.sub(r"\D", "", twenty[1])}
    pair = _PAIR.search(flat)
    if pair:
        return {"code": pair[1], "number": pair[2]}
    lone = _LONE.search(flat)
    return {"number": lone[1]} if lone else {}


def _around(flat: str) -> dict[str, Any]:
    told: dict[str, Any] = {}
    day = _DAY.search(flat)
    if day:
        with contextlib.suppress(ValueError):
            told["issued_on"] = date(int(day[1]), int(day[2]), int(day[3]))
    total = re.search(r"价税合计\D{0,12}?(-?[\d,]+\.\d{2})", flat)
    if total:
        told["total"] = money_or_none(total[1])
    return told
