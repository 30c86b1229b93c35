"""Feeds (来源): whether one would carry an invoice, and in what state it stood."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from fapiao.situation import FeedFacts

State = Literal["current", "delayed", "outage", "unknown"]
DELAYED_AFTER, OUTAGE_AFTER = 300.0, 900.0
"""Seconds of lag beyond a feed's own rhythm at which it counts as delayed, and as down (service promise §1.3)."""
MISSED_BEATS = 3.0
STALLS_FROM, STALLS_TO = 1.2, 1.8


def carries(feed: FeedFacts, region: str | None, kind: str | None) -> bool:
    """Tell whether a feed is about this region and kind; an unknown kind is not held against it."""
    if feed.regions and region is not None and region not in feed.regions:
        return False
    return not feed.kinds or kind is None or kind in feed.kinds


def silence(feed: FeedFacts, now: datetime) -> float | None:
    """Return for how many of its own beats a feed has been silent, ``None`` when it has no rhythm or never spoke."""
    if not feed.every_seconds or feed.spoke_at is None:
        return None
    return (now - feed.spoke_at).total_seconds() / feed.every_seconds


def lag(feed: FeedFacts, now: datetime) -> int | None:
    """Return the age of a feed's watermark in seconds."""
    return None if feed.watermark is None else max(0, int((now - feed.watermark).total_seconds()))


def overdue(feed: FeedFacts, now: datetime) -> float:
    """Return how many times its usual gap the watermark is old; 0 without a watermark or a past."""
    seconds = lag(feed, now)
    if seconds is None:
        return 0.0
    usual = feed.usual_gap or (2.0 * feed.every_seconds if feed.every_seconds else None)
    return seconds / max(usual, 60.0) if usual else 0.0


def stall(feed: FeedFacts, now: datetime) -> float:
    """Return how surely the watermark stands still longer than is usual, 0 to 1.

    Its age stays under the usual gap nineteen times in twenty, so a fifth beyond is a sign and four fifths are proof.
    """
    return min(1.0, max(0.0, (overdue(feed, now) - STALLS_FROM) / (STALLS_TO - STALLS_FROM)))


def state(feed: FeedFacts, now: datetime) -> State:
    """Return a feed's state. No sample is ``unknown``, never green."""
    if any(fault.component == "feed" and not fault.batch for fault in feed.faults):
        return "outage"
    if feed.spoke_at is None:
        return "unknown"
    beats = silence(feed, now)
    if beats is not None and feed.every_seconds and beats > MISSED_BEATS + OUTAGE_AFTER / feed.every_seconds:
        return "outage"
    if overdue(feed, now) > 3.0:
        return "outage"
    if beats is None and feed.watermark is None:
        return "unknown"
    late = beats is not None and feed.every_seconds and beats > 1 + DELAYED_AFTER / feed.every_seconds
    return "delayed" if late or overdue(feed, now) > 1.5 else "current"
