"""The rules of incidents (故障规则): opened and closed by looks alone, purely; no person and no clock has a say.

A look that is bad opens; three good ones in a row close; a look without a measurement does neither, and breaks the row:
what is not measured is not well.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from fapiao.feeds import LINES, Lines, State

CLOSES_AFTER = 3
MISSED_CANARIES = 3
_RANK: dict[State, int] = {"unknown": 0, "current": 0, "delayed": 1, "outage": 2}
Change = Literal["opened", "worsened", "eased", "closed"]


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """One look at one component (一次查看).

    ``bad`` opens an incident, ``good`` counts towards closing one; a look can be neither. ``begun_at`` is when the trouble
    began, as far as the measurement tells; the look itself where it does not.
    """

    at: datetime
    state: State
    bad: bool
    good: bool
    begun_at: datetime | None = None


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """What is remembered of a component between two looks (观察状态)."""

    open: bool = False
    state: State = "unknown"
    begun_at: datetime | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    worst: State = "unknown"
    good: int = 0
    looked_at: datetime | None = None


def step(watch: Watch, look: Look) -> tuple[Watch, tuple[Change, ...]]:
    """Return what is remembered after one more look, and what changed. A look that was taken before changes nothing."""
    if watch.looked_at is not None and look.at <= watch.looked_at:
        return watch, ()
    return _while_open(watch, look) if watch.open else _while_closed(watch, look)


def _while_closed(watch: Watch, look: Look) -> tuple[Watch, tuple[Change, ...]]:
    if not look.bad:
        return msgspec.structs.replace(watch, state=look.state, good=0, looked_at=look.at), ()
    opened = Watch(
        open=True,
        state=look.state,
        begun_at=min(look.begun_at or look.at, look.at),
        opened_at=look.at,
        worst=look.state,
        looked_at=look.at,
    )
    return opened, ("opened",)


def _while_open(watch: Watch, look: Look) -> tuple[Watch, tuple[Change, ...]]:
    good = watch.good + 1 if look.good else 0
    if good >= CLOSES_AFTER:
        closed = msgspec.structs.replace(
            watch, open=False, state=look.state, closed_at=look.at, good=0, looked_at=look.at
        )
        return closed, ("closed",)
    worst = look.state if _RANK[look.state] > _RANK[watch.worst] else watch.worst
    state = watch.state if look.state == "unknown" else look.state
    kept = msgspec.structs.replace(watch, state=state, worst=worst, good=good, looked_at=look.at)
    if worst != watch.worst:
        return kept, ("worsened",)
    return kept, ("eased",) if _RANK[state] < _RANK[watch.state] else ()


def follow(looks: Iterable[Look], watch: Watch | None = None) -> list[tuple[Look, Watch, tuple[Change, ...]]]:
    """Return what a whole series of looks leads to, look by look."""
    now = watch or Watch()
    told = []
    for look in looks:
        now, changes = step(now, look)
        told.append((look, now, changes))
    return told


class Flight(msgspec.Struct, frozen=True, kw_only=True):
    """A canary's flight (探针一次): when it was sent, and when the public question found it; ``None``: not yet."""

    sent_at: datetime
    seen_at: datetime | None = None

    def lag(self, now: datetime) -> float:
        """Return its seconds from sent to seen, or to now while it is not seen."""
        return ((self.seen_at or now) - self.sent_at).total_seconds()


def path_state(
    flights: Sequence[Flight], now: datetime, *, stale_after: float, lines: Lines = LINES
) -> tuple[State, bool]:
    """Return the state of the platform's own path for one feed, and whether it is bad enough to open an incident.

    ``flights`` in the order they were sent; ``stale_after``: seconds after which the newest says nothing any more. Down:
    three in a row not seen, or a lag of over a quarter of an hour. Delayed: a lag of over five minutes, or the last one
    not seen, which alone is no incident yet. None sent of late: unknown.
    """
    if not flights or (now - flights[-1].sent_at).total_seconds() > stale_after:
        return "unknown", False
    missed = _missed(flights)
    slowest = max(flight.lag(now) for flight in flights[-max(missed, 1) :])
    if missed >= MISSED_CANARIES or slowest > lines.outage:
        return "outage", True
    if slowest > lines.delayed:
        return "delayed", True
    return ("delayed", False) if missed else ("current", False)


def _missed(flights: Sequence[Flight]) -> int:
    """Return how many of the newest in a row were not seen."""
    seen = (place for place, flight in enumerate(reversed(flights)) if flight.seen_at is not None)
    return next(seen, len(flights))


def worst_of(states: Iterable[State]) -> State:
    """Return the worst of several states: an outage, else a delay, else what is not known, else all is well."""
    given = set(states)
    for state in ("outage", "delayed", "unknown", "current"):
        if state in given:
            return state
    return "unknown"
