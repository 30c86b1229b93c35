"""malformed (号码不成立): no invoice can carry this number on any date, and no held one is near."""

from __future__ import annotations

from fapiao.cause import IMPOSSIBLE, Cause, Evidence, Weighed
from fapiao.circumstances import Circumstances
from fapiao.errors import NumberError
from fapiao.numbers import digital, legacy

SURE = 9.0
"""A number outside the coding rules is certain not to exist as such; only a slip of the pen remains beside it."""


def weigh(circumstances: Circumstances) -> Weighed:
    """Weigh a number that breaks the coding rules (length, signs, region, year)."""
    understood = circumstances.understood
    if understood.fiscal or understood.chain or understood.tail:
        return IMPOSSIBLE
    for flaw in understood.flaws:
        return Weighed(evidence=(Evidence(flaw.code, flaw.message, flaw.message_en, SURE),))
    slip = _impossible(circumstances)
    if slip is None:
        return IMPOSSIBLE
    return Weighed(evidence=(Evidence(slip.code, slip.message, slip.message_en, SURE),))


def _impossible(circumstances: Circumstances) -> NumberError | None:
    key, claim = circumstances.understood.key, circumstances.claim
    if key is None:
        return None
    if claim.code and claim.number and len(claim.number) == legacy.NUMBER_LENGTH:
        return legacy.impossible(claim.code, claim.number)
    if len(key) == digital.LENGTH and not _is_code_and_number(key):
        return digital.impossible(key)
    return None


def _is_code_and_number(key: str) -> bool:
    """A 12-digit code beginning with 0 and its number may have been pasted as one run of 20 digits."""
    return key[0] == "0" and legacy.impossible(key[:12], key[12:]) is None


CAUSE = Cause(
    code="malformed",
    label="号码不成立",
    label_en="Not a possible number",
    actor="asker",
    remedy="请从原票重新抄写或扫描二维码",
    remedy_en="Copy it again from the invoice, or scan its QR code",
    when="missing",
    prior=0.04,
    weigh=weigh,
)
