"""Scores count what was right, how sure it was said, and whether times were kept; what is not known is not counted."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from fapiao.scoring import Score, ToldAnswer, ToldCause, Truth

NOON = datetime(2026, 7, 14, 12, 0, tzinfo=timezone(timedelta(hours=8)))
HOUR = timedelta(hours=1)


def told(*causes: tuple[str, float], existence: str = "not-found", validity: str = "unknown") -> ToldAnswer:
    ranked = tuple(ToldCause(code, share, NOON) for code, share in causes)
    return ToldAnswer(existence, validity, ranked)


LATE = Truth(cause="sync-delay", existence="not-found", arrives_at=NOON - HOUR)


def test_first_among_three_and_times_are_counted():
    score = Score()
    assert score.add(told(("sync-delay", 0.8), ("unknown", 0.2)), LATE)
    assert not score.add(told(("never-uploaded", 0.6), ("sync-delay", 0.4)), LATE)
    assert not score.add(told(("policy", 0.96), ("unknown", 0.04)), LATE)
    figures = score.figures()
    assert figures["cause_first"] == {"part": 1, "whole": 3, "share": 0.3333}
    assert figures["cause_among_three"]["part"] == 2
    assert figures["wrong_and_sure"]["part"] == 1
    assert figures["recheck_kept"] == {"part": 2, "whole": 2, "share": 1.0}
    assert {"truth": "sync-delay", "told": "policy", "count": 1} in figures["confusion"]


def test_a_time_that_was_not_kept_is_counted_and_a_fault_has_none():
    score = Score()
    score.add(told(("sync-delay", 1.0)), Truth(cause="sync-delay", arrives_at=NOON + HOUR))
    score.add(told(("source-outage", 1.0)), Truth(cause="source-outage", arrives_at=NOON + HOUR))
    assert (score.kept, score.rechecks) == (0, 1)


def test_simply_found_counts_for_existence_and_validity_alone():
    score = Score()
    found = Truth(cause=None, existence="found", validity="normal")
    assert score.add(told(existence="found", validity="normal"), found)
    assert score.add(told(existence="found", validity="voided"), found)
    assert (score.existence, score.validity, score.causes) == (2, 1, 0)
    assert (score.figures()["calibration_error"], score.figures()["brier"]) == (None, None)


def test_a_cause_named_where_nothing_was_in_the_way_is_wrong():
    score = Score()
    score.add(told(("deleted", 0.97), existence="found"), Truth(cause=None, existence="found"))
    assert (score.causes, score.first, score.overconfident) == (1, 0, 1)


def test_what_is_not_known_is_not_counted():
    score = Score()
    score.add(told(("typed-wrong", 0.9)), Truth(cause="typed-wrong"))
    assert (score.told, score.valid, score.first) == (0, 0, 1)
    assert score.figures()["existence"] == {"part": 0, "whole": 0, "share": None}


@pytest.mark.parametrize(("share", "right", "error"), [(0.9, True, 0.1), (0.9, False, 0.9), (1.0, True, 0.0)])
def test_the_calibration_error_is_the_gap_between_said_and_right(share: float, right: bool, error: float):
    score = Score()
    score.add(told(("sync-delay" if right else "policy", share)), LATE)
    assert score.calibration_error == pytest.approx(error)
    assert score.figures()["brier"] == pytest.approx((share - right) ** 2)
