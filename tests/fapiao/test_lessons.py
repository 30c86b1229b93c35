"""Lessons: a question whose cause was confirmed says what its evidence was, and the ranking goes by what was learned."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import msgspec
import pytest

from fapiao.answer import RankedCause
from fapiao.asking import understand
from fapiao.claim import Claim
from fapiao.diagnosis import diagnose
from fapiao.diagnosis.lessons import lesson_of
from fapiao.likelihood import Cell, Lesson, Likelihoods
from fapiao.situation import FeedFacts, Held, Learned, Situation

NOW = datetime(2026, 7, 20, 15, 0, tzinfo=timezone(timedelta(hours=8)))
FEED = FeedFacts(
    feed="bj",
    regions=("11",),
    every_seconds=600,
    watermark=NOW - timedelta(minutes=30),
    spoke_at=NOW - timedelta(minutes=5),
    usual_gap=3000.0,
)
HERE = Cell("bj", "82", "any")


def situation(place: int = 3940, **facts: object) -> Situation:
    asked = Claim(
        number=f"2611200000021970{place}", issued_on=date(2026, 7, 10), total=Decimal("106.00"), kind="82"
    )
    one = Situation(as_of=NOW, understood=understand(asked), feeds=(FEED,))
    return msgspec.structs.replace(one, **facts)


def lesson(cause: str, place: int = 3940, **facts: object) -> Lesson | None:
    return lesson_of(situation(place, **facts), cause=cause, cell=HERE)


def ranked(asked: Situation, shifts: dict[str, float]) -> dict[str, RankedCause]:
    found = diagnose(msgspec.structs.replace(asked, learned=Learned(shifts=shifts)))
    return {each.code: each for each in found.causes}


def test_a_lesson_holds_what_every_possible_cause_said_with_the_stated_weights():
    taught = lesson("never-uploaded")
    assert taught
    said = {each.cause: dict(each.pieces) for each in taught.causes}
    assert said["suspected-fake"]["out-of-block"] == 2.5
    assert said["never-uploaded"]["lonely"] == -2.0
    assert said["unknown"] == {}
    assert "refused" not in said
    learned = lesson("never-uploaded", learned=Learned(shifts={"suspected-fake/+out-of-block": -2.0}))
    assert learned == taught


def test_what_a_fact_rules_out_or_nobody_knows_teaches_nothing():
    assert lesson("refused") is None
    assert lesson("no-such-cause") is None
    assert lesson("unknown") is None


def test_a_lesson_names_nobody_and_no_number():
    told = msgspec.json.encode(lesson("never-uploaded")).decode()
    assert "2611200000021970" not in told
    assert "106.00" not in told
    other = lesson("never-uploaded", 3941)
    assert other
    assert other.question not in told


def test_the_answer_shows_and_uses_the_learned_weights():
    before = ranked(situation(), {})
    after = ranked(situation(), {"suspected-fake/+out-of-block": -2.0, "sync-delay/+no-such-code": 3.0})
    weights = {piece.code: piece.weight for piece in after["suspected-fake"].evidence}
    assert weights["out-of-block"] == pytest.approx(0.5)
    assert after["suspected-fake"].probability < before["suspected-fake"].probability
    assert after["never-uploaded"].probability > before["never-uploaded"].probability
    assert sum(each.probability for each in after.values()) == pytest.approx(1.0, abs=0.001)


def test_no_shift_makes_the_impossible_possible_or_takes_the_share_of_unknown():
    shifts = {"refused/+in-quarantine": 4.0, "deleted/+in-bin": 4.0, "suspected-fake/+out-of-block": 4.0}
    after = ranked(situation(), shifts)
    assert not {"refused", "deleted"} & after.keys()
    assert after["unknown"].probability > 0


def test_hundreds_of_outcomes_turn_an_answer_that_the_judgement_gets_wrong():
    assert next(iter(ranked(situation(), {}))) == "suspected-fake"
    table = Likelihoods()
    told = [lesson("never-uploaded", place) for place in range(1000, 1200)]
    table.teach((739_000 + place // 4, each) for place, each in enumerate(told) if each)
    assert table.outcomes == 200
    assert next(iter(ranked(situation(), table.shifts(HERE)))) == "never-uploaded"


def test_one_who_found_his_invoice_teaches_nothing():
    found = Held(
        key="26112000000219703940",
        kind="82",
        region="11",
        issued_on=date(2026, 7, 10),
        amount=Decimal("100.00"),
        total=Decimal("106.00"),
        feed="bj",
        known_at=NOW - timedelta(days=9),
    )
    assert lesson("never-uploaded", held=(found,)) is None


def test_what_is_told_of_weights_ends_before_the_digits_that_mean_nothing():
    told = diagnose(situation()).causes
    weights = [piece.weight for cause in told for piece in cause.evidence]
    assert weights
    assert weights == [round(weight, 4) for weight in weights]
