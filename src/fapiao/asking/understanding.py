"""Understanding (理解): cleans a claim, offers what was probably meant, says what cannot be.

Cleaning that leaves no doubt (spaces, full width, a trailing ``.0``) is applied; a letter that looks like a digit or a
lost leading zero is only *offered*. Source of the order: domain rules 1–3 of 查不到发票的检查顺序.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from fapiao.asking.apart import apart
from fapiao.asking.words import read_words
from fapiao.claim import Claim, Correction, Flaw, Understood
from fapiao.errors import NumberError
from fapiao.invoice import invoice_key
from fapiao.numbers import digital, legacy
from fapiao.numbers.texts import clean, look_alike_digits
from fapiao.vocabulary import kind_from_qr

ON_THE_FACE = ("31", "32")
"""Kind codes that stand in the code on the face of 数电 alone: with 20 digits nothing else can be meant."""
_LABEL = re.compile(r"^(?:(?:数电)?(?:发票|票)?(?:号码|号|代码)|NO)[.:]*(?=\d)", re.IGNORECASE)
_POINT_ZERO = re.compile(r"^(\d+)\.0+$")
_EXPONENT = re.compile(r"^\d(\.\d+)?E\+?\d{2}$", re.IGNORECASE)


def understand(claim: Claim) -> Understood:
    """Return the claim as it can be looked up. Never raises: what cannot be is told as flaws."""
    told, chain = _with_text(claim)
    corrections: list[Correction] = []
    number = _cleaned("number", told.number, corrections)
    code = _cleaned("code", told.code, corrections)
    if not code and (two := apart(number)):
        code, number = two
        corrections.append(_taken_apart(code + number, number))
    told = msgspec.structs.replace(told, number=number or None, code=code or None, **_other_texts(told))
    if _EXPONENT.match(number):
        return _digits_lost(told, number, corrections)
    parts = _Parts(code, number)
    return Understood(
        claim=told,
        key=parts.key,
        typed=parts.typed,
        corrections=(*corrections, *parts.corrections),
        offered=parts.offered,
        flaws=parts.flaws,
        tail=parts.tail,
        fiscal=len(code) == 8 and len(number) == 10 and (code + number).isdigit(),
        chain=chain,
    )


def _with_text(claim: Claim) -> tuple[Claim, bool]:
    if not claim.text or claim.number:
        return claim, False
    told: dict[str, Any] = read_words(claim.text)
    chain = bool(told.pop("chain", False))
    if not told.get("number"):
        told["number"] = claim.text if len(claim.text) < 64 else None
    fresh = {name: value for name, value in told.items() if getattr(claim, name) in (None, "")}
    return msgspec.structs.replace(claim, **fresh), chain


def _other_texts(claim: Claim) -> dict[str, str | None]:
    names = ("check_code", "kind", "seller_tax_id", "buyer_tax_id")
    told = {name: (clean(value).upper() if (value := getattr(claim, name)) else None) for name in names}
    if told["kind"] in ON_THE_FACE and len(clean(claim.number or "")) == digital.LENGTH:
        told["kind"] = kind_from_qr(told["kind"], "", clean(claim.number or ""))
    return told


def _cleaned(field: str, raw: str | None, corrections: list[Correction]) -> str:
    if not raw:
        return ""
    text = clean(raw)
    if text != raw:
        corrections.append(
            _correction(
                field,
                raw,
                text,
                "去掉了空格、全角和不可见字符",
                "spaces, full width and invisible signs removed",
                applied=True,
            )
        )
    label = _LABEL.match(text)
    if label:
        bare = text[label.end() :]
        corrections.append(
            _correction(
                field,
                text,
                bare,
                "去掉了号码前面的字样",
                "the words before the number were removed",
                applied=True,
            )
        )
        text = bare
    whole = _POINT_ZERO.match(text)
    if whole:
        corrections.append(
            _correction(
                field,
                text,
                whole[1],
                "去掉了表格软件加的“.0”",
                "the .0 that a spreadsheet added was removed",
                applied=True,
            )
        )
        text = whole[1]
    return text


def _correction(
    field: str, before: str, after: str, reason: str, reason_en: str, *, applied: bool
) -> Correction:
    return Correction(
        field=field, from_=before, to=after, reason=reason, reason_en=reason_en, applied=applied
    )


def _taken_apart(text: str, number: str) -> Correction:
    reason = ("代码和号码连在一起，已分开", "code and number were run together and are taken apart")
    return _correction("number", text, number, *reason, applied=True)


def _digits_lost(claim: Claim, number: str, corrections: list[Correction]) -> Understood:
    flaw = Flaw(
        "number-format",
        f"“{number}”是表格软件改写过的号码，后几位已经丢失，请从原票重新输入全部 20 位",
        f"{number} was rewritten by a spreadsheet and has lost its last digits; type all 20 from the invoice",
    )
    return Understood(claim=claim, key=None, corrections=tuple(corrections), flaws=(flaw,))


class _Parts:
    """Code and number as typed, and what follows from their forms."""

    def __init__(self, code: str, number: str) -> None:
        self.code, self.number = code, number
        self.typed = invoice_key(code if len(number) != digital.LENGTH else None, number)
        self.corrections: list[Correction] = []
        self.flaws: tuple[Flaw, ...] = ()
        self.tail = number if len(number) == 8 and number.isdigit() and not code else None
        self.key = self._key()
        self.offered = tuple(dict.fromkeys(key for key in self._offers() if key != self.key))
        if self.key is None and not self.tail:
            self.flaws = self._flaws()

    def _key(self) -> str | None:
        if digital.is_valid(self.number):
            return self.number
        if self.code and legacy.is_valid(self.code, self.number):
            return invoice_key(self.code, self.number)
        if not self.code and len(self.number) == 18 and self.number.isdigit():
            return self.number
        return None

    def _offers(self) -> list[str]:
        offers = []
        code, number = look_alike_digits(self.code), look_alike_digits(self.number)
        if (code, number) != (self.code, self.number) and (code + number).isdigit():
            self._offer(
                "number" if number != self.number else "code",
                "字母看着像数字",
                "a letter that looks like a digit",
                code,
                number,
            )
            offers.append((code, number))
        if len(number) == 7 and code:
            offers.append((code, f"0{number}"))
            self._offer("number", "可能丢了开头的 0", "a leading zero may be lost", code, f"0{number}")
        if len(code) in (9, 11):
            lost = (f"0{code}", number.zfill(8) if len(number) == 7 else number)
            offers.append(lost)
            self._offer("code", "可能丢了开头的 0", "a leading zero may be lost", *lost)
        return [key for pair in offers if (key := _key_of(*pair))]

    def _offer(self, field: str, reason: str, reason_en: str, code: str, number: str) -> None:
        before, after = (self.code, code) if field == "code" else (self.number, number)
        self.corrections.append(_correction(field, before, after, reason, reason_en, applied=False))

    def _flaws(self) -> tuple[Flaw, ...]:
        try:
            if self.code:
                legacy.validate(self.code, self.number)
            else:
                digital.validate(self.number)
        except NumberError as slip:
            return (Flaw(slip.code, slip.message, slip.message_en),)
        return ()


def _key_of(code: str, number: str) -> str | None:
    if digital.is_valid(number):
        return number
    return invoice_key(code, number) if code and legacy.is_valid(code, number) else None
