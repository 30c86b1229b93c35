"""Measuring (测量): one beat looks at every feed and at the platform's own path, and writes down what it saw.

What is written and what follows from it (incidents) stand in one transaction; a beat cut off leaves nothing half done.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from django.db import Error, transaction

from fapiao.feeds import judge, measured
from fapiao.situation import FeedFacts
from jingpiao.columns import to_micros
from jingpiao.jobs.turns import forget_connection
from jingpiao.status import board, canaries, hours, incidents, marking, snapshot
from jingpiao.status.door import Door, door, wait_until_open
from jingpiao.status.lines import Measuring, measuring
from jingpiao.status.models import Canary, Hour, Sample
from jingpiao.status.passes import Pass
from jingpiao.sync.timeline import last_spoken
from jingpiao.sync.timelines import current_timeline

log = logging.getLogger("jingpiao.status")
KEPT_RAW, KEPT_HOURS = timedelta(days=31), timedelta(days=400)
_PRUNED_AT_MINUTE = 7


def beat(now: datetime) -> bool:
    """Take one look at everything; false, because nothing more waits.

    A database that fails a look costs this look only: measuring must not back off while things are bad.
    """
    try:
        how = measuring()
        _opened()
        take_look(clock=_now, how=how, door=door(_PASS, how))
    except Error as slip:
        log.warning("nothing could be measured: %s", slip)
        forget_connection()
    return False


@cache
def _opened() -> None:
    """Give a web process that starts beside this worker its time, once."""
    wait_until_open()


def _now() -> datetime:
    return datetime.now(UTC)


_PASS = Pass(_now)


def take_look(*, clock: Callable[[], datetime], how: Measuring, door: Door | None) -> None:
    """Fly the canaries, look at the feeds, follow the incidents, mark answers, write the snapshot.

    Without a door no canary flies, and how our own path stands is not known.
    """
    feeds = feeds_now(clock())
    if door is not None:
        canaries.fly(feeds, clock=clock, how=how, door=door)
    now = clock()
    feeds = feeds_now(now)
    parts = {feed.feed: current_timeline().flows.parts(feed, to_micros(now)) for feed in feeds}
    paths = {feed.feed: canaries.flights(feed.feed, since=now - _window(how)) for feed in feeds}
    with transaction.atomic():
        samples = _write(feeds, now, how)
        hours.add(samples, paths, now=now)
        incidents.follow(feeds, samples, paths, parts, now=now, how=how)
    marking.mark()
    _keep(board.whole(now=clock(), how=how))
    canaries.prune([feed.feed for feed in feeds], now=now, how=how)
    if now.minute == _PRUNED_AT_MINUTE:
        forget(now)


def feeds_now(now: datetime) -> tuple[FeedFacts, ...]:
    """Return every declared feed as it stands, in order of its key."""
    timeline = current_timeline()
    feeds = timeline.feeds(now, last_spoken(list(timeline.declarations), now))
    return tuple(sorted(feeds, key=lambda feed: feed.feed))


def sample_of(feed: FeedFacts, now: datetime, how: Measuring) -> Sample:
    """Return one look at a feed."""
    found = measured(feed, now)
    return Sample(
        feed=feed.feed,
        at=now,
        watermark=feed.watermark,
        spoke_at=feed.spoke_at,
        fault=found.fault,
        silent_seconds=found.silent,
        every_seconds=found.every,
        lag_seconds=found.lag,
        usual_seconds=found.usual,
        state=judge(found, how.lines),
    )


def forget(now: datetime) -> None:
    """Drop raw looks after a month and hours after a good year."""
    Sample.objects.filter(at__lt=now - KEPT_RAW).delete()
    Canary.objects.filter(sent_at__lt=now - KEPT_RAW).delete()
    Hour.objects.filter(hour__lt=hours.hour_of(now - KEPT_HOURS)).delete()


def _keep(body: dict[str, Any]) -> None:
    """Write the snapshot; where it cannot be written (a full disk), measuring goes on without."""
    try:
        snapshot.write(body)
    except OSError:
        log.exception("the snapshot could not be written")


def _window(how: Measuring) -> timedelta:
    return timedelta(seconds=how.lines.outage + 5 * how.beat)


def _write(feeds: Sequence[FeedFacts], now: datetime, how: Measuring) -> list[Sample]:
    return Sample.objects.bulk_create([sample_of(feed, now, how) for feed in feeds])
