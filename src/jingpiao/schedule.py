"""schedule (时刻表): everything that the clock starts, in one list."""

from __future__ import annotations

from datetime import datetime, timedelta

from jingpiao.audit.checkpoints import fix_when_grown
from jingpiao.inquiry.expiring import expire_some
from jingpiao.inquiry.lessons import learn_some
from jingpiao.inquiry.watching import ask_what_is_due, look_for_arrivals
from jingpiao.jobs.turns import Scheduled
from jingpiao.status.blocks import count_blocks
from jingpiao.status.lines import measuring
from jingpiao.status.measuring import beat
from jingpiao.sync.importing import claim_batch, run_batch
from jingpiao.sync.polling import visit_due

VISITORS = ("first", "second", "third")
"""Each visits the source that has waited longest, so that one that hangs holds up one visitor only."""


def take_up_import(now: datetime) -> bool:
    """Take up one waiting import and finish it; true when there may be another."""
    batch = claim_batch(now)
    if batch is None:
        return False
    run_batch(batch)
    return True


SCHEDULE: tuple[Scheduled, ...] = (
    Scheduled(name="imports", every=timedelta(seconds=0.5), run=take_up_import),
    Scheduled(name="arrivals", every=timedelta(seconds=1), run=look_for_arrivals),
    Scheduled(name="rechecks", every=timedelta(seconds=1), run=ask_what_is_due),
    *(Scheduled(name=f"sources-{each}", every=timedelta(seconds=1), run=visit_due) for each in VISITORS),
    Scheduled(name="lessons", every=timedelta(seconds=30), run=learn_some),
    Scheduled(name="status", every=timedelta(seconds=measuring().beat), run=beat),
    Scheduled(name="audit", every=timedelta(minutes=1), run=fix_when_grown),
    Scheduled(name="answers", every=timedelta(hours=1), run=expire_some),
    Scheduled(name="blocks", every=timedelta(hours=1), run=count_blocks),
)
