"""too-early (当日票次日可查): issued so recently that its feed does not yet offer it by rule."""

from __future__ import annotations

from fapiao.cause import IMPOSSIBLE, Cause, Evidence, Weighed
from fapiao.circumstances import Circumstances
from fapiao.delay import NO_PAST, arrives_by

SURE = 5.0
"""A declared same-day rule explains a same-day miss fully; typing errors stay possible beside it."""


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
    recheck = arrives_by(feed.pace or NO_PAST, circumstances.moments, circumstances.as_of)
    return Weighed(evidence=(Evidence("same-day-rule", *said, SURE),), recheck_at=recheck)


CAUSE = Cause(
    code="too-early",
    label="当日开具，次日可查",
    label_en="Issued today, offered tomorrow",
    actor="nobody",
    remedy="请在提示的时间之后再查，不用做别的",
    remedy_en="Ask again after the time given; nothing else is needed",
    when="missing",
    prior=0.05,
    weigh=weigh,
)
