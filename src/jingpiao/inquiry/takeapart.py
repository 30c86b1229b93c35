"""Taking apart (号码拆解): what is being typed, as parts under the box, with wrong letters and their likely digit."""

from __future__ import annotations

from typing import Any

import msgspec

from fapiao.asking import split_text
from fapiao.explain import explain_text
from fapiao.numbers import legacy
from fapiao.vocabulary import label

LEAST_LENGTH = 4
"""Fewer signs are somebody beginning to type: nothing is said about them yet."""


class TakenApart(msgspec.Struct, frozen=True, kw_only=True):
    """A typed text taken apart (拆解结果).

    ``letters`` are the signs of a number with the digit that each wrong one probably stands for, empty where it is right.
    """

    count: int = 1
    year: int | None = None
    region: str | None = None
    kind: str = ""
    length: int = 0
    fits: bool = False
    flaws: tuple[tuple[str, str], ...] = ()
    letters: tuple[tuple[str, str], ...] = ()


def take_apart(text: str) -> TakenApart | None:
    """Return what can be told of a text while it is typed; ``None`` while there is too little of it."""
    if len(text.strip()) < LEAST_LENGTH:
        return None
    parts = split_text(text)
    if len(parts) != 1:
        return TakenApart(count=len(parts)) if parts else None
    told = explain_text(parts[0])
    return _joined(told) or _single(told)


def _single(told: dict[str, Any]) -> TakenApart:
    flaws = [(each["message"], each["message_en"]) for each in told.get("flaws", ())]
    if told.get("doubt"):
        flaws.append((told["doubt"], told["doubt_en"]))
    number = told.get("number") or ""
    known = told["what"] in ("digital", "legacy", "qr")
    if not known and told["what"] != "unknown":
        flaws = []
    return TakenApart(
        year=told.get("year"),
        region=told.get("region"),
        kind=told.get("kind_label") or "",
        length=len(told.get("code") or "") + len(number),
        fits=known and not flaws,
        flaws=tuple(flaws),
        letters=_letters(told),
    )


def _joined(told: dict[str, Any]) -> TakenApart | None:
    """Return code and number of the tax-control era that were typed in one run of 20 digits."""
    run = told.get("number") or ""
    code, number = run[:12], run[12:]
    if not (len(run) == 20 and run[0] == "0" and legacy.is_valid(code, number)):
        return None
    parts = legacy.explain(code, number)
    return TakenApart(
        year=parts.year, region=parts.region, kind=label(parts.kind) or "", length=20, fits=True
    )


def _letters(told: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    offer = next((each for each in told.get("corrections", ()) if not each["applied"]), None)
    if offer is None or len(offer["from"]) != len(offer["to"]) or not told.get("offered"):
        return ()
    return tuple(
        (sign, "" if sign == digit else digit) for sign, digit in zip(offer["from"], offer["to"], strict=True)
    )
