"""platform-fault (平台故障): this platform failed to take it in or to look it up."""

from __future__ import annotations

from datetime import timedelta

from fapiao import wording
from fapiao.batches import PLATFORM, lost_in
from fapiao.cause import IMPOSSIBLE, Cause, Evidence, Weighed
from fapiao.circumstances import Circumstances
from fapiao.situation import FaultFact

OPEN = 6.5
"""An open fault explains the absence."""
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
    for fault in _open_faults(circumstances):
        found = lost_in(fault, circumstances, PLATFORM) if fault.batch else _open(circumstances, fault)
        if found and (best is None or found.weight > best[0].weight):
            best = found, fault
    if best is None or circumstances.dated_ahead:
        return IMPOSSIBLE
    evidence, fault = best
    mended = circumstances.mends_by("batch" if fault.batch else "platform", fault.since)
    return Weighed(evidence=(evidence,), recheck_at=mended + CATCHES_UP)


def _open_faults(circumstances: Circumstances) -> list[FaultFact]:
    """Return the platform's faults that bear on this claim: told of a carrier, or of no feed that ever declared itself."""
    everybody = [feed for feed in circumstances.situation.feeds if not feed.declared]
    general = [fault for feed in everybody for fault in feed.faults if not fault.batch]
    return [fault for _, fault in circumstances.open_faults("platform")] + [
        fault for fault in general if fault.component == "platform"
    ]


def _open(circumstances: Circumstances, fault: FaultFact) -> Evidence:
    since, since_en = wording.moment(fault.since), wording.moment_en(fault.since)
    before = sum(share for moment, share in circumstances.moments if moment < fault.since - LONG_BEFORE)
    return Evidence(
        "platform-down",
        f"平台自 {since} 起故障：{fault.message}",
        f"the platform has had a fault since {since_en}: {fault.message}",
        OPEN + TAKEN_IN_BEFORE * before * circumstances.complete_past,
    )


CAUSE = Cause(
    code="platform-fault",
    label="平台故障",
    label_en="A fault of this platform",
    meaning="它可能到了，但本平台没能收下或没能查到：任务失败、数据库故障或过载",
    meaning_en="It may have come, and this platform failed to take it in or to look it up: a failed job, a database fault, overload",
    actor="platform",
    remedy="是我们的问题，正在补录；不用重复提交",
    remedy_en="Our fault: it is being taken in again; no need to resubmit",
    when="missing",
    prior=0.05,
    episodic=True,
    weigh=weigh,
)
