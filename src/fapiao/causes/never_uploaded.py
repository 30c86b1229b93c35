"""never-uploaded (销方未上传): issued off line or not at all, and the feed is complete past its date."""

from __future__ import annotations

import math

from fapiao import exports, verified
from fapiao.batches import lost_share
from fapiao.cause import IMPOSSIBLE, Cause, Evidence, Weighed
from fapiao.circumstances import Circumstances
from fapiao.delay import still_under_way

COMPLETE = 0.5
"""With the feed complete past the moment of issue, what was uploaded is here; before that absence says nothing."""
NOT_PASSED = 0.03
"""Share of unsent invoices that are asked for before their feed is complete past their moment of issue."""
HOLE, LONELY = 2.0, -2.0
"""A hole between held numbers of one seller is what an unsent invoice leaves; a lonely number is seldom a real one. As far as
invoices of that age are still under way, a hole is nothing: others have only overtaken it."""
LEAST_EDGE = -1.0
"""A number after which nothing of its seller has come is rather on its way, the more so the more its seller issues; but
a seller may also simply have issued nothing more."""


def weigh(circumstances: Circumstances) -> Weighed:
    """Weigh completeness past the date, the hole in its seller's block, and the asker's own export."""
    if not circumstances.moments or circumstances.dated_ahead:
        return IMPOSSIBLE
    listed = [*exports.says_unsent(circumstances), *verified.says_missing(circumstances)]
    if not circumstances.in_window:  # nothing but the asker's own export speaks of it
        return Weighed(evidence=tuple(listed)) if listed else IMPOSSIBLE
    return Weighed(evidence=(_complete(circumstances), _hole(circumstances), *listed))


def _complete(circumstances: Circumstances) -> Evidence:
    lost = lost_share(circumstances)
    share = circumstances.complete_past * (1 - lost)
    weight = COMPLETE + math.log(min(1.0, share + NOT_PASSED))
    if lost > 0.5:
        return Evidence(
            "lost-meanwhile",
            "那段时间有一批数据丢失，来源补齐了也不能说销方没传",
            "a batch of that time was lost: complete or not, it may have been sent",
            weight,
        )
    if share < 0.5:
        return Evidence(
            "not-complete",
            "来源还没有补齐到开具那天，不能说销方没传",
            "the feed is not yet complete past its date",
            weight,
        )
    return Evidence(
        "complete",
        "来源的数据已经补齐到开具那天之后，却没有这张票",
        "the feed is complete past its date, and it is not there",
        weight,
    )


def _hole(circumstances: Circumstances) -> Evidence:
    if circumstances.between:
        return Evidence(
            "hole",
            "同一销方前后号码的票都到了，只缺这一张",
            "numbers of the same seller on both sides are here; this one is missing",
            HOLE * (1 - _under_way(circumstances)),
        )
    if circumstances.in_block:
        return Evidence(
            "edge",
            "号码紧挨着这家销方的号段，之后的号码还没有到",
            "the number adjoins this seller's block; none after it has come",
            max(LEAST_EDGE, -circumstances.since_issue),
        )
    return Evidence(
        "lonely", "号码附近没有这家销方的票", "no invoice of this seller lies near the number", LONELY
    )


def _under_way(circumstances: Circumstances) -> float:
    """Return the share of such invoices that their feed has not brought yet: so often others overtake one."""
    return max(
        still_under_way(circumstances.pace(feed), circumstances.measured(feed), circumstances.as_of)
        for feed in circumstances.in_window
    )


CAUSE = Cause(
    code="never-uploaded",
    label="销方还没上传",
    label_en="Not uploaded by the seller",
    meaning="来源在那一天之后的数据都齐了，却没有它：销方离线开具后没有上传，或根本没有开",
    meaning_en="The source is complete past its date and does not have it: the seller issued it off line, or not at all",
    actor="seller",
    remedy="请联系销方在“未上传发票”里补传，上传后 5 到 10 分钟再查",
    remedy_en="Ask the seller to upload it from the list of invoices not yet uploaded; ask again 5 to 10 minutes later",
    when="missing",
    prior=0.10,
    weigh=weigh,
)
