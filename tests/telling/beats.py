"""A clock in the hand and a feed that speaks or is silent: what the tests of measuring share."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec

from fapiao.wording import BEIJING
from jingpiao.status.lines import Measuring
from jingpiao.status.measuring import take_look
from jingpiao.sync.services import load_events
from telling.doors import Knocker
from telling.story import event

START = datetime(2026, 7, 14, 12, 5, tzinfo=BEIJING)


class Clock:
    """A clock that stands until it is moved, but for a millisecond a glance."""

    def __init__(self, start: datetime = START) -> None:
        self.now = start

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class World:
    """Feeds on a platform, beat by beat."""

    served = True

    def __init__(self, clock: Clock | None = None, how: Measuring | None = None) -> None:
        self.clock, self.how = clock or Clock(), how or Measuring()
        self.knocker = Knocker(self.clock)

    def tell(self, *events: dict[str, Any]) -> None:
        load_events([msgspec.json.encode(each) for each in events], source="test", now=self.clock.now)

    def declare(self, feed: str = "bj", region: str = "11", every: int | None = 60) -> None:
        self.tell(
            event(
                "feed",
                "01T00:00",
                feed=feed,
                label={"bj": "北京"}.get(feed, feed),
                regions=[region],
                kinds=[],
                since="2026-07-01",
                same_day=True,
                every_seconds=every,
            )
        )

    def beat(self, *speaking: str, seconds: float = 60) -> None:
        """Move on by a beat; the feeds named speak; then one look is taken."""
        self.clock.move(seconds)
        self.tell(*({"feed": feed, "at": self.clock().isoformat(), "type": "heartbeat"} for feed in speaking))
        take_look(clock=self.clock, how=self.how, door=self.knocker.door() if self.served else None)

    def beats(self, count: int, *speaking: str) -> None:
        for _ in range(count):
            self.beat(*speaking)
