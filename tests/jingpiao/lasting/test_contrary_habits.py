"""A world whose habit contradicts the judgement: day one works by what is stated, outcomes make the answers calibrated."""

from __future__ import annotations

import random
from typing import Any

from fapiao.scoring import Score, Truth, told_answer
from telling.story import claim, event, lines, told

NEVER, FAKE = "never-uploaded", "suspected-fake"
CONTRARY, USUAL = "bj", "js"
STEMS = {CONTRARY: "2611200000021970", USUAL: "2632200000021970"}
NEVER_SENT = {CONTRARY: 0.75, USUAL: 0.03}
"""Of numbers far from every block: how many were real and never uploaded. The judgement takes nearly all for fakes."""
BAD_SELLER = {"seller_tax_id": "91330106673959654Q"}
OUTCOMES, ASKED = 260, 120


def asked(dice: random.Random, feed: str, place: int, as_of: str) -> tuple[dict[str, Any], str]:
    """A lonely number; now and then with a seller that cannot exist, which is a fake everywhere."""
    number = f"{STEMS[feed]}{place:04d}"
    if dice.random() < 0.4:
        return claim(0, number=number, as_of=as_of, **BAD_SELLER), FAKE
    cause = NEVER if dice.random() < NEVER_SENT[feed] else FAKE
    return claim(0, number=number, as_of=as_of), cause


def outcomes(dice: random.Random) -> list[dict[str, Any]]:
    events = []
    for place in range(OUTCOMES):
        feed = dice.choice((CONTRARY, USUAL))
        question, cause = asked(dice, feed, 1000 + 3 * place, "2026-07-14T12:05:00+08:00")
        at = f"15T{8 + place // 60:02d}:{place % 60:02d}"
        events.append(event("outcome", at, feed="desk", id=f"o{place}", claim=question, cause=cause))
    return events


ON_TIME = [
    event("watermark", "16T12:00", feed=feed, complete_to="2026-07-16T00:00:00+08:00") for feed in STEMS
]


def scores(platform: Any) -> dict[str, Score]:
    """Ask what nobody has asked before, and judge each feed's answers."""
    dice, found = random.Random(77), {feed: Score() for feed in STEMS}
    truths, questions = {}, []
    for place in range(ASKED):
        feed = (CONTRARY, USUAL)[place % 2]
        question, cause = asked(dice, feed, 5001 + 7 * place, "2026-07-16T12:05:00+08:00")
        truths[place] = feed, Truth(cause=cause, existence="not-found")
        questions.append(question | {"ref": place})
    for answer in platform.lines("check", "--claims", "-", stdin=lines(questions)):
        feed, truth = truths[answer["ref"]]
        found[feed].add(told_answer(answer), truth)
    return found


def test_outcomes_calibrate_the_answers_of_a_feed_that_contradicts_the_judgement(platform):
    platform.run("load", "-", stdin=lines([*told(), *ON_TIME]))
    day_one = scores(platform)
    platform.run("load", "-", stdin=lines(outcomes(random.Random(78))))
    later = scores(platform)
    wrong, right = day_one[CONTRARY], later[CONTRARY]
    assert wrong.first < 0.65 * wrong.causes
    assert wrong.calibration_error > 0.2
    assert right.first > 0.8 * right.causes
    assert right.calibration_error < 0.5 * wrong.calibration_error
    assert right.third == right.causes
    assert day_one[USUAL].first >= 0.95 * day_one[USUAL].causes
    assert later[USUAL].first >= day_one[USUAL].first
    assert later[USUAL].calibration_error <= 0.08
