"""Explaining (号码解读): takes a number, a code with number, or a QR payload apart, for people and programs."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from fapiao.asking import understand
from fapiao.asking.words import payload_in
from fapiao.claim import Claim, Understood
from fapiao.errors import NumberError
from fapiao.numbers import check_code, confirmation, digital, legacy, tax_office, taxpayer
from fapiao.numbers import region as regions
from fapiao.numbers.texts import clean
from fapiao.qr import QrPayload
from fapiao.vocabulary import label

_GLUED = re.compile(r"^(\d{10}|\d{12})(\d{8})$")
WHATS = {
    "qr": ("发票二维码", "QR payload of an invoice"),
    "digital": ("数电发票号码", "digital invoice number"),
    "legacy": ("发票代码和号码", "invoice code and number"),
    "code": ("发票代码（还缺 8 位号码）", "invoice code; its 8-digit number is missing"),
    "number": ("发票号码（还缺发票代码）", "8-digit invoice number; its code is missing"),
    "taxpayer": ("纳税人识别号", "taxpayer number"),
    "tax-office": ("税务机关代码", "tax office code"),
    "confirmation": ("红字确认单编号", "number of a red-letter confirmation"),
    "check-code": ("校验码后六位", "last six digits of a check code"),
    "unknown": ("认不出的号码", "not a number that is known"),
}
"""What a text can be (号码种类), by its word in ``what``."""


def explain_text(text: str) -> dict[str, Any]:
    """Return what can be told of a text, JSON-ready: ``what`` it is, its parts, corrections offered, flaws."""
    payload = payload_in(text)
    if payload:
        return _named(_of_payload(text, payload))
    understood = understand(Claim(text=text))
    claim = understood.claim
    told = _alone(text) or _numbers(claim.code, claim.number)
    if told is None:
        flaws = msgspec.to_builtins(understood.flaws) if clean(text) else []
        return _named(_base(text, understood) | {"what": "unknown", "flaws": flaws})
    return _named(_base(text, understood) | {"flaws": []} | told)


def _named(told: dict[str, Any]) -> dict[str, Any]:
    chinese, english = WHATS[told["what"]]
    return told | {"what_label": chinese, "what_label_en": english}


def _base(text: str, understood: Understood) -> dict[str, Any]:
    return {
        "text": text,
        "code": understood.claim.code,
        "number": understood.claim.number,
        "corrections": msgspec.to_builtins(understood.corrections),
        "offered": list(understood.offered),
    }


def _of_payload(text: str, payload: QrPayload) -> dict[str, Any]:
    told = msgspec.to_builtins(payload) | {"kind_label": label(payload.kind), "corrections": [], "flaws": []}
    parts = {**(_numbers(payload.code, payload.number) or {}), "what": "qr"}
    return {"text": text, **parts, **told}


def _numbers(code: str | None, number: str | None) -> dict[str, Any] | None:
    if code and number and legacy.is_valid(code, number):
        return _legacy(code, number)
    glued = _glued(number or "") if not code else None
    if glued:
        return {"code": glued[0], "number": glued[1], **_legacy(*glued)}
    return _digital(number) if number and digital.is_valid(number) else None


def _glued(number: str) -> tuple[str, str] | None:
    """Take a code and the number that follows it without a gap apart.

    Twenty digits are a 数电 number wherever that can be; only where it cannot, and a code of 12 digits can, are they two.
    """
    parts = _GLUED.match(number)
    if parts is None or legacy.region_of(parts[1]) is None:
        return None
    if len(number) == digital.LENGTH:
        return legacy.run_together(number) if digital.impossible(number) else None
    return parts[1], parts[2]


def _digital(number: str) -> dict[str, Any]:
    parts = digital.explain(number)
    slip = digital.impossible(number)
    return {
        "what": "digital",
        "year": parts.year,
        "formatted": digital.format(number),
        **_place(parts.region),
        **_doubt(slip),
    }


def _legacy(code: str, number: str) -> dict[str, Any]:
    parts = legacy.explain(code, number)
    return {
        "what": "legacy",
        "year": parts.year,
        "formatted": legacy.format(code, number),
        "kind": parts.kind,
        "kind_label": label(parts.kind),
        **_place(parts.region),
        **_doubt(legacy.impossible(code, number)),
    }


def _doubt(slip: NumberError | None) -> dict[str, Any]:
    return {"doubt": slip.message if slip else None, "doubt_en": slip.message_en if slip else None}


def _place(region: str | None) -> dict[str, Any]:
    if region is None:
        return {"region": None, "region_name": None, "region_name_en": None}
    return {
        "region": region,
        "region_name": regions.name(region),
        "region_name_en": regions.name(region, "en"),
    }


def _alone(text: str) -> dict[str, Any] | None:
    """What a text is that is no whole invoice number: the surest first."""
    bare = clean(text).upper()
    for look in (_taxpayer, _tax_office, _confirmation, _code, _number, _check_code):
        told = look(bare)
        if told:
            return {"code": None, "number": bare, "corrections": [], "offered": [], **told}
    return None


def _taxpayer(bare: str) -> dict[str, Any] | None:
    mended = taxpayer.near(bare)
    if mended:
        reason = ("I、O、S、Z、V 不会出现在这种号码里", "I, O, S, Z and V never occur in this number")
        offer = {
            "field": "number",
            "from": bare,
            "to": mended,
            "reason": reason[0],
            "reason_en": reason[1],
            "applied": False,
        }
        return {
            "what": "taxpayer",
            "checked": False,
            "suggestion": mended,
            "corrections": [offer],
            "offered": [mended],
        }
    if not _looks_like_a_taxpayer(bare):
        return None
    parts = taxpayer.explain(bare)
    slip = None if parts.checked or taxpayer.is_valid(bare) else _slip(bare)
    flaws = [{"code": slip.code, "message": slip.message, "message_en": slip.message_en}] if slip else []
    told = {"what": "taxpayer", "checked": parts.checked, "form": parts.form, "flaws": flaws}
    return told | {"formatted": taxpayer.format(bare), **_place(parts.region)}


def _looks_like_a_taxpayer(bare: str) -> bool:
    """Eighteen signs with a letter or a right check sign, an ID number, or fifteen to seventeen that begin with a region."""
    if not re.fullmatch(r"[0-9A-Z]{15,20}", bare):
        return False
    if taxpayer.is_uscc(bare) or taxpayer.is_citizen(bare):
        return True
    letters = re.sub(r"[0-9]", "", bare)
    if len(bare) == 18:
        return 0 < len(letters) <= 8 and bool(re.match(r"[159AN][1-9A-Z]\d{6}", bare))
    return len(bare) in (15, 17) and not letters[:-1] and regions.of_administrative(bare) is not None


def _slip(bare: str) -> NumberError | None:
    try:
        taxpayer.validate(bare)
    except NumberError as slip:
        return slip
    return None


def _tax_office(bare: str) -> dict[str, Any] | None:
    if not tax_office.is_valid(bare):
        return None
    return {"what": "tax-office", "formatted": tax_office.format(bare), **_place(tax_office.explain(bare))}


def _confirmation(bare: str) -> dict[str, Any] | None:
    """A 20-digit confirmation looks like a 数电 number; it is one only where that cannot be."""
    if not confirmation.is_valid(bare) or (len(bare) == digital.LENGTH and not digital.impossible(bare)):
        return None
    parts = confirmation.explain(bare)
    if parts.region is None or parts.made_on is None:
        return None
    told = {"what": "confirmation", "made_on": str(parts.made_on), "formatted": confirmation.format(bare)}
    return told | _place(parts.region)


def _code(bare: str) -> dict[str, Any] | None:
    padded = f"0{bare}" if len(bare) == 11 else bare
    if not padded.isdigit() or len(padded) not in legacy.CODE_LENGTHS or legacy.region_of(padded) is None:
        return None
    told: dict[str, Any] = {"what": "code", "code": bare, "number": None, "year": legacy.year_of(padded)}
    if padded != bare:
        offer = {"field": "code", "from": bare, "to": padded, "reason": "可能丢了开头的 0"}
        told["corrections"] = [offer | {"reason_en": "a leading zero may be lost", "applied": False}]
        told["offered"] = [padded]
    kind = legacy.kind_of(padded)
    return told | {"kind": kind, "kind_label": label(kind), **_place(legacy.region_of(padded))}


def _number(bare: str) -> dict[str, Any] | None:
    return {"what": "number"} if re.fullmatch(r"\d{8}", bare) and bare.strip("0") else None


def _check_code(bare: str) -> dict[str, Any] | None:
    return {"what": "check-code"} if re.fullmatch(r"\d{6}", bare) and check_code.is_valid(bare) else None
