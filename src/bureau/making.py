"""Making a world (造世界): the same seed, habit and size always give the same one."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta

from bureau.asking import outcomes
from bureau.fates import meet_fate
from bureau.habit import Habit
from bureau.issue import Issued, issue
from bureau.people import Party, Seller, make_party, make_sellers
from bureau.telling import tell
from bureau.troubles import make_troubles
from bureau.world import BEIJING, World

TICKETS_SHARE = 0.05


def make_world(*, seed: int, habit: Habit, days: int, invoices: int, begin: datetime) -> World:
    """Return a world; the same arguments always give the same one."""
    dice = random.Random(seed)
    sellers, buyers = make_people(dice, habit, invoices, begin.year)
    world = World(habit, begin, days, sellers, buyers)
    make_troubles(dice, world)
    moments = sorted(office_moment(dice, world) for _ in range(invoices))
    issue_all(dice, world, ((when, sellers) for when in moments))
    tell(dice, world, lambda told: outcomes(seed=seed, world=told))
    return world


def make_people(
    dice: random.Random, habit: Habit, invoices: int, year: int
) -> tuple[list[Seller], list[Party]]:
    """Return the sellers and buyers that a world of so many invoices has."""
    regions = sorted({region for feed in habit.feeds for region in feed.regions})
    weights = [6 if region == "11" else 1 for region in regions]
    spread = [region for region, weight in zip(regions, weights, strict=True) for _ in range(weight)]
    sellers = make_sellers(dice, spread, max(24, invoices // 150), year)
    buyers = [make_party(dice, "11", 100 + number) for number in range(max(30, invoices // 60))]
    return sellers, buyers


def issue_all(dice: random.Random, world: World, issues: Iterable[tuple[datetime, Sequence[Seller]]]) -> None:
    """Have one of these sellers issue an invoice at each moment, in order of time, and decide what becomes of it."""
    kinds, weights = zip(*world.habit.mix.items(), strict=True)
    rail = next((feed for feed in world.habit.feeds if feed.kinds == ("51",)), None)
    by_region = {
        region: feed for feed in world.habit.feeds if feed.kinds != ("51",) for region in feed.regions
    }
    for when, sellers in issues:
        seller, buyer = dice.choice(sellers), dice.choice(world.buyers)
        kind = "51" if rail and dice.random() < TICKETS_SHARE else dice.choices(kinds, weights)[0]
        feed = rail if kind == "51" and rail else by_region[seller.region]
        invoice, key = issue(dice, seller, buyer, kind, when)
        one = Issued(invoice, key, seller, buyer, when, feed.key)
        meet_fate(dice, world, feed, one)
        world.issued.append(one)


def office_moment(dice: random.Random, world: World) -> datetime:
    """Return a moment at which somebody in an office issues an invoice."""
    day = world.begin + timedelta(days=dice.randrange(world.days))
    hour = min(22.9, max(7.0, dice.gauss(13.5, 3.0)))
    midnight = datetime.combine(day.date(), time(0), BEIJING)
    return midnight + timedelta(seconds=int(hour * 3600) + dice.randrange(60))
