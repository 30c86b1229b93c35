"""Worlds: repeatable, readable by the platform's own rules, and telling the truth about themselves."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest

from bureau.asking import MAKERS, ask, turn_of
from bureau.habits import HABITS
from bureau.making import make_world
from bureau.world import BEIJING, World
from jingpiao.sync.event import parse_line
from jingpiao.sync.projecting import check
from telling.story import lines

BEGIN = datetime(2026, 6, 18, tzinfo=BEIJING)


def small(habit: str, seed: int = 5) -> World:
    return make_world(seed=seed, habit=HABITS[habit], days=30, invoices=1500, begin=BEGIN)


def test_the_same_seed_gives_the_same_world_and_another_seed_another():
    assert small("d").events == small("d").events
    assert small("d").events != small("d", seed=6).events


@pytest.mark.parametrize("habit", sorted(HABITS))
def test_every_line_of_a_world_is_an_event_that_the_platform_can_take_in(habit: str):
    world = small(habit)
    told = Counter()
    for line in lines(world.events).splitlines():
        event = parse_line(line)
        check(event)
        told[event.type] += 1
    assert told["invoice"] > 1000
    assert {"feed", "watermark", "heartbeat", "fault", "announcement", "taxpayer", "state"} <= set(told)


@pytest.mark.parametrize("habit", sorted(HABITS))
def test_a_watermark_never_promises_what_was_still_to_come(habit: str):
    world = small(habit)
    delivered = {
        one.key: one.delivered_at
        for one in world.issued
        if one.delivered_at and not one.fate.startswith("lost:")
    }
    broken = 0
    for event in world.events:
        if event["type"] == "watermark":
            at = datetime.fromisoformat(event["at"].replace("Z", "+00:00"))
            to = datetime.fromisoformat(event["complete_to"])
            broken += sum(
                1
                for one in world.issued
                if one.feed == event["feed"]
                and one.uploaded_at
                and to >= one.uploaded_at >= to - (at - to)
                and one.key in delivered
                and (delivered[one.key] or at) > at
            )
            if broken:
                break
    assert broken == 0


def test_questions_are_asked_in_the_last_part_and_name_their_class():
    world = small("e")
    asked = list(ask(seed=5, world=world, each=6))
    assert {claim["ref"].rpartition("-")[0] for claim, _ in asked} >= set(MAKERS) - {
        "external-service",
        "platform-down",
        "source-outage",
        "lost-batch",
    }
    assert all(datetime.fromisoformat(claim["as_of"]) >= turn_of(world) for claim, _ in asked)


def test_outcomes_are_confirmed_in_the_first_part_only():
    world = small("e")
    outcomes = [event for event in world.events if event["type"] == "outcome"]
    assert len({event["cause"] for event in outcomes}) > 12
    turn = turn_of(world)
    assert all(datetime.fromisoformat(event["at"].replace("Z", "+00:00")) < turn for event in outcomes)
