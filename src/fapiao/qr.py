"""QR payloads (二维码内容) on the face of an invoice: parsed, checked by CRC, built. A scanned address is never opened.

``01,<kind>,<code>,<number>,<amount>,<yyyymmdd>,<check code>,<crc>``; the CRC (CRC-16/UMTS over everything through the
comma before it) was recovered from public samples. A match means the text is intact; it proves nothing about the
invoice, and a mismatch is only a warning: real railway codes do not match.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

import msgspec

from fapiao.errors import FapiaoError
from fapiao.money import money_or_none
from fapiao.vocabulary import kind_from_qr

CHAIN_HOSTS = ("bcfp.shenzhen.chinatax.gov.cn",)
_TABLE = []
for _byte in range(256):
    _register = _byte << 8
    for _ in range(8):
        _register = ((_register << 1) ^ 0x8005 if _register & 0x8000 else _register << 1) & 0xFFFF
    _TABLE.append(_register)


class QrPayload(msgspec.Struct, frozen=True, kw_only=True):
    """A payload taken apart (二维码要素). ``basis`` says whether ``amount`` is ex-tax (``amount``) or with tax."""

    raw: str
    kind: str | None = None
    code: str | None = None
    number: str | None = None
    amount: Decimal | None = None
    basis: Literal["amount", "total"] = "amount"
    issued_on: date | None = None
    check_code: str | None = None
    crc: Literal["match", "mismatch", "absent"] = "absent"

    def fields(self) -> dict[str, Any]:
        """Return what the payload says of the invoice, by the invoice's field names."""
        told = {
            "kind": self.kind,
            "code": self.code,
            "number": self.number,
            "issued_on": self.issued_on,
            "check_code": self.check_code,
            "qr": self.raw,
            self.basis: self.amount,
        }
        return {name: value for name, value in told.items() if value is not None}


def crc(prefix: str) -> str:
    """Return the CRC of a payload's beginning, which ends with a comma: four capital hex digits."""
    register = 0
    for byte in prefix.encode("ascii", "replace"):
        register = ((register << 8) & 0xFFFF) ^ _TABLE[(register >> 8) ^ byte]
    return f"{register:04X}"


@lru_cache(maxsize=256)
def parse(text: str) -> QrPayload:
    """Take a payload apart. Errors: `qr-format` for anything that is not an invoice's."""
    raw = text.strip().strip("\x00\ufeff")
    if raw.lower().startswith(("http://", "https://")):
        return _chain(raw)
    flat = unicodedata.normalize("NFKC", raw)
    parts = [part.strip() for part in flat.split(",")]
    if len(parts) < 6 or parts[0] != "01" or not re.fullmatch(r"\d{2}", parts[1]):
        raise FapiaoError("qr-format")
    _, kind, code, number, amount, day, *rest = parts
    if not re.fullmatch(r"\d{8}|\d{20}", number) or not re.fullmatch(r"\d{10}|\d{12}|", code):
        raise FapiaoError("qr-format")
    if len(number) == 8 and not code:
        raise FapiaoError("qr-format")
    mark = rest[1] if len(rest) > 1 else ""
    return QrPayload(
        raw=raw,
        kind=kind_from_qr(kind, code, number),
        code=code or None,
        number=number,
        amount=money_or_none(amount),
        basis="total" if len(number) == 20 else "amount",
        issued_on=_day(day),
        check_code=rest[0] or None if rest else None,
        crc=_crc_state(flat, mark),
    )


def is_payload(text: str) -> bool:
    """Tell whether this is an invoice's payload."""
    try:
        parse(text)
    except FapiaoError:
        return False
    return True


def build(kind_code: str, code: str, number: str, amount: Decimal, day: date, check_code: str = "") -> str:
    """Return a payload with its CRC. ``kind_code`` is the face's own code (31, 32, 51 for 数电)."""
    prefix = f"01,{kind_code},{code},{number},{amount:.2f},{day:%Y%m%d},{check_code},"
    return f"{prefix}{crc(prefix)}"


def _crc_state(flat: str, mark: str) -> Literal["match", "mismatch", "absent"]:
    if not re.fullmatch(r"[0-9A-Fa-f]{4}", mark):
        return "absent"
    prefix = flat[: flat.rindex(mark)]
    return "match" if crc(prefix) == mark.upper() else "mismatch"


def _day(text: str) -> date | None:
    digits = re.sub(r"\D", "", text)
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])) if len(digits) == 8 else None
    except ValueError:
        return None


def _chain(raw: str) -> QrPayload:
    parts = urlsplit(raw)
    if parts.hostname not in CHAIN_HOSTS:
        raise FapiaoError("qr-format", "二维码是网址，不是发票", "the payload is an address, not an invoice")
    told = parse_qs(parts.query)
    number = told.get("bill_num", [""])[0]
    fen = told.get("total_amount", [""])[0]
    return QrPayload(
        raw=raw,
        number=number if re.fullmatch(r"\d{8}", number) else None,
        amount=Decimal(int(fen)).scaleb(-2) if re.fullmatch(r"\d{1,13}", fen) else None,
        basis="total",
    )
