"""Feeds (来源): whether one would carry an invoice, and in what state it stood."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from fapiao.situation import FeedFacts

State = Literal["current", "delayed", "outage", "unknown"]
MISSED_BEATS = 3.0
LATE, LOST = 1.5, 3.0
"""How many times its usual age a watermark may reach before the feed counts as delayed, and as down."""
STALLS_FROM, STALLS_TO = 1.2, 1.8
ORDINARY = 86400.0
"""How old, in seconds, the watermark of a feed without a past may ordinarily grow: many deliver once a day, however often
they say that they are there."""


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
    """Return how many times its usual gap the watermark is old; 0 without a watermark, or without a past and a rhythm."""
    seconds = lag(feed, now)
    if seconds is None:
        return 0.0
    usual = feed.usual_gap or (max(ORDINARY, 2.0 * feed.every_seconds) if feed.every_seconds else None)
    return seconds / max(usual, 60.0) if usual else 0.0


def down(feed: FeedFacts, now: datetime) -> bool:
    """Tell whether a feed is down by its own word or its silence; a watermark that stands still is judged by `stall`."""
    return judge(msgspec.structs.replace(measured(feed, now), lag=None)) == "outage"


def stall(feed: FeedFacts, now: datetime) -> float:
    """Return how surely the watermark stands still longer than is usual, 0 to 1.

    Its age stays under the usual gap nineteen times in twenty, so a fifth beyond is a sign and four fifths are proof.
    """
    return min(1.0, max(0.0, (overdue(feed, now) - STALLS_FROM) / (STALLS_TO - STALLS_FROM)))


class Lines(msgspec.Struct, frozen=True):
    """The lines (判定线): seconds beyond its own rhythm at which a feed counts as delayed, and as down."""

    delayed: float = 300.0
    outage: float = 900.0


LINES = Lines()


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What one look at a feed found (一次测量): all that its state hangs on, in seconds.

    ``fault``: the feed has told a fault that is still open. ``silent``: since it last spoke, ``None`` if it never did;
    ``every``: how often it says it speaks; ``lag``: the age of its watermark; ``usual``: what that age ordinarily reaches.
    """

    fault: bool = False
    silent: float | None = None
    every: float | None = None
    lag: float | None = None
    usual: float | None = None


def measured(feed: FeedFacts, now: datetime) -> Measured:
    """Return what can be measured of a feed at a moment."""
    return Measured(
        fault=any(fault.component == "feed" and not fault.batch for fault in feed.faults),
        silent=None if feed.spoke_at is None else (now - feed.spoke_at).total_seconds(),
        every=feed.every_seconds or None,
        lag=lag(feed, now),
        usual=feed.usual_gap or (2.0 * feed.every_seconds if feed.every_seconds else None),
    )


def judge(found: Measured, lines: Lines = LINES) -> State:
    """Return the state that follows from one look at a feed. No sample is ``unknown``, never green.

    Down: a fault it told itself; silence of a quarter of an hour beyond its rhythm and of three beats; a watermark three
    times older than usual. Delayed: five minutes beyond its rhythm, or half as old again as usual.
    """
    if found.fault:
        return "outage"
    if found.silent is None or (found.every is None and found.lag is None):
        return "unknown"
    if _beyond(found, lines.outage, MISSED_BEATS, LOST):
        return "outage"
    return "delayed" if _beyond(found, lines.delayed, 1.0, LATE) else "current"


def _beyond(found: Measured, seconds: float, beats: float, times: float) -> bool:
    """Tell whether silence or the watermark's age lies beyond a line: so many seconds, and so many times the usual."""
    quiet = found.silent if found.every else None
    if quiet is not None and found.every and quiet > max(found.every + seconds, beats * found.every):
        return True
    if found.lag is None or found.usual is None:
        return False
    return found.lag > max(found.usual + seconds, times * found.usual)


def state(feed: FeedFacts, now: datetime, lines: Lines = LINES) -> State:
    """Return a feed's state at a moment."""
    return judge(measured(feed, now), lines)
