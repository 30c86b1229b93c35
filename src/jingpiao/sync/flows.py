"""Flows in memory (到达记忆): what each feed brought of every region and kind, hour by hour, *as of* any moment.

Bounded: one count an hour for each feed, region and kind, of the last `REMEMBERED_DAYS`. An hour is known once it has ended, so
nothing that was learnt after a moment is seen.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from fapiao.situation import FeedFacts, Flow
from jingpiao import sql
from jingpiao.columns import from_micros, to_micros
from jingpiao.sync.arriving import HOUR

REMEMBERED_DAYS = 400
PAST_HOURS = 14 * 24
"""How far back a part's usual share of its feed is looked for: two weeks hold both kinds of days twice."""
HOURS_A_DAY = 24
LEAST_PAST = 20
"""With fewer arrivals of the whole feed than this before it, nothing is said of a part."""
SHORT = 2
"""A feed that brought something so few hours ago flows."""
BEIJING_AHEAD = 8
DEAD, RESTS, LEAST_CLOCK = 0.05, 8, 60
"""A feed delivers by the clock if in so many hours of the day it brings less than this share of its average, seen in enough arrivals."""
CAUTION = 5.0
"""So many arrivals of the others are added to the past, so that a share seen in few of them counts for less."""
Part = tuple[str, str]
"""A region and a kind; an empty text stands for all of them."""
WHOLE: Part = ("", "")


class _Counts:
    """Counts by hour, summed up from the first (累计到达数)."""

    __slots__ = ("hours", "sums")

    def __init__(self, counts: dict[int, int]) -> None:
        self.hours, self.sums = array("q", sorted(counts)), array("q", [0])
        for hour in self.hours:
            self.sums.append(self.sums[-1] + counts[hour])

    def between(self, first: int, end: int) -> int:
        """Return how many came in the hours from ``first`` on, before ``end``."""
        if end <= first:
            return 0
        return self.sums[bisect_left(self.hours, end)] - self.sums[bisect_left(self.hours, first)]

    def last_before(self, hour: int) -> int | None:
        """Return the last hour before this one in which any came."""
        place = bisect_left(self.hours, hour)
        return self.hours[place - 1] if place else None


class Flows:
    """What all feeds brought (全部来源的到达情况)."""

    def __init__(self) -> None:
        self._stamp = 0
        self._rows: dict[str, dict[Part, dict[int, int]]] = defaultdict(dict)
        self._counts: dict[tuple[str, str, str], _Counts] = {}
        self._clocks: dict[tuple[str, int], tuple[float, ...]] = {}
        self._known: dict[tuple[str, str, str, int, int], tuple[Flow, ...]] = {}

    def refresh(self) -> None:
        """Read what changed since the last time."""
        fresh = sql.rows(
            "SELECT stamp, feed, region, kind, hour, count FROM sync_arrivalhour WHERE stamp > %s ORDER BY stamp",
            [self._stamp],
        )
        if not fresh:
            return
        self._stamp = fresh[-1][0]
        for _, feed, region, kind, hour, count in fresh:
            self._rows[feed].setdefault((region, kind), {})[hour] = count
        changed = {row[1] for row in fresh}
        self._forget(changed)
        self._counts = {place: counts for place, counts in self._counts.items() if place[0] not in changed}
        self._known.clear()
        self._clocks.clear()

    def _forget(self, feeds: set[str]) -> None:
        for feed in feeds:
            parts = self._rows[feed]
            oldest = max(max(hours) for hours in parts.values()) - REMEMBERED_DAYS * HOURS_A_DAY
            for part, hours in parts.items():
                if min(hours) < oldest:
                    parts[part] = {hour: count for hour, count in hours.items() if hour >= oldest}

    def of(self, feed: FeedFacts, region: str, kind: str, micros: int) -> tuple[Flow, ...]:
        """Return what a feed brought in all, of a region, and of a kind or, where none is named, of each, as known at a moment.

        Nothing, where it had not brought enough before to say what is usual. A silence counts from the feed's watermark on:
        what was uploaded before has come, so that before it there was nothing to bring.
        """
        place = (feed.feed, region, kind, micros // HOUR, _mark_of(feed))
        found = self._known.get(place)
        if found is None:
            if len(self._known) > 4096:
                self._known.clear()
            found = self._known[place] = tuple(self._flows(*place))
        return found

    def parts(self, feed: FeedFacts, micros: int) -> tuple[Flow, ...]:
        """Return what a feed brought of each of its regions and kinds, where it brings several, as known at a moment."""
        hour, mark = micros // HOUR, _mark_of(feed)
        whole = self._of_part(feed.feed, WHOLE)
        if whole.between(hour - PAST_HOURS, hour) < LEAST_PAST:
            return ()
        rows = self._rows.get(feed.feed, {})
        regions, kinds = sorted({part[0] for part in rows}), sorted({part[1] for part in rows})
        parts = [(each, "") for each in regions if each and len(regions) > 1]
        parts += [("", each) for each in kinds if each and len(kinds) > 1]
        return tuple(self._share(feed.feed, part, whole, hour, mark) for part in parts)

    def _flows(self, feed: str, region: str, kind: str, hour: int, mark: int) -> Iterator[Flow]:
        whole = self._of_part(feed, WHOLE)
        if whole.between(hour - PAST_HOURS, hour) < LEAST_PAST:
            return
        yield self._whole(feed, whole, hour, mark)
        kinds = {kind} if kind else {each for _, each in self._rows[feed]}
        for part in [(region, ""), *(("", each) for each in sorted(kinds))]:
            if part != WHOLE and ((flow := self._share(feed, part, whole, hour, mark)).daily or kind):
                yield flow

    def _of_part(self, feed: str, part: Part) -> _Counts:
        place = (feed, *part)
        if place not in self._counts:
            sums: dict[int, int] = defaultdict(int)
            for (region, kind), hours in self._rows.get(feed, {}).items():
                if part[0] in ("", region) and part[1] in ("", kind):
                    for hour, count in hours.items():
                        sums[hour] += count
            self._counts[place] = _Counts(sums)
        return self._counts[place]

    def _whole(self, feed: str, whole: _Counts, hour: int, mark: int) -> Flow:
        last = whole.last_before(hour)
        assert last is not None
        begun = max(last + 1, mark)
        missed = 0.0 if hour - begun < SHORT else _by_clock(whole, begun, hour)
        return Flow(
            feed=feed,
            daily=_daily(whole, hour),
            quiet_since=_end_of(begun - 1),
            missed=missed,
            clock=self._clock(feed, whole, hour),
        )

    def _clock(self, feed: str, whole: _Counts, hour: int) -> tuple[float, ...]:
        midnight = hour - (hour + BEIJING_AHEAD) % HOURS_A_DAY
        if (feed, midnight) not in self._clocks:
            self._clocks[feed, midnight] = _by_hour_of_day(whole, midnight)
        return self._clocks[feed, midnight]

    def _share(self, feed: str, part: Part, whole: _Counts, hour: int, mark: int) -> Flow:
        """Say what a part would have brought since it last did, by its usual share of what the rest of the feed brought since."""
        own = self._of_part(feed, part)
        last = own.last_before(hour)
        if last is None or last < hour - PAST_HOURS:
            return Flow(feed=feed, region=part[0], kind=part[1])
        before = last + 1
        mine, all_of_it = own.between(before - PAST_HOURS, before), whole.between(before - PAST_HOURS, before)
        others: float = whole.between(max(before, mark), hour)
        if mark <= last:
            meanwhile = own.between(
                last, before
            )  # of the others in that hour, so many came after the last of these
            others += (whole.between(last, before) - meanwhile) / (meanwhile + 1)
        missed = others * mine / (all_of_it - mine + CAUTION)
        return Flow(
            feed=feed,
            region=part[0],
            kind=part[1],
            daily=_daily(own, hour),
            quiet_since=_end_of(max(last, mark - 1)),
            missed=round(min(missed, _mean_by_clock(own, max(before, mark), hour, most=missed)), 2),
        )


def _by_clock(counts: _Counts, first: int, end: int) -> float | None:
    """Return how many usually come at this time of the day, or of the week: the lower of the two middles.

    ``None`` before such a time was seen once: nobody knows yet whether a feed rests by night, or at a week's end.
    """
    middles: list[float] = []
    for step, times in ((HOURS_A_DAY, 7), (7 * HOURS_A_DAY, 4)):
        shifts = [step * time for time in range(1, times + 1) if first - step * time >= counts.hours[0]]
        if shifts:
            seen = sorted(counts.between(first - shift, end - shift) for shift in shifts)
            middles.append(float(seen[(len(seen) - 1) // 2]))
    needed = 2 if _touches_a_weekend(first, end) else 1
    return min(middles) if len(middles) >= needed else None


def _by_hour_of_day(counts: _Counts, midnight: int) -> tuple[float, ...]:
    """Return, from the days before a midnight, what each hour brings against the average; empty where the feed rests at no time."""
    sums = [0] * HOURS_A_DAY
    for place in range(bisect_left(counts.hours, midnight - PAST_HOURS), bisect_left(counts.hours, midnight)):
        sums[(counts.hours[place] + BEIJING_AHEAD) % HOURS_A_DAY] += (
            counts.sums[place + 1] - counts.sums[place]
        )
    mean = sum(sums) / HOURS_A_DAY
    if sum(each < DEAD * mean for each in sums) < RESTS or mean * HOURS_A_DAY < LEAST_CLOCK:
        return ()
    return tuple(round(each / mean, 2) for each in sums)


def _touches_a_weekend(first: int, end: int) -> bool:
    """Tell whether a Beijing Saturday or Sunday lies in these hours; the first day of 1970 was a Thursday."""
    days = range((first + BEIJING_AHEAD) // HOURS_A_DAY, (end + BEIJING_AHEAD) // HOURS_A_DAY + 1)
    return any((day + 3) % 7 >= 5 for day in days)


def _mean_by_clock(counts: _Counts, first: int, end: int, *, most: float) -> float:
    """Return how many came at this time of the day in the days before, on average; ``most`` where there were none.

    What the others bring may be a backlog that an outage left behind, and says nothing of what was to come.
    """
    shifts = [HOURS_A_DAY * day for day in range(1, 15) if first - HOURS_A_DAY * day >= counts.hours[0]]
    return (
        sum(counts.between(first - shift, end - shift) for shift in shifts) / len(shifts) if shifts else most
    )


def _daily(counts: _Counts, hour: int) -> float:
    begun = max(hour - PAST_HOURS, min(counts.hours[0], hour - HOURS_A_DAY))
    return round(counts.between(begun, hour) * HOURS_A_DAY / (hour - begun), 2)


def _mark_of(feed: FeedFacts) -> int:
    """Return the hour of a feed's watermark, the very first where it has none."""
    return 0 if feed.watermark is None else to_micros(feed.watermark) // HOUR


def _end_of(hour: int) -> Any:
    return from_micros((hour + 1) * HOUR)
