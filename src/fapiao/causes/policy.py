"""policy (政策暂停): an announcement in force suspends or redirects this kind, region or function."""

from __future__ import annotations

from datetime import datetime, timedelta

from fapiao.cause import IMPOSSIBLE, Cause, Evidence, Weighed
from fapiao.circumstances import Circumstances
from fapiao.delay import NO_PAST, arrives_by

IN_FORCE = 7.5
"""A statement in force is a declared reason; little else is needed to explain the absence."""
RESUMES = timedelta(minutes=30)
"""What a source takes to resume once the announcement has ended; nothing comes on the stroke."""


def weigh(circumstances: Circumstances) -> Weighed:
    """Weigh announcements in force that touch this claim's kind, region and function."""
    if not circumstances.suspended:
        return IMPOSSIBLE
    statement = circumstances.suspended[0]
    said = Evidence(
        "announcement",
        f"公告“{statement.title}”有效，涉及这张票",
        f"the announcement “{statement.title}” is in force and touches this invoice",
        IN_FORCE,
    )
    return Weighed(evidence=(said,), recheck_at=_recheck(circumstances, statement.ends_at))


def _recheck(circumstances: Circumstances, ends_at: datetime | None) -> datetime | None:
    """Return when nine in ten of those that waited will have come: resumed, the feed takes its usual time."""
    if ends_at is None:
        return None
    paces = [circumstances.pace(feed) for feed in circumstances.in_window] or [NO_PAST]
    usual = [arrives_by(pace, ((ends_at, 1.0),), ends_at) for pace in paces]
    return max((each for each in usual if each), default=ends_at) + RESUMES


CAUSE = Cause(
    code="policy",
    label="公告暂停或改道",
    label_en="Suspended or redirected by announcement",
    meaning="有公告暂停了这类发票、这个地区或这项查询，或让您改走别处",
    meaning_en="An announcement in force suspends or redirects this kind, region or function",
    actor="asker",
    remedy="请按公告办理",
    remedy_en="Do as the announcement says",
    when="missing",
    prior=0.04,
    episodic=True,
    weigh=weigh,
)
