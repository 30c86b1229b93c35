"""Learned likelihoods: outcomes move stated weights, few a little and hundreds much, and never to the impossible."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import msgspec
import pytest

from fapiao.calibration import expected_error, reliability
from fapiao.learning import Likeness
from fapiao.likelihood import (
    MOST_SHIFT,
    TEMPERATURE,
    Cell,
    Lesson,
    Likelihoods,
    Spoken,
    explained,
    name_of,
    shares_of,
    shifted,
)

TODAY = 739_800
HERE, THERE = Cell("sh", "82", "any"), Cell("zj", "82", "any")
FAKE, NEVER = "suspected-fake", "never-uploaded"
Teller = Callable[[random.Random, int], Lesson]
_asked = iter(range(10**9))


def spoken(cause: str, share: float = 0.2, *, episodic: bool = False, **pieces: float) -> Spoken:
    return Spoken(cause, share, episodic, tuple(pieces.items()))


def lesson(cause: str, *causes: Spoken, cell: Cell = HERE, question: str = "", asked: int = TODAY) -> Lesson:
    told = (*causes, spoken("unknown", 0.03))
    like = Likeness("any", cell.feed, "82")
    return Lesson(cause, question or f"q{next(_asked)}", asked, like, cell, told)


def lonely(cause: str, cell: Cell = HERE, **also: str) -> Lesson:
    """A number far from every block: stated to speak for a fake and against one that was never uploaded."""
    return lesson(cause, spoken(FAKE, 0.1, lonely=2.5), spoken(NEVER, 0.1, lonely=-2.0), cell=cell, **also)


def plain(cause: str, cell: Cell = HERE) -> Lesson:
    """A question on which nothing speaks either way: here the shares alone decide, and they hold."""
    return lesson(cause, spoken(FAKE, 0.1), spoken(NEVER, 0.1), cell=cell)


def sparse(dice: random.Random) -> Lesson:
    """A region of whose invoices so few come that every number is lonely, and that means nothing."""
    cause = dice.choice((FAKE, NEVER))
    return lonely(cause) if dice.random() < 0.5 else plain(cause)


def days(lessons: Iterator[Lesson] | list[Lesson], a_day: int = 5) -> list[tuple[int, Lesson]]:
    return [(TODAY + place // a_day, each) for place, each in enumerate(lessons)]


def taught(lessons: list[Lesson], a_day: int = 5) -> Likelihoods:
    table = Likelihoods()
    table.teach(days(lessons, a_day))
    return table


def verdict(table: Likelihoods, asked: Lesson) -> tuple[float, bool]:
    """What would be said of a question: the probability of its first cause, and whether that is true."""
    moved = table.shifts(asked.cell)
    scores = [
        sum(
            shifted(stated, moved.get(name_of(each.cause, code, stated), 0.0)) for code, stated in each.pieces
        )
        / TEMPERATURE
        for each in asked.causes[:-1]
    ]
    shares = shares_of(scores)
    first = max(range(len(shares)), key=shares.__getitem__)
    return shares[first], asked.causes[first].cause == asked.cause


def error(table: Likelihoods, questions: list[Lesson]) -> float:
    return expected_error(reliability([verdict(table, each) for each in questions]))


def test_before_any_outcome_the_stated_weights_stand():
    assert Likelihoods().shifts(HERE) == {}
    assert Likelihoods().trusted


def test_where_a_region_contradicts_the_judgement_outcomes_make_its_answers_calibrated():
    dice = random.Random(20261)
    later = [lonely(dice.choice((FAKE, NEVER))) for _ in range(400)]
    before = error(Likelihoods(), later)
    after = error(taught([sparse(dice) for _ in range(400)]), later)
    assert before > 0.4
    assert after < 0.1


def test_few_outcomes_move_little_and_hundreds_much():
    dice = random.Random(5)
    outcomes = [sparse(dice) for _ in range(600)]
    moved = [
        -taught(outcomes[:count], a_day=30).shifts(HERE).get(f"{FAKE}/+lonely", 0.0) for count in (4, 60, 600)
    ]
    assert abs(moved[0]) < 0.5
    assert moved[0] < moved[1] < moved[2]
    assert 1.5 < moved[2] <= 2.6


def test_a_feed_goes_its_own_way_and_one_without_outcomes_follows_all():
    dice = random.Random(6)
    outcomes = [sparse(dice) for _ in range(300)]
    outcomes += [lonely(FAKE, THERE) for _ in range(300)]
    dice.shuffle(outcomes)
    table = taught(outcomes, a_day=30)
    here, there = (table.shifts(cell).get(f"{FAKE}/+lonely", 0.0) for cell in (HERE, THERE))
    elsewhere = table.shifts(Cell("gd", "01", "received")).get(f"{FAKE}/+lonely", 0.0)
    assert here < elsewhere < there
    assert elsewhere == pytest.approx(table.own_shift(f"{FAKE}/+lonely", ()), abs=0.001)
    assert {row["feed"] for row in explained(table) if row["evidence"] == "lonely"} >= {"", "sh"}


def test_a_kind_and_a_channel_of_a_feed_lean_on_the_feed():
    table = taught([lonely(NEVER) for _ in range(60)])
    name = f"{FAKE}/+lonely"
    nearer = [
        table.shifts(cell)[name]
        for cell in (Cell("gd", "", ""), Cell("sh", "01", "any"), Cell("sh", "82", "received"), HERE)
    ]
    assert nearer == sorted(nearer, reverse=True)
    assert len(set(nearer)) == 4


def test_evidence_that_always_comes_together_shares_one_correction():
    def told(**pieces: float) -> list[Lesson]:
        dice = random.Random(7)
        return [lesson(dice.choice((FAKE, NEVER)), spoken(FAKE, **pieces), spoken(NEVER)) for _ in range(400)]

    alone = taught(told(lonely=2.4), a_day=50).shifts(HERE)[f"{FAKE}/+lonely"]
    both = taught(told(lonely=1.2, apart=1.2), a_day=50).shifts(HERE)
    assert both[f"{FAKE}/+lonely"] == both[f"{FAKE}/+apart"]
    assert both[f"{FAKE}/+lonely"] + both[f"{FAKE}/+apart"] == pytest.approx(alone, rel=0.15)


def test_evidence_never_says_the_opposite_of_its_sentence():
    assert (shifted(1.5, -4.0), shifted(-1.5, 4.0), shifted(0.0, 3.0)) == (0.0, 0.0, 0.0)
    table = taught([lonely(NEVER) for _ in range(2_000)], a_day=40)
    moved = table.shifts(HERE)
    assert shifted(2.5, moved[f"{FAKE}/+lonely"]) >= 0.0
    assert all(abs(shift) <= MOST_SHIFT for shift in moved.values())


def test_a_fact_that_rules_a_cause_out_is_not_argued_with():
    table = taught([lonely("deleted") for _ in range(50)])
    assert (table.outcomes, table.shifts(HERE)) == (0, {})


def test_unknown_has_no_evidence_and_keeps_its_share():
    table = taught([lonely(FAKE) for _ in range(500)])
    assert not [name for name in table.shifts(HERE) if name.startswith("unknown")]


def test_the_same_question_confirmed_twice_counts_once():
    once, twice = (taught([lonely(NEVER, question="a")] * times, a_day=9) for times in (1, 9))
    assert once.shifts(HERE) == twice.shifts(HERE)
    assert twice.outcomes == 1


def test_many_who_ask_during_one_outage_count_for_less_than_many_outages():
    def silent(asked: int) -> Lesson:
        pieces = spoken("source-outage", 0.06, episodic=True, silent=4.5), spoken("sync-delay", pace=1.0)
        return lesson("sync-delay", *pieces, asked=asked)

    name = "source-outage/+silent"
    one = taught([silent(TODAY) for _ in range(40)]).shifts(HERE)[name]
    many = taught([silent(TODAY + day) for day in range(40)]).shifts(HERE)[name]
    assert many < one < 0


def test_what_was_learned_long_ago_fades():
    table = taught([lonely(NEVER) for _ in range(80)])
    fresh = table.own_shift(f"{FAKE}/+lonely", ())
    table.teach([(TODAY + 400, plain(FAKE))])
    faded = table.own_shift(f"{FAKE}/+lonely", ())
    assert 0.15 * fresh > faded > 0.3 * fresh


def test_the_same_lessons_give_the_same_in_one_go_or_step_by_step():
    dice = random.Random(8)
    lessons = days([sparse(dice) for _ in range(90)])
    whole, steps = Likelihoods(), Likelihoods()
    whole.teach(lessons)
    for begun in range(0, 90, 30):
        former, steps = steps, steps.copy()
        told = former.shifts(HERE)
        steps.teach(lessons[begun : begun + 30])
        assert former.shifts(HERE) == told
    assert steps.shifts(HERE) == whole.shifts(HERE)
    assert explained(steps) == explained(whole)


def test_weights_that_foretell_clearly_worse_are_set_aside_until_they_do_better():
    def either(cause: str) -> Lesson:
        return lesson(cause, spoken(FAKE, lonely=1.5), spoken(NEVER, lonely=1.5))

    turns = [
        either((NEVER, FAKE)[place // 4 % 2]) for place in range(300)
    ]  # a habit that turns when it was learned
    table = taught(turns, a_day=50)
    assert not table.trusted
    assert table.shifts(HERE) == {}
    table.teach([(TODAY + 7, either(NEVER)) for _ in range(100)])
    assert table.trusted
    assert table.shifts(HERE)[f"{FAKE}/+lonely"] < 0


def test_a_lesson_goes_through_json_unchanged():
    one = lonely(FAKE)
    assert msgspec.json.decode(msgspec.json.encode(one), type=Lesson) == one
