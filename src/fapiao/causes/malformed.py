"""malformed (号码不成立): no invoice can carry this number on any date, and no held one is near."""

from __future__ import annotations

from fapiao.cause import IMPOSSIBLE, Cause, Evidence, Weighed
from fapiao.circumstances import Circumstances

SURE = 9.0
"""A number outside the coding rules is certain not to exist as such; only a slip of the pen remains beside it."""


def weigh(circumstances: Circumstances) -> Weighed:
    """Weigh a number that breaks the coding rules; a held one nearby that fits makes it a slip of the pen instead."""
    if circumstances.form_error is None or any(support >= 0 for _, support in circumstances.suspects):
        return IMPOSSIBLE
    return Weighed(evidence=(Evidence(*circumstances.form_error, SURE),))


CAUSE = Cause(
    code="malformed",
    label="号码不成立",
    label_en="Not a possible number",
    meaning="没有发票会是这个号码：位数、年份或地区不可能，账上也没有相近的",
    meaning_en="No invoice can carry this number: its length, year or region cannot occur, and none that is held comes near",
    actor="asker",
    remedy="请从原票重新抄写或扫描二维码",
    remedy_en="Copy it again from the invoice, or scan its QR code",
    when="missing",
    prior=0.04,
    weigh=weigh,
)
