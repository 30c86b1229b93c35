"""platform-fault (平台故障): this platform failed to take it in or to look it up."""

from __future__ import annotations

import math
from datetime import timedelta

from fapiao import wording
from fapiao.cause import IMPOSSIBLE, Cause, Evidence, Weighed
from fapiao.circumstances import Circumstances
from fapiao.invoice import invoice_key
from fapiao.situation import FaultFact

NAMED, BATCH_FITS, BATCH_MOST, OPEN = 9.0, 4.8, 8.0, 6.5
"""A lost batch that names the number proves it; one of the same day, or an open fault, explains the absence: that a batch is
open just when somebody asks for another invoice of its very day is rare, about one time in a hundred and twenty. Where the
neighbours' times narrow the issue down, a fit to the hour counts for more and a misfit against."""
UPLOAD_SOON, UPLOAD_LATE, LATE_SHARE = timedelta(minutes=20), timedelta(hours=2), 0.1
"""Lost batches are bounded by upload time, which follows the issue by minutes; one in ten takes up to two hours."""
LEAST_FIT = 0.05
"""Below this share of what chance alone would give, the batch is about other invoices."""
OFFICE_HOURS = timedelta(hours=15)
"""The stretch of a day in which invoices are issued."""
LONG_BEFORE, TAKEN_IN_BEFORE = timedelta(days=1), -5.0
"""What was uploaded a day before the fault began, with the feed complete past it, had been taken in by then."""
CATCHES_UP = timedelta(minutes=30)
"""What the platform takes after a repair to work off what waited."""


def weigh(circumstances: Circumstances) -> Weighed:
    """Weigh open faults of the platform: in general, or a batch lost around the time of this invoice's upload."""
    situation = circumstances.situation
    if situation.own_fault:
        said = Evidence(
            "own-fault",
            f"平台自己出错：{situation.own_fault}",
            f"this platform failed: {situation.own_fault}",
            9.0,
        )
        return Weighed(evidence=(said,), recheck_at=circumstances.as_of + timedelta(minutes=30))
    best: tuple[Evidence, FaultFact] | None = None
    for _, fault in circumstances.open_faults("platform"):
        found = _batch(circumstances, fault) if fault.batch else _open(circumstances, fault)
        if found and (best is None or found.weight > best[0].weight):
            best = found, fault
    if best is None or circumstances.dated_ahead:
        return IMPOSSIBLE
    evidence, fault = best
    mended = circumstances.mends_by("batch" if fault.batch else "platform", fault.since)
    return Weighed(evidence=(evidence,), recheck_at=mended + CATCHES_UP)


def _open(circumstances: Circumstances, fault: FaultFact) -> Evidence:
    since, since_en = wording.moment(fault.since), wording.moment_en(fault.since)
    before = sum(share for moment, share in circumstances.moments if moment < fault.since - LONG_BEFORE)
    return Evidence(
        "platform-down",
        f"平台自 {since} 起故障：{fault.message}",
        f"the platform has had a fault since {since_en}: {fault.message}",
        OPEN + TAKEN_IN_BEFORE * before * circumstances.complete_past,
    )


def _batch(circumstances: Circumstances, fault: FaultFact) -> Evidence | None:
    if fault.numbers:
        named = any(
            circumstances.key in (number, invoice_key(circumstances.claim.code, number))
            for number in fault.numbers
        )
        return (
            Evidence(
                "batch-names-it",
                f"平台丢失的一批数据（{fault.batch}）里点名有这张票",
                f"a batch that the platform lost ({fault.batch}) names this invoice",
                NAMED,
            )
            if named
            else None
        )
    fit = _overlap(circumstances, fault) / _by_chance(fault)
    if fit < LEAST_FIT:
        return None
    return Evidence(
        "batch-fits",
        f"平台有一批数据入库失败，时间与这张票吻合：{fault.message}",
        f"a batch failed here at about the time of this invoice: {fault.message}",
        min(BATCH_MOST, BATCH_FITS + math.log(fit)),
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


CAUSE = Cause(
    code="platform-fault",
    label="平台故障",
    label_en="A fault of this platform",
    actor="platform",
    remedy="是我们的问题，正在补录；不用重复提交",
    remedy_en="Our fault: it is being taken in again; no need to resubmit",
    when="missing",
    prior=0.05,
    episodic=True,
    weigh=weigh,
)
