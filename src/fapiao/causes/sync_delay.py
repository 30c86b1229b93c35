"""sync-delay (数据同步中): issued and uploaded; a healthy feed has not brought it yet."""

from __future__ import annotations

import math
from datetime import datetime

from fapiao import exports, feeds, flow, parts, verified, wording
from fapiao.cause import IMPOSSIBLE, Cause, Evidence, Weighed
from fapiao.circumstances import Circumstances
from fapiao.delay import NO_PAST, arrives_by, arrives_by_clock, still_under_way
from fapiao.situation import FeedFacts

UPLOAD_TAKES = 600.0
"""Seconds after which most issued invoices are uploaded: one issued shortly before the watermark may have missed it."""
LATE_UPLOAD = 0.03
"""Some are uploaded hours late; a watermark past the issue leaves about this much chance, whatever the feed's pace."""
HORIZON, HALF_DAY = 7 * 86400.0, 43200.0
"""People ask for a missing invoice within about a week. One that is merely late can only be asked for while it is under
way, so the quicker a feed, the more a miss within its usual delay speaks for delay: the week over the mean delay."""
MOST, LEAST = 6.0, -6.0
"""No feed's pace is known so well that it should count for more."""
MOST_WHILE_DOWN = 2.0
"""While a feed is down, that an invoice may be under way speaks for the outage that holds it up no less than for delay."""
LEAST_SAID = 0.2
"""Evidence that weighs less than this is not spoken of."""
NEARLY_ALL = 0.97
"""From this share on, an invoice of an unknown hour counts as issued before the watermark."""
NOT_HEALTHY = -4.0
"""Delay is what a healthy feed does: an open fault or an announcement explains the same absence, and is the rarer coincidence."""


def weigh(circumstances: Circumstances) -> Weighed:
    """Weigh how far the carrying feed had come against the moment of issue, and what its deliveries usually take."""
    carriers = circumstances.in_window
    if not circumstances.moments or circumstances.dated_ahead:
        return IMPOSSIBLE
    if not carriers:
        late = exports.says_late(circumstances)
        return Weighed(evidence=(late[0],), recheck_at=late[1]) if late else IMPOSSIBLE
    if not any(feed.same_day for feed in carriers) and circumstances.issued_on == circumstances.today:
        return IMPOSSIBLE  # by rule not offered yet: that is too-early
    feed = max(carriers, key=lambda each: 1 - circumstances.passed(each))
    evidence = (
        *_under_way(circumstances, feed),
        *_health(circumstances, feed),
        *exports.says_against_delay(circumstances),
        *verified.says_there(circumstances),
    )
    return Weighed(evidence=evidence, recheck_at=_recheck(circumstances, feed))


def _missed(moment: datetime, mark: datetime | None) -> float:
    """Return the chance that an invoice issued then was uploaded too late for what the watermark promises."""
    past = 0.0 if mark is None else (mark - moment).total_seconds()
    return 1.0 if past <= 0 else math.exp(-past / UPLOAD_TAKES)


def _recheck(circumstances: Circumstances, feed: FeedFacts) -> datetime | None:
    """Return when nine in ten such invoices will have come, given that this one is under way in spite of the watermark.

    Issued long before the watermark, it can only have been uploaded late: then all that the feed ever took counts.
    """
    now, mark = circumstances.as_of, feed.watermark
    late = tuple(
        (counted, share * _missed(moment, mark))
        for (moment, share), (counted, _) in zip(
            circumstances.moments, circumstances.measured(feed), strict=True
        )
    )
    if sum(share for _, share in late) > LATE_UPLOAD / 10:
        pace, whole = circumstances.pace_as_asked(feed), flow.whole(feed, circumstances.situation.flows)
        by_clock = arrives_by_clock(pace, late, now, whole.clock) if whole and whole.clock else None
        by_pace = by_clock or arrives_by(pace, late, now)
        if by_pace:
            return by_pace
    return arrives_by(feed.pace or NO_PAST, circumstances.measured(feed), now)


def _under_way(circumstances: Circumstances, feed: FeedFacts) -> list[Evidence]:
    """Return what the watermark alone says, what the feed's pace adds to it, and that the watermark may wait for this one."""
    pace, now, mark = circumstances.pace(feed), circumstances.as_of, feed.watermark
    ahead = fresh = 0.0
    for (moment, share), (counted, _) in zip(
        circumstances.moments, circumstances.measured(feed), strict=True
    ):
        past = 0.0 if mark is None else (mark - moment).total_seconds()
        missed = share * (1.0 if past < 0 else math.exp(-past / UPLOAD_TAKES))
        ahead += missed
        fresh += missed * pace.survival((now - counted).total_seconds() / pace.factor(counted))
    by_mark = math.log(ahead + LATE_UPLOAD)
    mean = pace.mean + (0.0 if feed.same_day else HALF_DAY)
    odds = fresh * HORIZON / mean + LATE_UPLOAD
    down = 1.0 if feeds.down(feed, now) else parts.unheard_of(circumstances, feed)
    most = MOST + (MOST_WHILE_DOWN - MOST) * down
    whole = max(LEAST, min(most, math.log(odds)))
    return [
        _watermark(circumstances, feed, by_mark),
        _pace(circumstances, feed, whole - by_mark),
        *_awaited(circumstances, feed, odds, mean),
    ]


def _awaited(circumstances: Circumstances, feed: FeedFacts, odds: float, mean: float) -> list[Evidence]:
    """Say that the watermark stands where this invoice was issued: a straggler holds it, and this may be the one.

    A feed that is down, or held up by something else, stands where it stands for another reason.
    """
    now = circumstances.as_of
    if feed.watermark is None or feeds.down(feed, now) or circumstances.something_else(feed):
        return []
    awaited = odds + parts.waited_for(circumstances, feed) * HORIZON / mean
    more = min(MOST, math.log(awaited)) - math.log(odds)
    if more < LEAST_SAID:
        return []
    when, when_en = wording.moment(feed.watermark), wording.moment_en(feed.watermark)
    return [
        Evidence(
            "awaited",
            f"数据停在 {when}，正是这张票开具前后：来源等的可能就是它",
            f"the feed stands at {when_en}, about when this one was issued: it may be the one that is waited for",
            more,
        )
    ]


def _watermark(circumstances: Circumstances, feed: FeedFacts, weight: float) -> Evidence:
    """Say what the watermark says: its sentence follows the sign of its weight, so that neither contradicts the other."""
    label = feed.label or feed.feed
    if feed.watermark is None:
        return Evidence("no-watermark", f"{label}没有报告数据到几点", f"{label} reports no watermark", weight)
    when, when_en = wording.moment(feed.watermark), wording.moment_en(feed.watermark)
    if weight >= 0:
        return Evidence(
            "watermark-before",
            f"{label}的数据目前到 {when}，可能还没到这张票的开具时间",
            f"{label} is complete to {when_en}, perhaps before this invoice was issued",
            weight,
        )
    passed = circumstances.passed(feed)
    if passed < NEARLY_ALL:
        percent = max(1, round(100 * passed))
        return Evidence(
            "watermark-between",
            f"{label}的数据已到 {when}：这张票约有 {percent}% 的可能在此之前开具，那样就该到了",
            f"{label} is complete to {when_en}: with {percent}% likelihood issued before that, it should then be here",
            weight,
        )
    return Evidence(
        "watermark-past",
        f"{label}的数据已到 {when}，晚于这张票的开具时间",
        f"{label} is complete to {when_en}, after this invoice was issued",
        weight,
    )


def _pace(circumstances: Circumstances, feed: FeedFacts, weight: float) -> Evidence:
    """Say what the feed's pace adds; against delay it says why a share still under way explains little."""
    pace = circumstances.pace(feed)
    percent = round(100 * still_under_way(pace, circumstances.measured(feed), circumstances.as_of))
    said = f"按这个来源以往的速度，同样时间开具的票有 {percent}% 此刻还在路上"
    said_en = f"by this feed's past, {percent}% of invoices issued then are still under way"
    if weight >= 0:
        return Evidence("pace", said, said_en, weight)
    mean, mean_en = wording.span(pace.mean), wording.span_en(pace.mean)
    return Evidence(
        "pace-against",
        f"{said}；它平均要走 {mean}，单凭慢说不过去",
        f"{said_en}; it takes {mean_en} on average, so slowness alone hardly explains it",
        weight,
    )


def _health(circumstances: Circumstances, feed: FeedFacts) -> list[Evidence]:
    down = feeds.down(feed, circumstances.as_of)
    stall = 1.0 if down else max(parts.stall(circumstances, feed), parts.silent(circumstances, feed))
    if circumstances.something_else(feed) and not down:
        return [
            Evidence(
                "something-else",
                "此刻另有故障或公告，不只是慢",
                "a fault or an announcement stands in the way now: not mere delay",
                NOT_HEALTHY,
            )
        ]
    if stall <= 0.05:
        return []
    return [
        Evidence(
            "feed-down",
            "这个来源此刻不正常，不只是慢",
            "this feed is not healthy now: not mere delay",
            NOT_HEALTHY * stall,
        )
    ]


CAUSE = Cause(
    code="sync-delay",
    label="数据还没同步到",
    label_en="Still on its way",
    meaning="已经开出并上传，来源一切正常，只是还没有送到这里",
    meaning_en="Issued and uploaded; a source that is otherwise well has not brought it yet",
    actor="nobody",
    remedy="不用操作，到提示的时间再查",
    remedy_en="Nothing to do: ask again at the time given",
    when="missing",
    prior=0.20,
    weigh=weigh,
)
