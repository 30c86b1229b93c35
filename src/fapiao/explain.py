"""Explaining (号码解读): takes a number, a code with number, or a QR payload apart, for people and programs."""

from __future__ import annotations

from typing import Any

import msgspec

from fapiao.asking import understand
from fapiao.claim import Claim
from fapiao.errors import FapiaoError
from fapiao.numbers import confirmation, digital, legacy, tax_office, taxpayer
from fapiao.numbers import region as regions
from fapiao.numbers.texts import clean
from fapiao.qr import parse
from fapiao.vocabulary import label


def explain_text(text: str) -> dict[str, Any]:
    """Return what can be told of a text, JSON-ready: ``what`` it is, its parts, corrections offered, flaws."""
    try:
        payload = parse(text)
        told = msgspec.to_builtins(payload) | {"kind_label": label(payload.kind)}
        return {"text": text, "what": "qr", **told, **_numbers(payload.code, payload.number)}
    except FapiaoError:
        pass
    understood = understand(Claim(text=text))
    claim = understood.claim
    told = {
        "text": text,
        "code": claim.code,
        "number": claim.number,
        "corrections": msgspec.to_builtins(understood.corrections),
        "flaws": msgspec.to_builtins(understood.flaws),
        "offered": list(understood.offered),
    }
    if understood.key:
        return told | _numbers(claim.code, claim.number)
    return told | (_other(clean(text)) or {"what": "unknown"})


def _numbers(code: str | None, number: str | None) -> dict[str, Any]:
    if number and digital.is_valid(number):
        parts = digital.explain(number)
        slip = digital.impossible(number)
        return {
            "what": "digital",
            "year": parts.year,
            "formatted": digital.format(number),
            **_place(parts.region),
            "doubt": slip.message if slip else None,
            "doubt_en": slip.message_en if slip else None,
        }
    if code and number and legacy.is_valid(code, number):
        old = legacy.explain(code, number)
        return {
            "what": "legacy",
            "year": old.year,
            "formatted": legacy.format(code, number),
            "kind": old.kind,
            "kind_label": label(old.kind),
            **_place(old.region),
        }
    return {}


def _place(region: str | None) -> dict[str, Any]:
    if region is None:
        return {"region": None, "region_name": None, "region_name_en": None}
    return {
        "region": region,
        "region_name": regions.name(region),
        "region_name_en": regions.name(region, "en"),
    }


def _other(text: str) -> dict[str, Any] | None:
    if taxpayer.is_uscc(text.upper()):
        parts = taxpayer.explain(text)
        return {"what": "taxpayer", "checked": parts.checked, "form": parts.form, **_place(parts.region)}
    if tax_office.is_valid(text):
        return {"what": "tax-office", **_place(tax_office.explain(text))}
    if confirmation.is_valid(text):
        told = confirmation.explain(text)
        return {
            "what": "confirmation",
            "made_on": str(told.made_on) if told.made_on else None,
            **_place(told.region),
        }
    mended = taxpayer.near(text)
    return {"what": "taxpayer", "checked": False, "suggestion": mended} if mended else None
