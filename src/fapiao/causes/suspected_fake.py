"""suspected-fake (需要核实): form, issuer or sequence contradict what is known, with the feed complete.

Never "fake": doubt favours the user, and the seller's original settles it.
"""

from __future__ import annotations

import math

from fapiao.cause import IMPOSSIBLE, Cause, Evidence, Weighed
from fapiao.circumstances import Circumstances
from fapiao.numbers import taxpayer

COMPLETE, NOT_PASSED = 0.5, 0.03
"""Only a feed complete past the date contradicts; doubt before that favours the user."""
LONELY, PAPER_LONELY, IN_BLOCK = 2.5, 0.5, -4.0
"""Numbers come in dense blocks: one far from every held number was probably never given out. Paper blocks are small:
there the first number of a roll is lonely too."""
OTHERS_BLOCK, OUT_OF_TURN = 4.0, 3.0
"""A number amid another seller's block, or dated outside the days of its neighbours, contradicts the sequence."""
BAD_SELLER, UNKNOWN_SELLER, KNOWN_SELLER, YEAR = 3.0, 0.8, -0.7, 4.0
"""A number that fails its check sign belongs to nobody; one never seen may simply be new. The year of issue stands in
the number itself."""


def weigh(circumstances: Circumstances) -> Weighed:
    """Weigh a number far from every block, a seller that cannot exist, a year that contradicts the date."""
    if circumstances.understood.key is None or not circumstances.in_window or circumstances.suspended:
        return IMPOSSIBLE
    if not circumstances.moments or circumstances.dated_ahead:
        return IMPOSSIBLE
    share = circumstances.complete_past
    evidence = [
        Evidence(
            "complete" if share > 0.5 else "not-complete",
            "来源的数据已补齐到开具那天之后" if share > 0.5 else "来源还没有补齐到开具那天",
            "the feed is complete past its date"
            if share > 0.5
            else "the feed is not yet complete past its date",
            COMPLETE + math.log(min(1.0, share + NOT_PASSED)),
        ),
        _sequence(circumstances),
        *_seller(circumstances),
        *_year(circumstances),
    ]
    return Weighed(evidence=tuple(evidence))


def _sequence(circumstances: Circumstances) -> Evidence:
    if circumstances.others_block:
        return Evidence(
            "others-block",
            "这个号段的票都是别的销方开的",
            "the numbers around it are another seller's",
            OTHERS_BLOCK,
        )
    if circumstances.out_of_turn:
        return Evidence(
            "out-of-turn",
            "前后号码的开票日期与这张票的日期对不上",
            "the neighbouring numbers were issued on other days than claimed",
            OUT_OF_TURN,
        )
    if circumstances.in_block:
        return Evidence(
            "in-block", "号码落在这家销方的号段里", "the number lies in this seller's block", IN_BLOCK
        )
    return Evidence(
        "out-of-block",
        "号码不在任何已知号段附近",
        "the number is far from every known block",
        LONELY if circumstances.digital_parts else PAPER_LONELY,
    )


def _seller(circumstances: Circumstances) -> list[Evidence]:
    seller = circumstances.claim.seller_tax_id
    if not seller:
        return []
    if any(each.tax_id == seller for each in circumstances.situation.taxpayers):
        return [
            Evidence("seller-known", "销方是已知的纳税人", "the seller is a known taxpayer", KNOWN_SELLER)
        ]
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
    day, parts = circumstances.issued_on, circumstances.digital_parts
    if day and parts and parts.year != day.year:
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
    meaning="号码的形式可以有，但与已知的销方、号段或顺序对不上，而那一天的数据已经齐了：需要核实，不等于假票",
    meaning_en="The number is possible, yet contradicts what is known of its issuer or sequence, with the data of that day complete: it needs verifying and is not called a fake",
    actor="asker",
    remedy="请向销方索取 XML 或 OFD 原件，或拨打 12366 核实",
    remedy_en="Ask the seller for the XML or OFD original, or call 12366",
    when="missing",
    prior=0.04,
    weigh=weigh,
)
