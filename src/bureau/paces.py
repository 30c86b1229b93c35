"""Paces (交付快慢): how long a feed takes from upload to delivery."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bureau.issue import later

if TYPE_CHECKING:
    from bureau.habits import FeedHabit


def within_margin(dice: random.Random, feed: FeedHabit, uploaded: datetime) -> datetime:
    """A log-normal time that never exceeds the feed's margin."""
    latest = uploaded + timedelta(minutes=feed.delay * feed.margin)
    return min(later(dice, uploaded, feed.delay, feed.spread), latest)


def long_tailed(dice: random.Random, feed: FeedHabit, uploaded: datetime) -> datetime:
    """A log-normal time without end: now and then many times the usual."""
    return later(dice, uploaded, feed.delay, feed.spread)


def in_batches(dice: random.Random, feed: FeedHabit, uploaded: datetime) -> datetime:
    """Collected and delivered every ``delay`` minutes, all within a few minutes of the full batch."""
    span = feed.delay * 60
    since = uploaded.timestamp() % span
    return uploaded + timedelta(seconds=span - since + dice.uniform(10, 240))


def slow_at_noon(dice: random.Random, feed: FeedHabit, uploaded: datetime) -> datetime:
    """Three times as slow around noon, when everybody issues; digital special invoices wait longest."""
    slow = 3.0 if 10 <= uploaded.hour < 15 else 1.0
    return later(dice, uploaded, feed.delay * slow, feed.spread)
