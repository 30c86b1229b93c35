"""Making a world (造世界): the same seed, habit and size always give the same one."""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta

from bureau.asking import outcomes
from bureau.fates import meet_fate
from bureau.habit import Habit
from bureau.issue import Issued, issue
from bureau.people import make_party, make_sellers
from bureau.telling import tell
from bureau.troubles import make_troubles
from bureau.world import BEIJING, World

TICKETS_SHARE = 0.05


def make_world(*, seed: int, habit: Habit, days: int, invoices: int, begin: datetime) -> World:
    """Return a world; the same arguments always give the same one."""
    dice = random.Random(seed)
    regions = sorted({region for feed in habit.feeds for region in feed.regions})
    weights = [6 if region == "11" else 1 for region in regions]
    spread = [region for region, weight in zip(regions, weights, strict=True) for _ in range(weight)]
    sellers = make_sellers(dice, spread, max(24, invoices // 150), begin.year)
    buyers = [make_party(dice, "11", 100 + number) for number in range(max(30, invoices // 60))]
    world = World(habit, begin, days, sellers, buyers)
    make_troubles(dice, world)
    _issue_all(dice, world, invoices)
    tell(dice, world, lambda told: outcomes(seed=seed, world=told))
    return world


def _issue_all(dice: random.Random, world: World, invoices: int) -> None:
    kinds, weights = zip(*world.habit.mix.items(), strict=True)
    rail = next((feed for feed in world.habit.feeds if feed.kinds == ("51",)), None)
    by_region = {
        region: feed for feed in world.habit.feeds if feed.kinds != ("51",) for region in feed.regions
    }
    for when in sorted(_office_moment(dice, world) for _ in range(invoices)):
        seller, buyer = dice.choice(world.sellers), dice.choice(world.buyers)
        kind = "51" if rail and dice.random() < TICKETS_SHARE else dice.choices(kinds, weights)[0]
        feed = rail if kind == "51" and rail else by_region[seller.region]
        invoice, key = issue(dice, seller, buyer, kind, when)
        one = Issued(invoice, key, seller, buyer, when, feed.key)
        meet_fate(dice, world, feed, one)
        world.issued.append(one)


def _office_moment(dice: random.Random, world: World) -> datetime:
    day = world.begin + timedelta(days=dice.randrange(world.days))
    hour = min(22.9, max(7.0, dice.gauss(13.5, 3.0)))
    midnight = datetime.combine(day.date(), time(0), BEIJING)
    return midnight + timedelta(seconds=int(hour * 3600) + dice.randrange(60))
