"""Weights learned from confirmed outcomes, on the platform: as of any moment, kept with the answer, taken up once."""

from __future__ import annotations

from typing import Any

import pytest

from fapiao.learning import Likeness
from fapiao.likelihood import Cell, Lesson, Spoken
from jingpiao.sync.outcomes import Outcomes
from telling.story import claim, event, lines, told

OUTCOMES = 90
LONELY = 3000
"""Numbers from here on lie far from every block."""


def outcome(place: int, cause: str, at: str, **change: Any) -> dict[str, Any]:
    asked = claim(LONELY + place, **change)
    return event("outcome", at, feed="desk", id=f"o{place}-{at}", claim=asked, cause=cause)


def confirmed(day: str) -> list[dict[str, Any]]:
    """A bureau where a lonely number is no sign of a fake: half of the fakes it knows have a seller that cannot exist."""
    events = []
    for place in range(OUTCOMES):
        at = f"{day}T{9 + place // 30:02d}:{place % 30:02d}"
        events.append(outcome(2 * place, "never-uploaded", at))
        bad = {"seller_tax_id": "91330106673959654Q"}
        events.append(outcome(2 * place + 1, "suspected-fake", at, **bad))
    return events


QUESTIONS = {
    "day one": claim(2999, as_of="2026-07-14T12:05:00+08:00"),
    "half of them": claim(2999, as_of="2026-07-15T10:15:00+08:00"),
    "all of them": claim(2999, as_of="2026-07-16T12:05:00+08:00"),
}
HEALTHY = [
    event("watermark", "15T10:10", complete_to="2026-07-15T10:00:00+08:00"),
    event("watermark", "16T12:00", complete_to="2026-07-16T11:50:00+08:00"),
]


def answers(platform: Any, *options: str) -> dict[str, dict[str, Any]]:
    asked = [{**question, "ref": name} for name, question in QUESTIONS.items()]
    found = platform.lines("check", "--claims", "-", *options, stdin=lines(asked))
    return {each["ref"]: each for each in found}


def weight(answer: dict[str, Any], cause: str, code: str) -> float:
    [found] = [each for each in answer["causes"] if each["code"] == cause]
    return next(piece["weight"] for piece in found["evidence"] if piece["code"] == code)


def causes(answer: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [(each["code"], each["probability"], each["evidence"]) for each in answer["causes"]]


def test_outcomes_move_the_weights_of_later_answers_only(platform):
    platform.run("load", "-", stdin=lines([*told(), *HEALTHY]))
    before = answers(platform)
    assert before["day one"]["causes"][0]["code"] == "suspected-fake"
    platform.run("load", "-", stdin=lines(confirmed("15")))
    after = answers(platform)
    assert causes(after["day one"]) == causes(before["day one"])
    stated, half, all_ = (
        weight(after[name], "suspected-fake", "out-of-block")
        for name in ("day one", "half of them", "all of them")
    )
    assert stated == 2.5
    assert stated > half > all_ > 0.0
    share = {
        name: {each["code"]: each["probability"] for each in found["causes"]} for name, found in after.items()
    }
    assert share["all of them"]["never-uploaded"] > 0.6 > 0.4 > share["day one"]["never-uploaded"]
    assert share["all of them"]["unknown"] > 0


def test_a_kept_answer_is_explained_with_the_very_weights_it_used(platform):
    platform.run("load", "-", stdin=lines([*told(), *HEALTHY, *confirmed("15")]))
    kept = answers(platform, "--keep")["all of them"]
    opposite = [each | {"cause": "suspected-fake", "id": each["id"] + "!"} for each in confirmed("16")]
    platform.run("load", "-", stdin=lines(opposite))
    assert causes(answers(platform)["all of them"]) != causes(kept)
    run = platform.run("explain-answer", kept["id"], "--json")
    assert run.returncode == 0, run.stdout.decode()
    assert b'"same":true' in run.stdout


COUNT = "from jingpiao.sync.models import Lesson\nprint(Lesson.objects.count(), Lesson.objects.exclude(body='').count())"
TWICE = """
from datetime import UTC, datetime
from jingpiao.inquiry import lessons
reached = lessons._reached()
lessons._keep([(1, lessons.EDITION, 0, ''), (reached + 1, lessons.EDITION, 0, '')])
lessons._keep([(1, lessons.EDITION, 0, ''), (reached + 1, lessons.EDITION, 0, '')])
lessons.learn_all(datetime.now(UTC))
"""


def test_every_outcome_is_taken_up_once_also_one_that_teaches_nothing(platform):
    odd = [
        event("outcome", "15T12:00", feed="desk", id="x1", claim={"number": "26O42"}, cause="malformed"),
        event("outcome", "15T12:01", feed="desk", id="x2", claim=claim(48), cause="never-uploaded"),
        event(
            "outcome",
            "15T12:02",
            feed="desk",
            id="x3",
            claim=claim(3000, as_of="2026-07-15T13:00:00+08:00"),
            cause="never-uploaded",
        ),
    ]
    platform.run("load", "-", stdin=lines([*told(), *HEALTHY, *confirmed("15")[:20], *odd]))
    answers(platform)
    answers(platform)
    assert platform.python(COUNT) == "23 20"
    platform.python(TWICE)
    assert platform.python(COUNT) == "24 20"


@pytest.mark.parametrize("platform", ["sqlite"], indirect=True)
def test_the_clock_takes_outcomes_up_without_anybody_asking(platform):
    platform.run("load", "-", stdin=lines([*told(), *HEALTHY, *confirmed("15")[:10]]))
    run = """
from datetime import UTC, datetime
from jingpiao.schedule import SCHEDULE
[work] = [each for each in SCHEDULE if each.name == "lessons"]
print(work.run(datetime.now(UTC)))
"""
    assert platform.python(run) == "False"
    assert platform.python(COUNT) == "10 10"


@pytest.mark.parametrize("platform", ["sqlite"], indirect=True)
def test_learning_costs_an_answer_no_query(platform):
    platform.run("load", "-", stdin=lines([*told(), *HEALTHY, *confirmed("15")]))
    answers(platform)
    counting = f"""
from datetime import UTC, datetime
from django.db import connection
from django.test.utils import CaptureQueriesContext
from fapiao.asking import claim_from_mapping
from jingpiao.inquiry.services import answer_claim
asked = claim_from_mapping({QUESTIONS["all of them"]!r})
answer_claim(asked, now=datetime.now(UTC))
with CaptureQueriesContext(connection) as seen:
    found = answer_claim(asked, now=datetime.now(UTC))
print(len(seen) <= 7, bool(found.situation.learned.shifts))
"""
    assert platform.python(counting) == "True True"


def taught(place: int, known_at: int, outcomes: Outcomes) -> None:
    pieces = (("out-of-block", 2.5),)
    causes = (Spoken("suspected-fake", 0.1, False, pieces), Spoken("never-uploaded", 0.1, False, ()))
    like, cell = Likeness("any", "11", "82"), Cell("bj", "82", "any")
    told = Lesson("never-uploaded", f"q{place}", 739_000, like, cell, causes)
    outcomes.add_lesson(known_at, told)


def test_a_lesson_that_comes_late_changes_what_was_learned_after_its_moment_only():
    outcomes, hour = Outcomes(), 3_600_000_000
    like, cell = Likeness("any", "11", "82"), Cell("bj", "82", "any")
    for place in range(10):
        taught(place, place * hour, outcomes)
    before = [outcomes.learned(place * hour, like, cell).shifts for place in range(10)]
    assert before[3] != before[7]
    assert outcomes.learned(3 * hour, like, cell).shifts is before[3]
    taught(99, 5 * hour + 1, outcomes)
    after = [outcomes.learned(place * hour, like, cell).shifts for place in range(10)]
    assert after[:6] == before[:6]
    assert all(late != early for late, early in zip(after[6:], before[6:], strict=True))


def test_in_whatever_order_moments_are_asked_for_the_same_was_learned(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("jingpiao.sync.outcomes.MOST_LESSONS", 8)
    cell, there, back = Cell("bj", "82", "any"), Outcomes(), Outcomes()
    for place in range(40):
        for outcomes in (there, back):
            taught(place, place, outcomes)
    forth = [there.table(place).shifts(cell) for place in range(40)]
    assert [back.table(place).shifts(cell) for place in reversed(range(40))] == forth[::-1]
    assert [there.table(place).outcomes for place in (3, 14, 15, 38)] == [4, 15, 8, 15]
