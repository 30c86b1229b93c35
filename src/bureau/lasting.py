"""A lasting world (不断的世界): it has a past, and goes on without end, by day and by night, stretch after stretch.

Each stretch follows from the seed and its number; sellers and buyers stay the same, in a new block of numbers. What is still to
come lies in the world's folder: ``later.jsonl`` the events, ``coming.jsonl`` the invoices that will be on their way.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from operator import itemgetter
from pathlib import Path

import msgspec

from bureau.habits import HABITS
from bureau.issue import Issued
from bureau.making import issue_all, make_people, office_moment
from bureau.people import Seller
from bureau.telling import tell
from bureau.troubles import make_troubles
from bureau.world import BEIJING, World
from bureau.writing import on_their_way, write_events

STRETCH_DAYS = 4
AHEAD = timedelta(days=2)
"""So much of a world is always still to come."""
TAIL = timedelta(days=6)
"""Long enough for what was issued last to be uploaded late, delivered, reversed."""
SETTLED = timedelta(hours=6)
"""No trouble lasts into the last hours of a stretch: the next knows nothing of it."""
EVENING, MORNING, EVERY = timedelta(hours=21), timedelta(hours=33), timedelta(minutes=6)
"""From nine in the evening to nine in the morning somebody who works at night issues an invoice every few minutes."""
SLOW = 4
"""So many of the slowest feeds work at night: they are never all in trouble at once."""
BLOCK = 10**9
"""Numbers between two stretches of one seller."""


class Plan(msgspec.Struct, frozen=True):
    """How a world goes on (续办计划): what it is made of, how many stretches there are, and up to when."""

    seed: int
    habit: str
    invoices: int
    days: int
    begin: datetime
    stretches: int = 0
    until: datetime | None = None


def begin(plan: Plan, home: Path, now: datetime) -> int:
    """Write the first stretch down: what has happened until now as ``events.jsonl``, the rest as what is to come."""
    home.mkdir(parents=True, exist_ok=True)
    world = make_stretch(plan, plan.begin, plan.days)
    count = write_events(world, str(home / "events.jsonl"), now)
    _write(home / "coming.jsonl", _named(on_their_way(world, now)))
    _write(home / "world.json", [msgspec.json.encode(_after(plan, world))])
    return count


def go_on(home: Path, now: datetime) -> list[bytes]:
    """Make the next stretches where little is left of the last; returns their events, which are written down too.

    A world that nobody watched for long goes on from yesterday: nothing was issued meanwhile. Killed on the way, it makes the
    same again; ids make repeats harmless.
    """
    path = home / "world.json"
    plan = msgspec.json.decode(path.read_bytes(), type=Plan) if path.exists() else None
    told: list[bytes] = []
    while plan and plan.until and plan.until < now + AHEAD:
        yesterday = datetime.combine(now.astimezone(BEIJING).date(), time(0), BEIJING) - timedelta(days=1)
        world = make_stretch(plan, max(plan.until.astimezone(BEIJING), yesterday), STRETCH_DAYS)
        fresh = [msgspec.json.encode(event) for event in world.events]
        with (home / "later.jsonl").open("ab") as later:
            later.writelines(line + b"\n" for line in fresh)
        _write(
            home / "coming.jsonl", [*_still(home / "coming.jsonl", now), *_named(on_their_way(world, now))]
        )
        plan = _after(plan, world)
        _write(path, [msgspec.json.encode(plan)])
        told += fresh
    return told


def _after(plan: Plan, world: World) -> Plan:
    return msgspec.structs.replace(plan, stretches=plan.stretches + 1, until=world.end)


def make_stretch(plan: Plan, begins: datetime, days: int) -> World:
    """Return the next stretch of a world; the same plan always gives the same one."""
    habit, number = HABITS[plan.habit], plan.stretches
    sellers, buyers = make_people(random.Random(plan.seed), habit, plan.invoices, plan.begin.year)
    for seller in sellers:
        seller.next_digital += number * BLOCK
        seller.next_legacy = (seller.next_legacy + number * 5_000) % 10**8
    dice = random.Random(f"{plan.seed}:{number}")
    world = World(habit, begins, days, sellers, buyers, stretch=number, since=plan.begin, tail=TAIL)
    make_troubles(dice, world)
    world.troubles = [each for each in world.troubles if each.end < world.end - SETTLED]
    office = [office_moment(dice, world) for _ in range(plan.invoices * days // plan.days)]
    issues: list[tuple[datetime, list[Seller]]] = [(when, sellers) for when in office]
    issues += [(when, _night_owls(world)) for when in _nights(world)]
    issue_all(dice, world, sorted(issues, key=itemgetter(0)))
    tell(dice, world, lambda told: iter(()))
    return world


def _nights(world: World) -> Iterator[datetime]:
    moment = world.begin
    while moment < world.end:
        since = moment - datetime.combine(moment.date(), time(0), moment.tzinfo)
        if since >= EVENING or since + timedelta(days=1) < MORNING:
            yield moment
        moment += EVERY


def _night_owls(world: World) -> list[Seller]:
    """Return a few sellers of the slowest feeds: what they issue is on its way for long."""
    slow = sorted(
        (feed for feed in world.habit.feeds if feed.regions and feed.daily_at is None),
        key=lambda feed: -feed.delay,
    )
    regions = {region for feed in slow[:SLOW] for region in feed.regions}
    return [seller for seller in world.sellers if seller.region in regions]


def _named(issued: Iterable[Issued]) -> Iterator[bytes]:
    """Yield the line that names an invoice which will be on its way, and from when to when it is."""
    for one in issued:
        told = {name: one.invoice[name] for name in ("number", "issued_on", "total")}
        yield msgspec.json.encode(told | {"uploaded_at": one.uploaded_at, "delivered_at": one.delivered_at})


def _still(path: Path, now: datetime) -> list[bytes]:
    lines = path.read_bytes().splitlines() if path.exists() else []
    return [line for line in lines if datetime.fromisoformat(msgspec.json.decode(line)["delivered_at"]) > now]


def _write(path: Path, lines: Iterable[bytes]) -> None:
    part = path.with_suffix(".part")
    part.write_bytes(b"\n".join(lines) + b"\n")
    part.replace(path)
