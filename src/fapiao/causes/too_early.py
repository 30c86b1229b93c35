"""too-early (当日票次日可查): issued so recently that its feed does not yet offer it by rule."""

from __future__ import annotations

from fapiao.cause import IMPOSSIBLE, Cause, Evidence, Weighed
from fapiao.circumstances import Circumstances
from fapiao.delay import arrives_by

SURE = 5.0
"""A declared same-day rule explains a same-day miss fully; typing errors stay possible beside it."""
NOT_HEALTHY = -3.0
"""While a fault is open, or an announcement in force, the answer hangs on that."""


def weigh(circumstances: Circumstances) -> Weighed:
    """Weigh a feed that offers no invoice on its day of issue."""
    carriers = circumstances.in_window
    if circumstances.issued_on != circumstances.today or not carriers:
        return IMPOSSIBLE
    if any(feed.same_day for feed in carriers):
        return IMPOSSIBLE
    feed = carriers[0]
    said = (
        f"{feed.label or feed.feed}按规定不提供当日开具的发票",
        f"{feed.label or feed.feed} offers no invoice of the same day",
    )
    recheck = arrives_by(circumstances.pace_as_asked(feed), circumstances.measured(feed), circumstances.as_of)
    evidence = [Evidence("same-day-rule", *said, SURE)]
    if circumstances.something_else(feed):
        evidence.append(
            Evidence(
                "something-else",
                "此刻另有故障或公告，不只是当日规则",
                "a fault or an announcement stands in the way now as well",
                NOT_HEALTHY,
            )
        )
    return Weighed(evidence=tuple(evidence), recheck_at=recheck)


CAUSE = Cause(
    code="too-early",
    label="当日开具，次日可查",
    label_en="Issued today, offered tomorrow",
    meaning="刚开出不久，按规则这个来源要到次日才提供",
    meaning_en="It was issued so recently that its source by rule offers it only the next day",
    actor="nobody",
    remedy="请在提示的时间之后再查，不用做别的",
    remedy_en="Ask again after the time given; nothing else is needed",
    when="missing",
    prior=0.05,
    weigh=weigh,
)
