"""Asking (出题): questions of every class about a world, and the outcomes that were confirmed of earlier ones."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from bureau.question import Asking, Claim, Maker, Truth
from bureau.questions import held, missing, unheld
from bureau.world import Event, World

MAKERS: dict[str, Maker] = held.MAKERS | unheld.MAKERS | missing.MAKERS
TRIES_EACH = 60
LEARNING = 2 / 3
"""Outcomes are confirmed in the first part of a world, questions asked in the last."""


def turn_of(world: World) -> datetime:
    """Return the moment at which the last part of a world begins."""
    return world.begin + timedelta(days=world.days * LEARNING)


def ask(*, seed: int, world: World, each: int) -> Iterator[tuple[Claim, Truth]]:
    """Yield about ``each`` claims a class, in a shuffled order, with refs that name their class."""
    dice = random.Random(seed * 7919 + 1)
    asking = Asking(dice, world, turn_of(world), world.end)
    asked: list[tuple[Claim, Truth]] = []
    for name, maker in MAKERS.items():
        for number, pair in enumerate(_some(maker, asking, each), 1):
            pair[0]["ref"] = f"{name}-{number:04d}"
            asked.append(pair)
    dice.shuffle(asked)
    yield from asked


def outcomes(*, seed: int, world: World) -> Iterator[Event]:
    """Yield what was confirmed of questions in the first part of a world, hours to days after they were asked."""
    dice = random.Random(seed * 7907 + 3)
    turn = turn_of(world)
    asking = Asking(dice, world, world.begin + timedelta(days=2), turn)
    each = world.habit.outcomes * int(world.days * LEARNING)
    for maker in MAKERS.values():
        for claim, truth in _some(maker, asking, each):
            at = datetime.fromisoformat(claim["as_of"]) + timedelta(hours=dice.uniform(2, 96))
            if truth.cause and at < turn:
                yield {"_at": at, "feed": "desk", "type": "outcome", "claim": claim, "cause": truth.cause}


def _some(maker: Maker, asking: Asking, each: int) -> Iterator[tuple[Claim, Truth]]:
    made = tries = 0
    while made < each and tries < each * TRIES_EACH:
        tries += 1
        pair = maker(asking)
        if pair:
            made += 1
            yield pair
