"""Beats (来源的节拍): heartbeats and watermarks, as a feed of each habit tells them."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta

from bureau.habit import FeedHabit
from bureau.world import BEIJING, Event, World

CATCHES_UP = timedelta(minutes=40)
Mark = Callable[[datetime], datetime | None]


def beats(world: World) -> Iterator[Event]:
    """Yield what every feed says at its rhythm, whether it has something new or not."""
    for feed in world.habit.feeds:
        mark = MARKS[feed.marks](world, feed)
        moment = world.begin + timedelta(seconds=feed.every)
        while moment < world.end:
            event = _beat(world, feed, mark, moment)
            if event:
                yield {"_at": moment, "feed": feed.key, **event}
            moment += timedelta(seconds=feed.every)


def _beat(world: World, feed: FeedHabit, mark: Mark, moment: datetime) -> Event | None:
    complete = mark(moment)  # asked at every beat: it keeps count
    down = world.troubled(feed.key, "feed", moment)
    if down:
        return {"type": "heartbeat"} if down.stalled else None
    just_back = world.troubled(feed.key, "feed", moment, after=CATCHES_UP)
    quiet = feed.daily_at is not None and moment.hour % 6
    if complete is None or complete <= (world.since or world.begin) or just_back or quiet:
        return {"type": "heartbeat"}
    return {"type": "watermark", "complete_to": complete.isoformat(timespec="seconds")}


def _by_margin(world: World, feed: FeedHabit) -> Mark:
    """Always the same stretch behind the clock; a daily feed stands at a midnight."""

    def mark(moment: datetime) -> datetime | None:
        if feed.daily_at is None:
            return moment - timedelta(minutes=feed.delay * feed.margin)
        midnight = datetime.combine(moment.date(), time(0), BEIJING)
        settled = midnight + timedelta(hours=feed.daily_at, minutes=feed.delay * 2)
        return midnight - timedelta(days=moment < settled)

    return mark


def _low_water(world: World, feed: FeedHabit) -> Mark:
    """Up to the oldest upload that is still to be delivered, on a grid of five minutes."""
    mine = [one for one in world.issued if one.feed == feed.key and one.uploaded_at and one.delivered_at]
    coming = sorted(mine, key=lambda one: one.uploaded_at or world.end, reverse=True)
    pending: list[tuple[datetime, float, datetime]] = []

    def mark(moment: datetime) -> datetime | None:
        while coming and (uploaded := coming[-1].uploaded_at) and uploaded <= moment:
            one = coming.pop()
            if one.delivered_at and not one.fate.startswith("lost:"):
                heapq.heappush(pending, (uploaded, len(coming), one.delivered_at))
        while pending and pending[0][2] <= moment:
            heapq.heappop(pending)
        oldest = pending[0][0] if pending else moment
        floor = min(oldest, moment - timedelta(minutes=1))
        return floor - timedelta(minutes=floor.minute % 5, seconds=floor.second + 1)

    return mark


def _none(world: World, feed: FeedHabit) -> Mark:
    """Never says how complete it is."""
    return lambda moment: None


MARKS: dict[str, Callable[[World, FeedHabit], Mark]] = {
    "margin": _by_margin,
    "low-water": _low_water,
    "none": _none,
}
