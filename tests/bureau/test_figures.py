"""What the diagnosis promises, held on worlds whose seeds were never used to choose a weight."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
import pytest

from bureau.asking import ask
from bureau.habits import HABITS
from bureau.making import make_world
from bureau.scoring import Score
from bureau.world import BEIJING
from telling.story import lines

BEGIN = datetime(2026, 6, 18, tzinfo=BEIJING)
SEED = 7_310_042
MANY, FEW = 9_000, 1_800
"""Invoices in 45 days: a busy office's, and one whose feeds bring a few a day."""
WORLDS = [*((habit, MANY) for habit in sorted(HABITS)), ("b", FEW), ("d", FEW)]


def claims_and_truths(
    habit: str, invoices: int
) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]], bytes]:
    world = make_world(seed=SEED, habit=HABITS[habit], days=45, invoices=invoices, begin=BEGIN)
    asked = list(ask(seed=SEED, world=world, each=20))
    truths = {
        claim["ref"]: {
            "ref": claim["ref"],
            "existence": truth.existence,
            "cause": truth.cause,
            "validity": truth.validity,
            "arrives_at": truth.arrives_at and truth.arrives_at.isoformat(),
        }
        for claim, truth in asked
    }
    return [claim for claim, _ in asked], truths, lines(world.events)


@pytest.mark.parametrize(("habit", "invoices"), WORLDS)
def test_the_figures_hold_on_an_unseen_world(platform_of, habit: str, invoices: int):
    platform = platform_of("postgres" if habit == "d" else "sqlite")
    claims, truths, events = claims_and_truths(habit, invoices)
    assert platform.run("load", "-", stdin=events).returncode == 0
    score = Score()
    answers = platform.lines("check", "--claims", "-", stdin=lines(claims))
    for answer in answers:
        score.judge(answer, truths[answer["ref"]])
    said = "\n".join([*score.lines(), *score.misses])
    assert score.existence >= 0.995 * score.claims, said
    assert score.validity >= 0.99 * score.valid, said
    assert score.first >= 0.95 * score.causes, said
    assert score.third >= 0.99 * score.causes, said
    assert score.calibration_error <= 0.05, said
    assert score.overconfident <= 0.005 * score.causes, said
    strangers(claims, answers)


def strangers(claims: list[dict[str, Any]], answers: list[dict[str, Any]]) -> None:
    """Somebody who is no party learns no buyer, no true value that he got wrong, and no number that he did not give."""
    for claim, answer in zip(claims, answers, strict=True):
        if claim.get("tax_ids") != []:
            continue
        said = msgspec.json.encode(answer).decode()
        invoice = answer["invoice"]
        assert invoice is None or answer["agreement"] == "full", said
        assert invoice is None or (invoice["masked"] and invoice["buyer"]["tax_id"] is None), said
        assert all(each["held"] is None for each in answer["differences"]), said
        assert all("*" in each["number"] or each["distance"] == 0 for each in answer["candidates"]), said
