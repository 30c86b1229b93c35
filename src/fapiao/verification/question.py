"""A question to the national platform (查验要素): the fields in the order in which its page asks for them, by kind.

Code (where the kind has one), number, day, and the fourth field: amount without tax, check code or total. Facts and their
confidence: docs/services/verification.md.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec

from fapiao.circumstances import Circumstances
from fapiao.claim import Claim, Understood
from fapiao.numbers import digital, legacy
from fapiao.situation import Situation
from fapiao.vocabulary import KINDS

MOST_A_DAY = 5
"""How often one invoice may be asked for on one day, over all channels of the national platform; misses count."""
WINDOW_YEARS = 5
_ANY_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One field of the platform's page (查验字段); ``value`` is empty where the claim lacks it."""

    name: str
    label: str
    label_en: str
    value: str


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One question, whole (查验请求). ``value`` is the fourth field as ``basis`` says: amount, total or check code."""

    kind: str
    code: str
    number: str
    issued_on: date
    basis: str
    value: str
    check_code: str = ""


_FOURTH = {
    "amount": ("开具金额（不含税）", "Amount without tax"),
    "total": ("价税合计", "Total with tax"),
    "check_code": ("校验码后六位", "Last six of the check code"),
}


def fields_of(understood: Understood, kind: str | None) -> tuple[Field, ...]:
    """Return the fields in the platform's order for this kind, empty where the claim does not tell them.

    An unknown kind of a 20-digit number asks for the total, as all 数电 kinds do; of code and number, for either.
    """
    claim = understood.claim
    code, number = _identity(understood, kind)
    basis = _basis(kind, number)
    day = claim.issued_on.strftime("%Y%m%d") if claim.issued_on else ""
    rows = (
        [Field(name="code", label="发票代码", label_en="Code", value=code)]
        if code or not _digital(number)
        else []
    )
    rows.append(Field(name="number", label="发票号码", label_en="Number", value=number))
    rows.append(Field(name="issued_on", label="开票日期", label_en="Date of issue", value=day))
    label, label_en = _FOURTH[basis]
    rows.append(Field(name=basis, label=label, label_en=label_en, value=_value(claim, basis, understood)))
    return tuple(rows)


def question_of(understood: Understood, kind: str | None) -> Question | None:
    """Return the whole question, ``None`` while a field or the kind is missing (see `fields_of`).

    No kind is guessed: a question under the wrong one is a miss, and a miss counts.
    """
    rows = {each.name: each.value for each in fields_of(understood, kind)}
    claim = understood.claim
    if not all(rows.values()) or claim.issued_on is None or kind not in KINDS:
        return None
    basis = next(name for name in rows if name in _FOURTH)
    return Question(
        kind=kind or "",
        code=rows.get("code", ""),
        number=rows["number"],
        issued_on=claim.issued_on,
        basis=basis,
        value=rows[basis],
        check_code=(claim.check_code or "")[-6:],
    )


def kind_of(understood: Understood) -> str | None:
    """Return the kind as claimed, or as the code tells."""
    return Circumstances(Situation(as_of=_ANY_MOMENT, understood=understood)).kind


def digest_of(understood: Understood) -> str:
    """Return the name of what would be asked: the same kind and fields give the same one."""
    kind = kind_of(understood)
    told = [kind or "", *(f"{each.name}={each.value}" for each in fields_of(understood, kind))]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:32]


def _digital(number: str) -> bool:
    return len(number) == digital.LENGTH


def _identity(understood: Understood, kind: str | None) -> tuple[str, str]:
    """Return code and number as the page wants them: 数电纸质 by what is printed, where the claim has it."""
    claim, key = understood.claim, understood.key or ""
    code, number = claim.code or "", claim.number or ""
    if len(code) in legacy.CODE_LENGTHS and len(number) == legacy.NUMBER_LENGTH:
        return code, number
    if len(key) == digital.LENGTH and not code:
        return "", key
    return code, number or key


def _basis(kind: str | None, number: str) -> str:
    if kind in KINDS:
        return KINDS[kind].basis
    return "total" if _digital(number) else "amount"


def _value(claim: Claim, basis: str, understood: Understood) -> str:
    if basis == "check_code":
        key = understood.key or ""
        return (claim.check_code or (key if _digital(key) else ""))[-6:]
    money = claim.total if basis == "total" else claim.amount
    return "" if money is None else _plain(money)


def _plain(money: Decimal) -> str:
    """Return an amount as the page compares it: no thousands, no trailing zeros after the point."""
    text = f"{money:.2f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
