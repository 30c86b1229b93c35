"""Fates (去向): what happens to an invoice after its issue: uploaded, lost, delivered, reversed, binned."""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta

from bureau.habit import FeedHabit
from bureau.issue import Issued, later
from bureau.world import BEIJING, World

LOST_SHARE = 0.7
STATES = ("reversed", "reversed", "partly-reversed", "abnormal", "out-of-control", "voided")


def meet_fate(dice: random.Random, world: World, feed: FeedHabit, one: Issued) -> None:
    """Decide an invoice's way from its issue on."""
    habit, chance = world.habit, dice.random()
    if chance < habit.never_uploaded:
        one.fate = "never-uploaded"
        return
    if chance < habit.never_uploaded + habit.late_upload:
        one.fate = "late"
        one.uploaded_at = one.issued_at + timedelta(hours=dice.uniform(4, 120))
    else:
        one.uploaded_at = later(dice, one.issued_at, habit.upload_minutes, 0.6)
        if chance > 1 - habit.refused:
            one.fate = "refused"
    if one.fate == "normal" and _is_lost(dice, world, one, one.uploaded_at):
        return
    one.delivered_at = _delivery(dice, world, feed, one.uploaded_at)
    _afterwards(dice, world, one, one.delivered_at)


def _is_lost(dice: random.Random, world: World, one: Issued, uploaded: datetime) -> bool:
    lost = next(
        (
            each
            for each in world.troubles
            if each.batch and each.feed == one.feed and each.begin <= uploaded <= each.end
        ),
        None,
    )
    if lost is None or dice.random() >= LOST_SHARE:
        return False
    one.fate = f"lost:{lost.batch}"
    one.delivered_at = lost.end + timedelta(hours=dice.uniform(6, 30))
    return True


def _delivery(dice: random.Random, world: World, feed: FeedHabit, uploaded: datetime) -> datetime:
    if feed.daily_at is not None:
        midnight = datetime.combine(uploaded.date() + timedelta(days=1), time(feed.daily_at), BEIJING)
        ready = midnight + timedelta(minutes=dice.uniform(0, feed.delay * 2))
    else:
        ready = feed.takes(dice, feed, uploaded)
    for trouble in world.troubles:
        if trouble.feed == feed.key and trouble.component == "feed" and trouble.begin <= ready <= trouble.end:
            ready = trouble.end + timedelta(minutes=dice.uniform(1, 30))
    return ready


def _afterwards(dice: random.Random, world: World, one: Issued, delivered: datetime) -> None:
    if dice.random() < world.habit.states:
        one.state = dice.choice(STATES)
        one.state_at = one.issued_at + timedelta(hours=dice.uniform(1, 200))
        one.state_known = max(one.state_at, delivered) + timedelta(minutes=dice.uniform(1, 90))
    if dice.random() < world.habit.bins:
        moved = delivered + timedelta(hours=dice.uniform(1, 100))
        one.binned.append((moved, one.buyer.tax_id, True))
        if dice.random() < 0.3:
            one.binned.append((moved + timedelta(hours=dice.uniform(1, 48)), one.buyer.tax_id, False))
