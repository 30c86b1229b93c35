"""The rules of incidents, as a state machine over series of looks: stuck red and green while down are the classical faults."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fapiao.feeds import Lines
from jingpiao.status.rules import (
    CLOSES_AFTER,
    Flight,
    Look,
    Watch,
    follow,
    path_state,
    step,
    worst_of,
)

NOW = datetime(2026, 7, 20, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def look(place: int, word: str) -> Look:
    """A look from one letter: g good, n well but no canary seen, d delayed, o down, u not measured."""
    state = {"g": "current", "n": "current", "d": "delayed", "o": "outage", "u": "unknown"}[word]
    return Look(at=NOW + place * MINUTE, state=state, bad=word in "do", good=word == "g")  # type: ignore[arg-type]


def looks(words: str) -> list[Look]:
    return [look(place, word) for place, word in enumerate(words)]


def changes(words: str) -> list[tuple[int, str]]:
    return [(place, change) for place, (_, _, told) in enumerate(follow(looks(words))) for change in told]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("ggg", []),
        ("ggdggg", [(2, "opened"), (3, "eased"), (5, "closed")]),
        ("do", [(0, "opened"), (1, "worsened")]),
        ("odggg", [(0, "opened"), (1, "eased"), (2, "eased"), (4, "closed")]),
        ("dggdggg", [(0, "opened"), (1, "eased"), (4, "eased"), (6, "closed")]),
        ("uuu", []),
        ("nnn", []),
        ("onnnnnn", [(0, "opened"), (1, "eased")]),
        ("oguguggg", [(0, "opened"), (1, "eased"), (7, "closed")]),
    ],
)
def test_incidents_open_at_the_first_bad_look_and_close_after_three_good_ones(words, told):
    assert changes(words) == told


WORDS = st.text(alphabet="gndou", max_size=60)


@given(WORDS)
def test_an_incident_is_open_exactly_from_a_bad_look_until_three_good_ones_in_a_row(words: str):
    opened, good = False, 0
    for (_, watch, told), word in zip(follow(looks(words)), words, strict=True):
        if not opened and word in "do":
            opened, good = True, 0
            assert told == ("opened",)
        elif opened:
            good = good + 1 if word == "g" else 0
            if good == CLOSES_AFTER:
                opened = False
                assert told == ("closed",)
        assert watch.open == opened


@given(WORDS)
def test_what_is_not_measured_neither_opens_nor_closes(words: str):
    for (_, _, told), word in zip(follow(looks(words)), words, strict=True):
        if word in "un":
            assert not {"opened", "closed"} & set(told)


@given(WORDS, st.integers(0, 60))
def test_going_on_from_what_was_remembered_is_the_same_as_looking_at_everything(words: str, cut: int):
    series = looks(words)
    whole = [told for _, _, told in follow(series)]
    first = follow(series[:cut])
    rest = follow(series[cut:], first[-1][1] if first else None)
    assert [told for _, _, told in (*first, *rest)] == whole


@given(WORDS)
def test_the_same_look_twice_changes_nothing(words: str):
    watch = Watch()
    for each in looks(words):
        watch, _ = step(watch, each)
        assert step(watch, each) == (watch, ())


@given(WORDS)
def test_nothing_stays_red_for_ever_nor_green_while_down(words: str):
    assert not follow(looks(words + "ggg"))[-1][1].open
    assert follow(looks(words + "o"))[-1][1].open


def test_trouble_begins_when_the_feed_says_and_never_after_it_was_seen():
    before, after = NOW - 7 * MINUTE, NOW + MINUTE
    for begun, expected in ((before, before), (after, NOW), (None, NOW)):
        watch, _ = step(Watch(), Look(at=NOW, state="outage", bad=True, good=False, begun_at=begun))
        assert watch.begun_at == expected
        assert watch.opened_at == NOW


def flights(*lags: float | None, every: float = 60) -> list[Flight]:
    """Canaries, the newest sent just now; ``None`` was not found."""
    sent = [NOW - timedelta(seconds=every * place) for place in reversed(range(len(lags)))]
    return [
        Flight(sent_at=at, seen_at=None if lag is None else at + timedelta(seconds=lag))
        for at, lag in zip(sent, lags, strict=True)
    ]


@pytest.mark.parametrize(
    ("lags", "told"),
    [
        ((0.1, 0.1, 0.1), ("current", False)),
        ((0.1, 0.1, None), ("delayed", False)),
        ((0.1, None, None), ("delayed", False)),
        ((None, None, None), ("outage", True)),
        ((None, None, None, 0.1), ("current", False)),
        ((301.0,), ("delayed", True)),
        ((901.0,), ("outage", True)),
    ],
)
def test_the_own_path_is_down_after_three_missed_canaries(lags, told):
    assert path_state(flights(*lags), NOW, stale_after=180) == told


def test_no_canary_of_late_is_unknown_however_well_the_last_one_flew():
    sent = flights(0.1, 0.1)
    assert path_state([], NOW, stale_after=180) == ("unknown", False)
    assert path_state(sent, NOW + timedelta(seconds=181), stale_after=180) == ("unknown", False)
    assert path_state(sent, NOW + timedelta(seconds=180), stale_after=180) == ("current", False)


def test_a_canary_unseen_for_longer_than_the_line_is_late_whatever_the_count():
    assert path_state(flights(None), NOW + timedelta(seconds=4), stale_after=60, lines=Lines(3, 6)) == (
        "delayed",
        True,
    )


@given(st.lists(st.sampled_from(["current", "delayed", "outage", "unknown"])))
def test_green_only_when_everything_is_green(states):
    worst = worst_of(states)
    assert (worst == "current") == (bool(states) and set(states) == {"current"})
    assert (worst == "outage") == ("outage" in states)
