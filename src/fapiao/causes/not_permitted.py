"""not-permitted (无权查看): held, and this asker may not see it in this function."""

from __future__ import annotations

from fapiao.agreement import compare
from fapiao.cause import IMPOSSIBLE, Cause, Evidence, Weighed
from fapiao.circumstances import Circumstances

SURE = 8.0
"""Who is a party to the invoice is a fact."""


def weigh(circumstances: Circumstances) -> Weighed:
    """Weigh a stranger who asks in a party's function, or who gives too little to be shown anything."""
    held, claim = circumstances.match, circumstances.claim
    if held is None or circumstances.is_party(held):
        return IMPOSSIBLE
    if circumstances.asks_as_buyer:
        return IMPOSSIBLE  # he looked for it as its buyer and is not: that is wrong-title
    if claim.lookup in ("received", "issued", "trash"):
        return _said(
            "not-a-party",
            "您不是这张票的购销方，不能在这个入口查看",
            "you are not a party to it in this function",
            SURE,
        )
    knows = claim.issued_on is not None and (claim.amount is not None or claim.total is not None)
    if knows or compare(claim, held):
        return IMPOSSIBLE
    return _said(
        "too-little",
        "非购销方查验需要同时提供日期和金额",
        "a stranger has to give date and amount as well",
        SURE,
    )


def _said(code: str, message: str, message_en: str, weight: float) -> Weighed:
    return Weighed(evidence=(Evidence(code, message, message_en, weight),))


CAUSE = Cause(
    code="not-permitted",
    label="无权在此查看",
    label_en="Not permitted here",
    meaning="发票在账，但您在这里没有看它的权限",
    meaning_en="It is held, and you may not see it here",
    actor="asker",
    remedy="请补全日期和金额，或由购销方登录后查看",
    remedy_en="Give date and amount, or let a party sign in",
    when="held",
    prior=0.04,
    weigh=weigh,
)
