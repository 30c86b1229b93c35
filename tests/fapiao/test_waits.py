"""The time to look again is stretched until nine in ten of the confirmed waits would have kept it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fapiao.waits import JUDGEMENT, LEAN, LEAST, MOST, SETTLED, SHARE, Wait, ratio, stretch

DAY = 86400.0
NOW = 400 * DAY


def waits(*ratios: float, apart: float = DAY) -> list[Wait]:
    """Return waits of an hour foretold, each so many hours long, asked one after the other and long ago."""
    begun = NOW - 300 * DAY
    return [Wait(begun + place * apart, 3600.0, 3600.0 * each) for place, each in enumerate(ratios)]


def test_without_outcomes_nothing_is_stretched():
    assert stretch([], NOW) == 1.0
    assert stretch([], NOW, usual=1.7) == 1.7


def test_the_judgement_alone_keeps_what_it_says():
    assert sum(each <= 1.0 for each in JUDGEMENT) == SHARE * LEAN
    assert stretch(waits(*JUDGEMENT), NOW) == pytest.approx(1.0)


def test_waits_that_were_longer_stretch_and_shorter_ones_shorten():
    assert stretch(waits(*[2.0] * 100), NOW) == pytest.approx(2.0)
    assert LEAST <= stretch(waits(*[0.1] * 100), NOW) < 1.0


def test_one_long_day_of_many_questions_counts_little():
    spread, at_once = waits(*[3.0] * 30), waits(*[3.0] * 30, apart=1.0)
    assert stretch(spread, NOW) == pytest.approx(3.0)
    assert 1.0 <= stretch(at_once, NOW) < 2.0


def test_a_wait_counts_once_it_is_settled_and_by_what_was_known_then():
    wait = Wait(NOW, 3600.0, 5 * 3600.0)
    assert ratio(wait, NOW + 3600.0 * SETTLED - 1) is None
    assert ratio(wait, NOW + 4 * 3600.0) == math.inf
    assert ratio(wait, NOW + 6 * 3600.0) == 5.0
    assert ratio(Wait(NOW, 3600.0), NOW + DAY) == math.inf
    assert ratio(Wait(NOW, 0.0, 10.0), NOW + DAY) is None


@given(st.lists(st.floats(0.01, 50.0), min_size=1, max_size=60), st.floats(LEAST, MOST))
def test_however_long_they_were_the_factor_is_bounded_and_more_waiting_never_shortens(ratios, usual):
    found = stretch(waits(*ratios), NOW, usual)
    assert LEAST <= found <= MOST
    assert stretch(waits(*(2 * each for each in ratios)), NOW, usual) >= found
