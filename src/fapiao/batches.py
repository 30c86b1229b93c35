"""Lost batches (丢失的批次): whether a fault's batch holds the invoice that is asked for.

Any part of the way can lose one: the source, this platform, or a service between them. Which part says whose fault it is.
"""

from __future__ import annotations

import math
from datetime import timedelta

from fapiao.cause import Evidence
from fapiao.circumstances import Circumstances
from fapiao.situation import FaultFact, FeedFacts

NAMED, BATCH_FITS, BATCH_MOST = 9.0, 4.8, 8.0
"""A lost batch that names the number proves it; one of the same day explains the absence: that a batch is open just when
somebody asks for another invoice of its very day is rare, about one time in a hundred and twenty. Where the
neighbours' times narrow the issue down, a fit to the hour counts for more and a misfit against."""
LEAVES_HOLE = 2.0
"""A lost batch leaves the same hole between held numbers as an invoice that its seller never sent."""
UPLOAD_SOON, UPLOAD_LATE, LATE_SHARE = timedelta(minutes=20), timedelta(hours=2), 0.1
"""Lost batches are bounded by upload time, which follows the issue by minutes; one in ten takes up to two hours."""
LEAST_FIT = 0.05
"""Below this share of what chance alone would give, the batch is about other invoices."""
OFFICE_HOURS = timedelta(hours=15)
"""The stretch of a day in which invoices are issued."""
Who = tuple[str, str]
PLATFORM: Who = ("平台", "the platform")


def lost_by(component: str, circumstances: Circumstances) -> tuple[Evidence, FeedFacts, FaultFact] | None:
    """Return the best evidence that a batch lost by this component of a carrier holds the invoice."""
    found = [
        (said, feed, fault)
        for feed, fault in circumstances.open_faults(component)
        if fault.batch
        if (said := lost_in(fault, circumstances, (feed.label or feed.feed,) * 2))
    ]
    return max(found, key=lambda each: each[0].weight, default=None)


def lost_in(fault: FaultFact, circumstances: Circumstances, who: Who) -> Evidence | None:
    """Return the evidence that this batch holds the invoice: it names it, or its time of upload fits."""
    if fault.numbers:
        return (
            Evidence(
                "batch-names-it",
                f"{who[0]}丢失的一批数据（{fault.batch}）里点名有这张票",
                f"a batch that {who[1]} lost ({fault.batch}) names this invoice",
                NAMED,
            )
            if circumstances.named_by(fault)
            else None
        )
    fit = _overlap(circumstances, fault) / _by_chance(fault)
    if fit < LEAST_FIT:
        return None
    hole = LEAVES_HOLE if circumstances.between else 0.0
    return Evidence(
        "batch-fits",
        f"{who[0]}有一批数据丢失，时间与这张票吻合：{fault.message}",
        f"{who[1]} lost a batch at about the time of this invoice: {fault.message}",
        min(BATCH_MOST, BATCH_FITS + math.log(fit) + hole),
    )


def lost_share(circumstances: Circumstances) -> float:
    """Return the chance, 0 to 1, that the upload fell into the time of a lost batch that names no numbers."""
    components = ("feed", "platform", "external")
    faults = (fault for each in components for _, fault in circumstances.open_faults(each))
    return max(
        (_overlap(circumstances, each) for each in faults if each.batch and not each.numbers), default=0.0
    )


def _by_chance(fault: FaultFact) -> float:
    """Return the chance, 0 to 1, that the issue of any invoice of that day would fit the batch."""
    if fault.lost_from is None or fault.lost_to is None:
        return 1.0
    return min(1.0, (fault.lost_to - fault.lost_from + UPLOAD_SOON) / OFFICE_HOURS)


def _overlap(circumstances: Circumstances, fault: FaultFact) -> float:
    """Return the chance, 0 to 1, that the upload fell into the lost batch's time."""
    if fault.lost_from is None or fault.lost_to is None:
        return 0.0
    low, high = fault.lost_from, fault.lost_to
    chance = 0.0
    for moment, share in circumstances.moments:
        if low - UPLOAD_SOON <= moment <= high:
            chance += share
        elif low - UPLOAD_LATE <= moment < low:
            chance += share * LATE_SHARE
    return min(1.0, chance)
