"""A feed that rests by night or on Sundays is not down while it rests; one that stands still in its hours is."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from fapiao import feeds
from fapiao.wording import BEIJING
from jingpiao.columns import to_micros
from jingpiao.sync.timeline import Timeline

MONDAY = datetime(2026, 6, 1, tzinfo=BEIJING)
HALF_HOUR = timedelta(minutes=30)


@pytest.fixture
def office() -> Timeline:
    """Three weeks of a feed that delivers from eight to six, Mondays to Fridays; on the fourth Tuesday it stops at ten."""
    timeline = Timeline()
    timeline.declarations["js"].add(0, {})
    for step in range(22 * 48 + 20):
        at = MONDAY + step * HALF_HOUR
        if at.weekday() < 5 and 8 <= at.hour < 18:
            timeline.watermarks["js"].add(to_micros(at), to_micros(at - HALF_HOUR))
    return timeline


def stall(timeline: Timeline, at: datetime) -> float:
    (facts,) = timeline.feeds(at, {"js": to_micros(at)})
    return feeds.stall(facts, at)


@pytest.mark.parametrize(
    "rest", ["2026-06-17T05:00", "2026-06-20T12:00", "2026-06-21T20:00", "2026-06-22T07:30"]
)
def test_a_rest_that_was_seen_before_is_no_outage(office: Timeline, rest: str):
    assert stall(office, datetime.fromisoformat(rest).replace(tzinfo=BEIJING)) == 0


@pytest.mark.parametrize("late", ["2026-06-23T13:00", "2026-06-23T17:00", "2026-06-25T12:00"])
def test_standing_still_in_its_hours_is_a_sign_of_one(office: Timeline, late: str):
    assert stall(office, datetime.fromisoformat(late).replace(tzinfo=BEIJING)) == 1


def test_nothing_learnt_later_changes_what_was_usual(office: Timeline):
    moment = datetime(2026, 6, 20, 12, tzinfo=BEIJING)
    before = office.feeds(moment, {})
    known = Timeline()
    known.declarations["js"].add(0, {})
    series = office.watermarks["js"]
    for at, mark in zip(series.moments, series.rows, strict=True):
        if at <= to_micros(moment):
            known.watermarks["js"].add(at, mark)
    assert known.feeds(moment, {}) == before


def test_a_new_feed_that_delivers_nightly_is_not_down_on_its_first_day():
    timeline, at = Timeline(), MONDAY + timedelta(hours=20)
    timeline.declarations["js"].add(0, {"every_seconds": 600})
    timeline.watermarks["js"].add(to_micros(MONDAY + timedelta(hours=4)), to_micros(MONDAY))
    assert stall(timeline, at) == 0
    assert stall(timeline, at + timedelta(days=2)) == 1


def test_the_longest_stand_of_a_feed_is_told_without_the_few_that_were_outages():
    timeline, at, stood = Timeline(), MONDAY, 0
    timeline.declarations["js"].add(0, {})
    for step in range(10 * 24):
        at += timedelta(hours=1)
        if step % 100 == 50:  # two outages of a day in ten days
            at += timedelta(days=1)
            stood += 1
        timeline.watermarks["js"].add(to_micros(at), to_micros(at - HALF_HOUR))
    assert stood == 2
    (facts,) = timeline.feeds(at + timedelta(days=1), {"js": to_micros(at)})
    assert facts.longest_gap == timedelta(hours=1.5).total_seconds()
    (young,) = timeline.feeds(MONDAY + timedelta(days=1), {"js": to_micros(MONDAY)})
    assert young.longest_gap is None  # too few seen
