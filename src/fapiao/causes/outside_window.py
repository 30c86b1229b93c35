"""outside-window (超出可查范围): dated in the future, or before what the platform keeps."""

from __future__ import annotations

from datetime import date

from fapiao.cause import IMPOSSIBLE, Cause, Evidence, Weighed
from fapiao.circumstances import Circumstances

SURE, BY_NUMBER = 8.0, 7.0
"""The window is a declared fact; a year read from the number alone may be a slip of the pen."""


def weigh(circumstances: Circumstances) -> Weighed:
    """Weigh a date in the future or older than every feed's first day."""
    day = circumstances.issued_on
    if day and day > circumstances.today:
        said = f"开票日期 {day} 还没有到", f"the date {day} lies in the future"
        return Weighed(evidence=(Evidence("future", *said, SURE),))
    oldest = _oldest(circumstances)
    if oldest is None:
        return IMPOSSIBLE
    if day and day < oldest:
        said = (
            f"平台的数据从 {oldest} 开始，这张票更早",
            f"the platform keeps invoices since {oldest}; this is older",
        )
        return Weighed(evidence=(Evidence("before-window", *said, SURE),))
    year = circumstances.digital_parts.year if day is None and circumstances.digital_parts else None
    if year and year < oldest.year:
        said = (
            f"号码说明是 {year} 年的票，平台的数据从 {oldest} 开始",
            f"the number is of {year}, data since {oldest}",
        )
        return Weighed(evidence=(Evidence("year-before-window", *said, BY_NUMBER),))
    return IMPOSSIBLE


def _oldest(circumstances: Circumstances) -> date | None:
    feeds = circumstances.carriers or [feed for feed in circumstances.situation.feeds if feed.complete]
    days = [feed.since for feed in feeds]
    return min((day for day in days if day), default=None) if days and all(days) else None


CAUSE = Cause(
    code="outside-window",
    label="超出可查日期范围",
    label_en="Outside the window",
    meaning="开票日期在将来，或早于这里保存的最早一天",
    meaning_en="It is dated in the future, or before the first day kept here",
    actor="asker",
    remedy="请核对开票日期；更早的票请到国家税务总局查验平台查询",
    remedy_en="Check the date; older invoices are on the national verification platform",
    when="missing",
    prior=0.05,
    weigh=weigh,
)
