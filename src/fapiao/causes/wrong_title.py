"""wrong-title (抬头不是您): held, but issued to another taxpayer than the asker's."""

from __future__ import annotations

from fapiao.cause import IMPOSSIBLE, Cause, Evidence, Weighed
from fapiao.circumstances import Circumstances

SURE = 8.0
"""The buyer on the held invoice is a fact, and the asker looked for it as its buyer."""
_NAMED = (
    "named-buyer",
    "这张票开给了别的纳税人，不是您填写的购方",
    "it was issued to another taxpayer than the buyer that you name",
)


def weigh(circumstances: Circumstances) -> Weighed:
    """Weigh a held invoice whose buyer is somebody else than the one named, or than who looks for it as received."""
    held = circumstances.match
    if held is None:
        return IMPOSSIBLE
    if circumstances.names_another:
        return Weighed(evidence=(Evidence(*_NAMED, SURE),))
    if circumstances.is_party(held) or not circumstances.asks_as_buyer:
        return IMPOSSIBLE
    said = Evidence(
        "other-buyer",
        "这张票开给了别的纳税人，不是您查询所用的抬头",
        "it was issued to another taxpayer than the one you act for",
        SURE,
    )
    return Weighed(evidence=(said,))


CAUSE = Cause(
    code="wrong-title",
    label="抬头不是您",
    label_en="Issued to another taxpayer",
    meaning="发票在账，但抬头是另一个纳税人，不是您",
    meaning_en="It is held, and was issued to another taxpayer than you",
    actor="seller",
    remedy="请核对抬头；开错的请销方红冲后重开",
    remedy_en="Check the title; ask the seller to reverse and issue it again",
    when="held",
    prior=0.05,
    weigh=weigh,
)
