"""suspected-fake (需要核实): form, issuer or sequence contradict what is known, with the feed complete.

Never "fake": doubt favours the user, and the seller's original settles it.
"""

from __future__ import annotations

from fapiao.cause import IMPOSSIBLE, Cause, Evidence, Weighed
from fapiao.circumstances import Circumstances
from fapiao.numbers import digital, taxpayer

COMPLETE, NOT_COMPLETE = 0.5, -2.5
LONELY, NOT_LONELY = 2.5, -4.0
"""Numbers come in dense blocks: one far from every held number was probably never given out."""
BAD_SELLER, UNKNOWN_SELLER, YEAR = 3.0, 0.8, 4.0


def weigh(circumstances: Circumstances) -> Weighed:
    """Weigh a number far from every block, a seller that cannot exist, a year that contradicts the date."""
    if circumstances.understood.key is None or not circumstances.in_window or circumstances.suspended:
        return IMPOSSIBLE
    if circumstances.issued_on is None or circumstances.dated_ahead:
        return IMPOSSIBLE
    share = circumstances.complete_past
    evidence = [
        Evidence(
            "complete" if share > 0.5 else "not-complete",
            "来源的数据已补齐到开具那天之后" if share > 0.5 else "来源还没有补齐到开具那天",
            "the feed is complete past its date"
            if share > 0.5
            else "the feed is not yet complete past its date",
            NOT_COMPLETE + (COMPLETE - NOT_COMPLETE) * share,
        ),
        _sequence(circumstances),
        *_seller(circumstances),
        *_year(circumstances),
    ]
    return Weighed(evidence=tuple(evidence))


def _sequence(circumstances: Circumstances) -> Evidence:
    if circumstances.in_block:
        return Evidence(
            "in-block", "号码落在这家销方的号段里", "the number lies in this seller's block", NOT_LONELY
        )
    return Evidence(
        "out-of-block", "号码不在任何已知号段附近", "the number is far from every known block", LONELY
    )


def _seller(circumstances: Circumstances) -> list[Evidence]:
    seller = circumstances.claim.seller_tax_id
    if not seller or any(each.tax_id == seller for each in circumstances.situation.taxpayers):
        return []
    if len(seller) == 18 and not taxpayer.is_uscc(seller) and not taxpayer.is_citizen(seller):
        return [
            Evidence(
                "seller-checksum",
                "销方税号的校验位不对",
                "the seller's number fails its check sign",
                BAD_SELLER,
            )
        ]
    return [Evidence("seller-unknown", "没有见过这家销方", "this seller has never been seen", UNKNOWN_SELLER)]


def _year(circumstances: Circumstances) -> list[Evidence]:
    day, key = circumstances.issued_on, circumstances.key
    if day and digital.is_valid(key) and digital.explain(key).year != day.year:
        return [
            Evidence(
                "year", "号码里的年份与开票日期不符", "the year in the number contradicts the date", YEAR
            )
        ]
    return []


CAUSE = Cause(
    code="suspected-fake",
    label="需要核实真伪",
    label_en="Needs to be verified",
    actor="asker",
    remedy="请向销方索取 XML 或 OFD 原件，或拨打 12366 核实",
    remedy_en="Ask the seller for the XML or OFD original, or call 12366",
    when="missing",
    prior=0.04,
    weigh=weigh,
)
