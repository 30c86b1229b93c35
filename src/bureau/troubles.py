"""Troubles (故障的安排): when feeds, the platform and outside services fail in a world."""

from __future__ import annotations

import random
from datetime import timedelta

from bureau.habit import FeedHabit
from bureau.world import Trouble, World

PLATFORM_HOURS = (0.3, 3.0)
BATCH_SHARE = 0.7
MESSAGES = {"feed": "接口无响应", "platform": "入库失败", "external": "当日查验次数已用完"}


def make_troubles(dice: random.Random, world: World) -> None:
    """Plan every trouble of the world."""
    habit = world.habit
    for feed in habit.feeds:
        counts = {"feed": habit.outages, "platform": habit.platform_faults}
        if "gateway" in feed.key:
            counts["external"] = habit.external_faults
        for component, count in counts.items():
            for number in range(_about(dice, count * world.days / 45)):
                world.troubles.append(_trouble(dice, world, feed, component, number))


def _trouble(dice: random.Random, world: World, feed: FeedHabit, component: str, number: int) -> Trouble:
    start = world.begin + timedelta(hours=dice.uniform(30, world.days * 24 - 6))
    low, high = PLATFORM_HOURS if component == "platform" else world.habit.outage_hours
    batch = (
        f"{feed.key}-{world.mark}b{number}" if component == "platform" and dice.random() < BATCH_SHARE else ""
    )
    return Trouble(
        feed.key,
        component,
        start,
        start + timedelta(hours=dice.uniform(low, high)),
        dice.random() < world.habit.declared,
        batch,
        MESSAGES[component],
        stalled=component == "feed" and dice.random() < world.habit.stalls,
    )


def _about(dice: random.Random, mean: float) -> int:
    return int(mean) + (dice.random() < mean % 1)
