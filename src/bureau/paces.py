"""Paces (交付快慢): how long a feed takes from upload to delivery."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from bureau.issue import later


class Paced(Protocol):
    """What has a pace (有快慢): minutes of usual delay, its spread, and how many times the delay is the most."""

    @property
    def delay(self) -> float: ...

    @property
    def spread(self) -> float: ...

    @property
    def margin(self) -> float: ...


Pace = Callable[[random.Random, Paced, datetime], datetime]
"""Gives the moment of delivery for what was uploaded at a moment."""


def within_margin(dice: random.Random, feed: Paced, uploaded: datetime) -> datetime:
    """A log-normal time that never exceeds the feed's margin."""
    latest = uploaded + timedelta(minutes=feed.delay * feed.margin)
    return min(later(dice, uploaded, feed.delay, feed.spread), latest)


def long_tailed(dice: random.Random, feed: Paced, uploaded: datetime) -> datetime:
    """A log-normal time without end: now and then many times the usual."""
    return later(dice, uploaded, feed.delay, feed.spread)


def in_batches(dice: random.Random, feed: Paced, uploaded: datetime) -> datetime:
    """Collected and delivered every ``delay`` minutes, all within a few minutes of the full batch."""
    span = feed.delay * 60
    since = uploaded.timestamp() % span
    return uploaded + timedelta(seconds=span - since + dice.uniform(10, 240))


def slow_at_noon(dice: random.Random, feed: Paced, uploaded: datetime) -> datetime:
    """Three times as slow around noon, when everybody issues; digital special invoices wait longest."""
    slow = 3.0 if 10 <= uploaded.hour < 15 else 1.0
    return later(dice, uploaded, feed.delay * slow, feed.spread)
