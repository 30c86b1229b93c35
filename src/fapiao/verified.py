"""Verified outside (查验过的): what the national platform said of exactly this claim, as evidence for its causes.

Only verdicts over the same fields count. A match says that the invoice is there and has not come here; a miss, a day or more after
its issue, that it may never have been uploaded; a mismatch, that the number is right and another field wrong.
"""

from __future__ import annotations

from datetime import timedelta

from fapiao.cause import Evidence
from fapiao.circumstances import BEIJING, Circumstances
from fapiao.situation import VerificationFact
from fapiao.wording import moment, moment_en

THERE = 4.0
"""What the national platform holds was uploaded: it can only be on its way, or kept from coming here."""
NOT_THERE = 1.5
"""The platform itself is fed with delay, and some channels report a miss as a mismatch: a miss is a sign, no proof."""
OTHER_FIELDS = 4.0
RULED_OUT_BY_MATCH = frozenset({"never-uploaded", "suspected-fake", "malformed", "typed-wrong"})
_AFTER = timedelta(days=1)


def newest(circumstances: Circumstances) -> VerificationFact | None:
    """Return the newest verdict over these fields, ``None`` when nobody has asked."""
    definite = [each for each in circumstances.situation.verifications if each.result in _SAID]
    return max(definite, key=lambda each: each.known_at) if definite else None


def is_there(circumstances: Circumstances) -> bool:
    """Tell whether the national platform has been seen to hold exactly what is claimed."""
    fact = newest(circumstances)
    return fact is not None and fact.result == "match"


def used_up(circumstances: Circumstances) -> VerificationFact | None:
    """Return the fact that today's asks for this invoice are used up, ``None`` when they are not, or an answer is known."""
    today = circumstances.today
    spent = [
        each
        for each in circumstances.situation.verifications
        if each.result == "quota" and each.known_at.astimezone(BEIJING).date() == today
    ]
    return spent[-1] if spent and newest(circumstances) is None else None


def says_there(circumstances: Circumstances) -> list[Evidence]:
    """Return what a match adds to delay, and to an invoice that no feed brings."""
    return _evidence(circumstances, "match", THERE)


def says_missing(circumstances: Circumstances) -> list[Evidence]:
    """Return what a miss adds to an upload that never was; one on the day of issue says nothing."""
    fact, day = newest(circumstances), circumstances.issued_on
    if fact is None or day is None or fact.known_at.astimezone(BEIJING).date() - day < _AFTER:
        return []
    return _evidence(circumstances, "not-found", NOT_THERE)


def says_other_fields(circumstances: Circumstances) -> list[Evidence]:
    """Return what a mismatch adds to a field typed wrong under the right number."""
    return _evidence(circumstances, "mismatch", OTHER_FIELDS)


def _evidence(circumstances: Circumstances, result: str, weight: float) -> list[Evidence]:
    fact = newest(circumstances)
    if fact is None or fact.result != result:
        return []
    zh, en = _SAID[result]
    when, when_en = moment(fact.known_at), moment_en(fact.known_at)
    return [
        Evidence(
            f"verified-{result}",
            f"{when} 在国家查验平台查过：{zh}",
            f"asked of the national platform at {when_en}: {en}",
            weight,
        )
    ]


_SAID = {
    "match": ("查得到，与填写一致", "it is there and agrees"),
    "mismatch": ("有这个号码，但填写的信息不一致", "the number is there, but a field does not agree"),
    "not-found": ("查无此票", "it is not there"),
}
