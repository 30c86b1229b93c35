"""sync-delay (数据同步中): issued and uploaded; a healthy feed has not brought it yet."""

from __future__ import annotations

import math

from fapiao import feeds, wording
from fapiao.cause import IMPOSSIBLE, Cause, Evidence, Weighed
from fapiao.circumstances import Circumstances
from fapiao.delay import NO_PAST, arrives_by, still_under_way
from fapiao.situation import FeedFacts

LATE_UPLOAD = 0.01
"""About one invoice in a hundred is uploaded hours after it was issued: a watermark past the issue leaves that much."""
COMMON = 3.6
"""Sixty-odd invoices are uploaded for one that never is, so a missing one is first of all taken to be on its way; half
of this stands with each piece of evidence."""


def weigh(circumstances: Circumstances) -> Weighed:
    """Weigh how far the carrying feed had come against the moment of issue, and what its deliveries usually take."""
    carriers = circumstances.in_window
    if circumstances.issued_on is None or circumstances.dated_ahead or not carriers:
        return IMPOSSIBLE
    if not any(feed.same_day for feed in carriers) and circumstances.issued_on == circumstances.today:
        return IMPOSSIBLE  # by rule not offered yet: that is too-early
    feed = max(carriers, key=lambda each: 1 - circumstances.passed(each))
    evidence = [_watermark(circumstances, feed), _pace(circumstances, feed), *_health(circumstances, feed)]
    recheck = arrives_by(feed.pace or NO_PAST, circumstances.moments, circumstances.as_of)
    return Weighed(evidence=tuple(evidence), recheck_at=recheck)


def _open_shares(circumstances: Circumstances, feed: FeedFacts) -> tuple[float, float]:
    """Return how likely the invoice is not here yet, by the watermark alone, and with the feed's pace as well."""
    pace, now, mark = feed.pace or NO_PAST, circumstances.as_of, feed.watermark
    by_mark = by_both = 0.0
    for moment in circumstances.moments:
        share = LATE_UPLOAD if mark is not None and moment <= mark else 1.0
        by_mark += share
        by_both += share * (pace.survival((now - moment).total_seconds()) if share == 1.0 else 1.0)
    count = max(len(circumstances.moments), 1)
    return by_mark / count, by_both / count


def _watermark(circumstances: Circumstances, feed: FeedFacts) -> Evidence:
    label = feed.label or feed.feed
    weight = math.log(_open_shares(circumstances, feed)[0]) + COMMON / 2
    if feed.watermark is None:
        return Evidence("no-watermark", f"{label}没有报告数据到几点", f"{label} reports no watermark", weight)
    when, when_en = wording.moment(feed.watermark), wording.moment_en(feed.watermark)
    if circumstances.passed(feed) < 0.97:
        return Evidence(
            "watermark-before",
            f"{label}的数据目前到 {when}，可能还没到这张票的开具时间",
            f"{label} is complete to {when_en}, perhaps before this invoice was issued",
            weight,
        )
    return Evidence(
        "watermark-past",
        f"{label}的数据已到 {when}，晚于这张票的开具时间",
        f"{label} is complete to {when_en}, after this invoice was issued",
        weight,
    )


def _pace(circumstances: Circumstances, feed: FeedFacts) -> Evidence:
    by_mark, by_both = _open_shares(circumstances, feed)
    percent = round(100 * still_under_way(feed.pace or NO_PAST, circumstances.moments, circumstances.as_of))
    return Evidence(
        "pace",
        f"按这个来源以往的速度，同样时间开具的票有 {percent}% 此刻还在路上",
        f"by this feed's past, {percent}% of invoices issued then are still under way",
        math.log(max(by_both / by_mark, 1e-3)) + COMMON / 2,
    )


def _health(circumstances: Circumstances, feed: FeedFacts) -> list[Evidence]:
    state = feeds.state(feed, circumstances.as_of)
    if state == "outage":
        return [
            Evidence(
                "feed-down",
                "这个来源此刻不正常，不只是慢",
                "this feed is not healthy now: not mere delay",
                -4.0,
            )
        ]
    return []


CAUSE = Cause(
    code="sync-delay",
    label="数据还没同步到",
    label_en="Still on its way",
    actor="nobody",
    remedy="不用操作，到提示的时间再查",
    remedy_en="Nothing to do: ask again at the time given",
    when="missing",
    prior=0.20,
    weigh=weigh,
)
