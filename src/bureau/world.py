"""A world (世界): what is issued, what happens to it, and everything that the feeds tell of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from bureau.habit import Habit
from bureau.issue import Issued
from bureau.people import Party, Seller

BEIJING = timezone(timedelta(hours=8))
Event = dict[str, Any]


@dataclass(slots=True)
class Trouble:
    """A time in which a feed, the platform or an outside service did not work (故障).

    ``declared``: the feed itself told of it. ``stalled``: the feed goes on speaking and brings nothing.
    """

    feed: str
    component: str
    begin: datetime
    end: datetime
    declared: bool = True
    batch: str = ""
    message: str = ""
    stalled: bool = False


@dataclass(slots=True)
class World:
    """A finished world (世界), or the next stretch of one that goes on (`bureau.lasting`).

    ``stretch`` counts from 0; ``since`` is when the first of them began; ``tail`` is how long after its end is still told of
    what was issued in it.
    """

    habit: Habit
    begin: datetime
    days: int
    sellers: list[Seller]
    buyers: list[Party]
    issued: list[Issued] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    statements: list[Event] = field(default_factory=list)
    imports: list[Event] = field(default_factory=list)
    stretch: int = 0
    since: datetime | None = None
    tail: timedelta = timedelta()

    @property
    def end(self) -> datetime:
        """The last moment of the world."""
        return self.begin + timedelta(days=self.days)

    @property
    def told_until(self) -> datetime:
        """The moment after which nothing is told of this world's invoices and troubles."""
        return self.end + self.tail

    @property
    def mark(self) -> str:
        """What keeps the ids of a later stretch apart from those before."""
        return f"s{self.stretch}-" if self.stretch else ""

    def troubled(
        self, feed: str, component: str, moment: datetime, after: timedelta = timedelta()
    ) -> Trouble | None:
        """Return the trouble of a feed at a moment, or until ``after`` it ended; lost batches are no outage."""
        return next(
            (
                each
                for each in self.troubles
                if each.feed == feed
                and each.component == component
                and not (each.batch and component == "feed")
                and each.begin <= moment < each.end + after
            ),
            None,
        )
