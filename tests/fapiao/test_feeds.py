"""A feed's state, judged from one look; and the numbers missing inside a seller's dense block."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fapiao.completeness import Completeness, Numbered, gaps, measure, series_of
from fapiao.feeds import Lines, Measured, judge, measured, state
from fapiao.situation import FaultFact, FeedFacts

NOW = datetime(2026, 7, 20, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def spoke(seconds: float, every: int | None = 60, **more: object) -> FeedFacts:
    return FeedFacts(feed="bj", every_seconds=every, spoke_at=NOW - timedelta(seconds=seconds), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("silent", "every", "word"),
    [
        (59, 60, "current"),
        (360, 60, "current"),
        (361, 60, "delayed"),
        (960, 60, "delayed"),
        (961, 60, "outage"),
        (3900, 3600, "current"),
        (3901, 3600, "delayed"),
        (10_800, 3600, "delayed"),
        (10_801, 3600, "outage"),
    ],
)
def test_silence_beyond_the_rhythm_is_delayed_after_five_minutes_and_down_after_a_quarter(
    silent, every, word
):
    assert state(spoke(silent, every), NOW) == word


def test_no_sample_is_unknown_never_green():
    assert state(FeedFacts(feed="bj", every_seconds=60), NOW) == "unknown"
    assert state(FeedFacts(feed="bj", spoke_at=NOW), NOW) == "unknown"
    assert judge(Measured()) == "unknown"


def test_a_told_fault_is_down_whatever_else_and_a_lost_batch_is_not():
    fault = FaultFact(component="feed", message="x", since=NOW)
    assert state(spoke(1, faults=(fault,)), NOW) == "outage"
    assert (
        state(spoke(1, faults=(FaultFact(component="feed", message="x", since=NOW, batch="b"),)), NOW)
        == "current"
    )


@pytest.mark.parametrize(("age", "word"), [(3600, "current"), (5401, "delayed"), (10_801, "outage")])
def test_a_watermark_older_than_usual_is_delayed_then_down(age, word):
    found = Measured(silent=1, every=600, lag=age, usual=3600)
    assert judge(found) == word


def test_a_quick_feed_is_not_called_late_for_seconds():
    assert judge(Measured(silent=1, every=10, lag=100, usual=20)) == "current"


def test_the_lines_can_be_drawn_closer():
    near = Lines(delayed=3, outage=6)
    assert [judge(Measured(silent=each, every=2), near) for each in (4, 6, 9)] == [
        "current",
        "delayed",
        "outage",
    ]


@given(
    st.builds(
        Measured,
        fault=st.booleans(),
        silent=st.none() | st.floats(0, 1e6),
        every=st.none() | st.floats(1, 1e5),
        lag=st.none() | st.floats(0, 1e6),
        usual=st.none() | st.floats(1, 1e5),
    )
)
def test_more_silence_or_more_lag_never_makes_a_feed_look_better(found: Measured):
    order = ("current", "delayed", "outage")
    first = judge(found)
    if first == "unknown":
        return
    worse = Measured(
        fault=found.fault,
        silent=None if found.silent is None else found.silent * 2,
        every=found.every,
        lag=None if found.lag is None else found.lag * 2,
        usual=found.usual,
    )
    assert order.index(judge(worse)) >= order.index(first)


def test_what_is_measured_is_what_the_state_hangs_on():
    found = measured(spoke(30, 60, watermark=NOW - MINUTE), NOW)
    assert found == Measured(silent=30, every=60, lag=60, usual=120)


def row(place: int, *, feed: str = "bj", seller: str = "甲", minutes: int | None = None) -> Numbered:
    at = NOW + (place if minutes is None else minutes) * MINUTE
    return Numbered(series="261120000002", seller=seller, place=place, issued_at=at, feed=feed)


def held(*places: int, **more: str) -> list[Numbered]:
    return [row(place, **more) for place in places]  # type: ignore[arg-type]


def test_a_hole_in_a_dense_block_is_a_gap():
    rows = held(*range(10), *range(13, 22))
    found = list(gaps(rows))
    assert [(gap.after, gap.before, gap.missing, gap.feed) for gap in found] == [(9, 13, 3, "bj")]


def test_a_hole_counts_once_the_watermark_has_passed_and_is_pending_before():
    rows = held(*range(10), *range(13, 22))
    late, passed = {"bj": NOW + 5 * MINUTE}, {"bj": NOW + 30 * MINUTE}
    assert measure(rows, (), late) == {"bj": Completeness(held=19, missing=0, pending=3)}
    assert measure(rows, (), passed) == {"bj": Completeness(held=19, missing=3, pending=0)}
    assert measure(rows, (), {})["bj"].pending == 3
    assert measure(rows, (), passed)["bj"].share == pytest.approx(19 / 22)


def test_what_waits_in_quarantine_did_arrive():
    rows = held(*range(10), *range(12, 22))
    assert list(gaps(rows, {("261120000002", 10), ("261120000002", 11)})) == []


def test_sparse_numbers_other_sellers_and_far_blocks_are_no_gaps():
    assert list(gaps(held(*range(0, 400, 20)))) == []
    assert list(gaps([*held(*range(10)), *held(*range(12, 22), seller="乙")])) == []
    assert list(gaps(held(*range(10), *range(1000, 1010)))) == []
    assert list(gaps(held(*range(10), *range(12, 22), seller=""))) == []
    assert measure(held(1, 5, 9), (), {}) == {}


@given(st.sets(st.integers(0, 200), max_size=20))
def test_taking_numbers_out_never_makes_a_block_look_more_complete(gone: set[int]):
    dense = held(*range(201))
    rest = [each for each in dense if each.place not in gone]
    mark = {"bj": NOW + 500 * MINUTE}
    assert measure(dense, (), mark)["bj"].share == 1
    assert all(gap.missing == gap.before - gap.after - 1 for gap in gaps(rest))
    assert {number for gap in gaps(rest) for number in range(gap.after + 1, gap.before)} <= gone


def test_a_key_is_taken_apart_by_its_last_eight_digits():
    assert series_of("26112000000219700048") == ("261120000002", 19700048)
    assert series_of("01100260021105168908") == ("011002600211", 5168908)
    assert series_of("E1234567890123456789") is None
    assert series_of("12345678") is None
