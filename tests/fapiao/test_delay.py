"""Delay and calibration: what is under way, when it comes, and whether it was said as surely as it came true."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fapiao import calibration
from fapiao.delay import (
    BINS,
    EDGES,
    NO_PAST,
    DelayCurve,
    arrives_by,
    bin_of,
    curve,
    hour_factors,
    of_kind,
    origin,
    rest_of,
    still_under_way,
)
from fapiao.moments import possible_moments
from fapiao.wording import BEIJING

NOW = datetime(2026, 7, 20, 15, 0, tzinfo=BEIJING)
HOUR = 3600.0


def seen(*delays: float, weight: float = 50.0) -> DelayCurve:
    counts = [0.0] * BINS
    for delay in delays:
        counts[bin_of(delay)] += weight
    return DelayCurve(tuple(counts))


@given(st.floats(0, 10_000_000))
def test_every_delay_lies_in_its_bin(seconds: float):
    place = bin_of(seconds)
    assert seconds <= EDGES[place] * 1.000001 or place == BINS - 1
    assert place == 0 or seconds > EDGES[place - 1] * 0.999999


@given(
    delays=st.lists(st.floats(1, 6e6), max_size=20),
    first=st.floats(0, 8e6),
    later=st.floats(0, 8e6),
)
def test_the_longer_it_took_the_fewer_are_still_under_way(delays: list[float], first: float, later: float):
    pace = seen(*delays)
    low, high = sorted((first, later))
    assert 0.0 <= pace.survival(high) <= pace.survival(low) <= 1.0


@given(
    delays=st.lists(st.floats(60, 2e5), min_size=1, max_size=20),
    age=st.floats(0, 1e5),
)
def test_nine_in_ten_have_come_by_the_moment_told(delays: list[float], age: float):
    pace, issued = seen(*delays), ((NOW - timedelta(seconds=age), 1.0),)
    told = arrives_by(pace, issued, NOW)
    assert told is not None
    assert told >= NOW
    left = still_under_way(pace, issued, told) / still_under_way(pace, issued, NOW)
    assert left <= 0.1001


def test_a_feed_without_a_past_is_believed_to_take_hours():
    told = arrives_by(NO_PAST, ((NOW, 1.0),), NOW)
    assert told is not None
    assert timedelta(hours=2) < told - NOW < timedelta(days=4)


def test_old_days_count_less_than_new_ones():
    slow, quick = {bin_of(10 * HOUR): 100}, {bin_of(0.5 * HOUR): 100}
    assert curve([(0.0, quick), (60.0, slow)]).survival(HOUR) < curve([(60.0, quick), (0.0, slow)]).survival(
        HOUR
    )


def test_what_was_uploaded_late_says_nothing_of_a_healthy_feeds_pace():
    mixed = seen(600, 700, 800, 100 * HOUR)
    bounded = DelayCurve(mixed.counts, limit=2 * HOUR)
    assert mixed.survival(3 * HOUR) > 0.2
    assert bounded.survival(3 * HOUR) == 0
    assert bounded.mean < mixed.mean


def test_those_who_ask_meet_an_invoice_at_any_point_of_its_way():
    pace = seen(600, 6000)
    assert pace.as_asked().survival(1200) < pace.survival(1200)
    short, long = (pace.as_asked().counts[bin_of(seconds)] for seconds in (600, 6000))
    assert short / long == pytest.approx(
        math.sqrt(10), rel=0.05
    )  # ten times as long: between as often and a tenth


def test_two_deliveries_prove_less_than_as_many_invoices_that_came_one_by_one():
    at_once = curve([(1.0, {bin_of(10_000): 30}), (2.0, {bin_of(12_000): 30})], 60)
    singly = curve([(1.0, {bin_of(9_000 + 100 * n): 1 for n in range(30)}) for _ in range(2)], 60)
    later = 30_000
    assert at_once.survival(later) > 3 * singly.survival(later) > 0


def test_a_daily_feed_is_measured_from_midnight():
    issued = datetime(2026, 7, 20, 9, 30, tzinfo=BEIJING)
    assert origin(issued, same_day=True) == issued
    assert origin(issued, same_day=False) == datetime(2026, 7, 21, tzinfo=BEIJING)


def test_faults_are_believed_to_last_about_as_they_did():
    assert HOUR < rest_of([HOUR] * 50, 0.0) <= 1.5 * HOUR
    assert 0.5 * HOUR < rest_of([HOUR] * 50, 0.5 * HOUR) <= HOUR
    assert rest_of([HOUR] * 50, 1.1 * HOUR) <= 2 * HOUR  # longer than nearly all before
    assert rest_of([], 1000 * HOUR) == 1000 * HOUR


@given(
    hour=st.integers(0, 23),
    back=st.integers(0, 3),
    low=st.none() | st.integers(0, 1400),
    width=st.integers(0, 600),
)
def test_possible_moments_share_one_and_none_lies_ahead(hour: int, back: int, low: int | None, width: int):
    as_of = NOW.replace(hour=hour)
    day = as_of.date() - timedelta(days=back)
    start = datetime.combine(day, datetime.min.time(), BEIJING)
    below = None if low is None else start + timedelta(minutes=low)
    above = None if below is None else below + timedelta(minutes=width)
    moments = possible_moments(day, as_of, below, above)
    assert sum(share for _, share in moments) == pytest.approx(1.0)
    assert all(moment <= as_of for moment, _ in moments)


def test_neighbours_narrow_the_moments_and_a_contradicting_day_does_not():
    low, high = NOW - timedelta(hours=3), NOW - timedelta(hours=2)
    inside = possible_moments(NOW.date(), NOW, low, high)
    assert all(low <= moment <= high for moment, _ in inside)
    other_day = possible_moments(date(2026, 7, 1), NOW, low, high)
    assert {moment.date() for moment, _ in other_day} == {date(2026, 7, 1)}


def test_a_forecaster_who_is_right_as_often_as_he_says_has_no_error():
    verdicts = [(0.75, True)] * 3 + [(0.75, False)]
    bands = calibration.reliability(verdicts)
    assert [(band.count, band.said, band.right) for band in bands] == [(4, 0.75, 0.75)]
    assert calibration.expected_error(bands) == 0
    assert calibration.brier(verdicts) == pytest.approx(0.1875)


def test_overconfidence_is_an_error_of_its_size():
    bands = calibration.reliability([(1.0, False), (1.0, True)])
    assert calibration.expected_error(bands) == 0.5
    assert calibration.brier([]) == calibration.expected_error(()) == 0


def test_what_is_no_probability_is_refused():
    with pytest.raises(ValueError, match="not a probability"):
        calibration.reliability([(1.5, True)])


def test_a_slow_hour_stretches_the_curve_and_an_unknown_one_does_not():
    hours = hour_factors({11: (1000.0, 1000.0 * 9.0), 20: (1000.0, 1000.0 * 7.0)})
    assert hours[11] > 1.5 > 1.0 > hours[20]
    assert hours[3] == 1.0
    pace = DelayCurve(seen(HOUR).counts, hours=hours)
    noon, evening = NOW.replace(hour=11), NOW.replace(hour=20)
    ask = NOW.replace(hour=22)
    slow = arrives_by(pace, ((noon, 1.0),), noon)
    quick = arrives_by(pace, ((evening, 1.0),), evening)
    assert slow is not None
    assert quick is not None
    assert slow - noon > quick - evening
    assert still_under_way(pace, ((ask, 1.0),), ask) == 1.0


def test_no_hour_is_believed_to_be_more_than_four_times_as_slow():
    hours = hour_factors({1: (1e6, 1e6 * 14.0), 2: (1e6, 0.0)})
    assert max(hours) <= 4.0
    assert min(hours) >= 0.25


def test_a_rare_kind_leans_on_its_feed_and_a_common_one_stands_alone():
    feed = seen(HOUR, weight=1000.0)
    rare, common = of_kind(seen(10 * HOUR, weight=2.0), feed), of_kind(seen(10 * HOUR, weight=4000.0), feed)
    assert rare.survival(2 * HOUR) < 0.2
    assert common.survival(2 * HOUR) > 0.9
