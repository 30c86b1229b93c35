"""The timeline (时间线): what every feed declared, promised and suffered, in memory, asked *as of* any moment.

Small tables only: declarations, watermarks, faults, delay counts, announcements, outcomes. Read once, then only what is
new is added. Everything is in order of ``known_at``, so a moment is found by bisection and nothing later is seen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from statistics import median_low
from typing import Any, NamedTuple

import msgspec

from fapiao import feeds
from fapiao.delay import DelayCurve
from fapiao.learning import Likeness
from fapiao.likelihood import EDITION, Cell, Lesson
from fapiao.situation import ExportFact, FaultFact, FeedFacts, Learned, Statement
from fapiao.wording import BEIJING
from jingpiao import sql
from jingpiao.columns import from_micros, to_micros
from jingpiao.ledger.models import DEEDS
from jingpiao.ledger.own import TOLD_BY_SOURCES
from jingpiao.sync.delays import Delays
from jingpiao.sync.flows import Flows
from jingpiao.sync.outcomes import Outcomes
from jingpiao.sync.series import Series

PAST_DAYS = 30
EXPORTS_KEPT = 40
"""Exports of one taxpayer that an answer looks at: a year of weekly ones in one direction is hardly more."""
DAY = 86_400_000_000
"""In microseconds."""


FEW_GAPS, MANY_GAPS, OUTAGES = 5, 40, 3
"""With fewer gaps than these a feed's usual one, and its longest one, are not known; so many of the longest may be outages."""


class _Past(NamedTuple):
    """What a feed's past taught before one day (来源的过往)."""

    gap: float | None
    longest_gap: float | None
    mended: tuple[tuple[str, float], ...]


class Timeline:
    """All feeds' histories (来源历史)."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = defaultdict(int)
        self.declarations: dict[str, Series[dict[str, Any]]] = defaultdict(Series)
        self.watermarks: dict[str, Series[int]] = defaultdict(Series)
        self.faults: dict[str, Series[tuple[Any, ...]]] = defaultdict(Series)
        self.exports: dict[str, Series[ExportFact]] = defaultdict(Series)
        self.statements: Series[Statement] = Series()
        self.outcomes = Outcomes()
        self.delays = Delays()
        self.flows = Flows()
        self._days: dict[tuple[str, int], _Past] = {}
        self._open: dict[tuple[str, int], tuple[FaultFact, ...]] = {}
        self._paces: dict[tuple[str, int, str], DelayCurve | None] = {}
        self._carriers: dict[tuple[str, str, int], str] = {}

    def refresh(self) -> None:
        """Read what has come since the last time."""
        for known_at, row in self._new(
            "sync_declaration",
            "known_at, feed, label, regions, kinds, since, same_day, every_seconds, complete",
        ):
            self.declarations[row[0]].add(known_at, _declared(row))
            self._carriers.clear()
        for known_at, row in self._new("sync_watermark", "known_at, feed, complete_to"):
            self.watermarks[row[0]].add(known_at, min(row[1], known_at))  # nobody has delivered the future
        for known_at, row in self._new(
            "sync_fault",
            "known_at, feed, component, cleared, message, batch, lost_from, lost_to, count, numbers",
        ):
            self.faults[row[0]].add(known_at, (known_at, *row[1:]))
        for known_at, row in self._new(
            "announcements_announcement",
            "known_at, event_id, title, body, kinds, regions, functions, starts_at, ends_at",
        ):
            self.statements.add(known_at, _statement(row))
        for known_at, row in self._new(
            "sync_officialexport",
            "known_at, tax_id, direction, kind, period_from, period_to, exported_at",
        ):
            self.exports[row[0]].add(known_at, _export(row))
        for known_at, row in self._new("sync_outcome", "known_at, claim, cause"):
            self.outcomes.add(known_at, claim=row[0], cause=row[1])
        for known_at, row in self._new("sync_lesson", "known_at, edition, body"):
            if row[0] == EDITION and row[1]:
                self.outcomes.add_lesson(known_at, msgspec.json.decode(row[1], type=Lesson))
        self.flows.refresh()
        changed = self.delays.refresh()
        if changed is not None:  # a day's own arrivals count from the next day on: today's curves stay
            self._paces = {place: pace for place, pace in self._paces.items() if place[1] <= changed}

    def _new(self, table: str, columns: str) -> list[tuple[int, tuple[Any, ...]]]:
        found = sql.rows(f"SELECT id, {columns} FROM {table} WHERE id > %s ORDER BY id", [self._seen[table]])
        if found:
            self._seen[table] = found[-1][0]
            self._days.clear()
            self._open.clear()
        return [(row[1], row[2:]) for row in found]

    def feeds(self, as_of: datetime, spoke: dict[str, int], kind: str = "") -> tuple[FeedFacts, ...]:
        """Return every declared feed as it stood. ``spoke`` gives when each last spoke, in microseconds.

        ``kind``: whose pace is wanted, empty for all kinds together.
        """
        micros, today = to_micros(as_of), as_of.astimezone(BEIJING).date().toordinal()
        return tuple(
            self._facts(feed, series.rows[place - 1], micros, today, spoke.get(feed), kind)
            for feed, series in list(self.declarations.items())  # another thread may add one meanwhile
            if (place := series.until(micros))
        )

    def undeclared(self, as_of: datetime) -> tuple[FeedFacts, ...]:
        """Return those who never declared themselves and told a fault that was still open: they promise nothing."""
        micros = to_micros(as_of)
        return tuple(
            FeedFacts(feed=feed, declared=False, complete=False, faults=faults)
            for feed in list(self.faults)
            if not (feed in self.declarations and self.declarations[feed].until(micros))
            and (faults := self._open_faults(feed, micros))
        )

    def _facts(
        self, feed: str, declared: dict[str, Any], micros: int, today: int, spoke: int | None, kind: str
    ) -> FeedFacts:
        marks = self.watermarks[feed]
        place = marks.until(micros)
        watermark = max(marks.rows[max(0, place - 20) : place], default=None)
        past = self._past(feed, today)
        gap = past.gap
        if gap and watermark is not None and micros - watermark > gap * 1e6:
            gap = max(gap, self._habit(feed, micros))
        return FeedFacts(
            feed=feed,
            **declared,
            watermark=None if watermark is None else from_micros(watermark),
            spoke_at=None if spoke is None else from_micros(spoke),
            faults=self._open_faults(feed, micros),
            usual_gap=gap,
            longest_gap=past.longest_gap,
            pace=self._pace(feed, today, kind),
            mended=past.mended,
        )

    def next_watermark(self, feed: str, moment: datetime) -> datetime | None:
        """Return when a feed's watermark first moved on after a moment, as is known by now."""
        marks = self.watermarks[feed]
        place = marks.until(to_micros(moment))
        reached = max(marks.rows[max(0, place - 20) : place], default=None)
        for known_at, row in zip(marks.moments[place:], marks.rows[place:], strict=True):
            if reached is None or row > reached:
                return from_micros(known_at)
        return None

    def _open_faults(self, feed: str, micros: int) -> tuple[FaultFact, ...]:
        place = self.faults[feed].until(micros)
        if not place:
            return ()
        if (feed, place) not in self._open:
            opened: dict[tuple[str, str], FaultFact] = {}
            for row in self.faults[feed].rows[:place]:
                fault = _fault(row)
                opened.pop((fault.component, fault.batch), None)
                if not row[2]:
                    opened[fault.component, fault.batch] = fault
            self._open[feed, place] = tuple(opened.values())
        return self._open[feed, place]

    def _past(self, feed: str, today: int) -> _Past:
        """Return what the days before the day of asking taught: nothing learnt later is used."""
        found = self._days.get((feed, today))
        if found is None:
            day = date.fromordinal(today)
            found = self._days[feed, today] = _Past(*_usual(self._gaps(feed, day)), self._mended(feed, day))
        return found

    def _pace(self, feed: str, today: int, kind: str) -> DelayCurve | None:
        place = (feed, today, kind)
        if place not in self._paces:
            self._paces[place] = self.delays.pace(*place)
        return self._paces[place]

    def _mended(self, feed: str, today: date) -> tuple[tuple[str, float], ...]:
        """Return how long the faults lasted that were cleared before today: by component, or ``batch``."""
        series = self.faults[feed]
        midnight = to_micros(datetime.combine(today, datetime.min.time(), BEIJING))
        since: dict[tuple[str, str], int] = {}
        lasted: list[tuple[str, float]] = []
        for row in series.rows[: series.until(midnight)]:
            known_at, component, cleared, _, batch = row[:5]
            begun = since.pop((component, batch), None) if cleared else None
            if begun is not None:
                lasted.append(("batch" if batch else component, (known_at - begun) / 1e6))
            elif not cleared:
                since.setdefault((component, batch), known_at)
        return tuple(lasted)

    def _gaps(self, feed: str, today: date) -> list[float]:
        """Return how old, in seconds, the watermark had grown each time before it moved, in ascending order."""
        midnight = datetime.combine(today, datetime.min.time(), BEIJING)
        marks = self.watermarks[feed]
        last, first = (
            marks.until(to_micros(midnight)),
            marks.until(to_micros(midnight - timedelta(days=PAST_DAYS))),
        )
        return sorted(
            (marks.moments[place] - marks.rows[place - 1]) / 1e6 for place in range(max(first, 1), last)
        )

    def _habit(self, feed: str, micros: int) -> float:
        """Return how old the watermark usually is at this time of the day, or at this time of the week, in seconds.

        A feed may rest by night or on Sundays. The middle of what was seen before counts, so that a single outage does not.
        """
        return max(
            self._middle_age(feed, [micros - days * DAY for days in range(1, 8)]),
            self._middle_age(feed, [micros - weeks * 7 * DAY for weeks in range(1, 5)]),
        )

    def _middle_age(self, feed: str, moments: list[int]) -> float:
        """Return the median age of a feed's watermark at these moments, in seconds; 0 before the first."""
        marks = self.watermarks[feed]
        ages = []
        for moment in moments:
            place = marks.until(moment)
            if place:
                ages.append((moment - max(marks.rows[max(0, place - 20) : place])) / 1e6)
        return median_low(ages) if ages else 0.0

    def known_statements(self, as_of: datetime) -> tuple[Statement, ...]:
        """Return the announcements known at a moment; a later row of the same id replaces the earlier."""
        latest = {
            each.event_id: each for each in self.statements.rows[: self.statements.until(to_micros(as_of))]
        }
        return tuple(latest.values())

    def exports_of(self, tax_ids: Collection[str], as_of: datetime) -> tuple[ExportFact, ...]:
        """Return the newest exports of these taxpayers that were known at a moment."""
        micros = to_micros(as_of)
        found: list[ExportFact] = []
        for tax_id in sorted(set(tax_ids) & self.exports.keys()):
            series = self.exports[tax_id]
            place = series.until(micros)
            found += series.rows[max(0, place - EXPORTS_KEPT) : place]
        return tuple(found)

    def learned(self, as_of: datetime, like: Likeness) -> Learned:
        """Return what had been confirmed until a moment: how often each cause, and what that makes of the evidence."""
        return self.outcomes.learned(to_micros(as_of), like, self.cell_of(like, as_of))

    def cell_of(self, like: Likeness, as_of: datetime) -> Cell:
        """Return where a question belongs: to the one feed that carries its region and kind by what was declared until then."""
        place = (like.region, like.kind, as_of.astimezone(BEIJING).date().toordinal())
        found = self._carriers.get(place)
        if found is None:
            found = self._carriers[place] = self._carrier(like, as_of)
        return Cell(found, like.kind, like.lookup)

    def _carrier(self, like: Likeness, as_of: datetime) -> str:
        if not like.region:
            return ""
        midnight = to_micros(datetime.combine(as_of.astimezone(BEIJING).date(), datetime.min.time(), BEIJING))
        carriers = [
            feed
            for feed, series in list(self.declarations.items())
            if (place := series.until(midnight)) and _carries(series.rows[place - 1], like)
        ]
        return carriers[0] if len(carriers) == 1 else ""


def last_spoken(feeds: Sequence[str], as_of: datetime) -> dict[str, int]:
    """Return when each feed last spoke, as known at a moment."""
    micros = to_micros(as_of)
    return last_spoken_at(feeds, [micros])[micros]


def last_spoken_at(feeds: Sequence[str], moments: Iterable[int]) -> dict[int, dict[str, int]]:
    """Return when each feed last spoke, as known at each of some moments: one index probe a feed and moment, in one query.

    What people did does not count, under whichever feed it was told (`DEEDS`), nor what this platform says of the source: it may
    be silent all the while.
    """
    spoken: dict[int, dict[str, int]] = {micros: {} for micros in moments}
    if not feeds:
        return spoken
    deeds = ", ".join(f"'{each}'" for each in DEEDS)
    statement = (
        "SELECT CAST(m.value AS BIGINT), f.value, (SELECT MAX(known_at) FROM ledger_journalentry"
        f' WHERE feed = f.value AND known_at <= CAST(m.value AS BIGINT) AND NOT ("type" IN ({deeds})) AND {TOLD_BY_SOURCES})'
        f" FROM {sql.each('m')} CROSS JOIN {sql.each('f')}"
    )
    for micros, feed, newest in sql.hot_rows(
        statement, [sql.texts(str(micros) for micros in spoken), sql.texts(feeds)]
    ):
        if newest is not None:
            spoken[micros][feed] = newest
    return spoken


def _list(value: Any) -> tuple[str, ...]:
    return tuple(msgspec.json.decode(value) if isinstance(value, str) else value or ())


def _carries(declared: dict[str, Any], like: Likeness) -> bool:
    facts = FeedFacts(feed="", **declared)
    return facts.complete and feeds.carries(facts, like.region, like.kind or None)


def _declared(row: tuple[Any, ...]) -> dict[str, Any]:
    _, label, regions, kinds, since, same_day, every, complete = row
    return {
        "label": label,
        "regions": _list(regions),
        "kinds": _list(kinds),
        "since": date.fromisoformat(since) if isinstance(since, str) else since,
        "same_day": bool(same_day),
        "every_seconds": every,
        "complete": bool(complete),
    }


def _export(row: tuple[Any, ...]) -> ExportFact:
    tax_id, direction, kind, first, last, made = row
    return ExportFact(
        tax_id=tax_id,
        direction=direction,
        kind=kind,
        period_from=date.fromisoformat(str(first)),
        period_to=date.fromisoformat(str(last)),
        exported_at=from_micros(made),
    )


def _statement(row: tuple[Any, ...]) -> Statement:
    event_id, title, body, kinds, regions, functions, starts, ends = row
    return Statement(
        event_id=event_id,
        title=title,
        body=body,
        kinds=_list(kinds),
        regions=_list(regions),
        functions=_list(functions),
        starts_at=from_micros(starts),
        ends_at=None if ends is None else from_micros(ends),
    )


def _fault(row: tuple[Any, ...]) -> FaultFact:
    known_at, component, _, message, batch, lost_from, lost_to, count, numbers = row
    return FaultFact(
        component=component,
        message=message,
        since=from_micros(known_at),
        batch=batch,
        count=count,
        lost_from=None if lost_from is None else from_micros(lost_from),
        lost_to=None if lost_to is None else from_micros(lost_to),
        numbers=_list(numbers),
    )


def _usual(gaps: list[float]) -> tuple[float | None, float | None]:
    """Return the usual gap, and the one that few were longer than, from gaps in ascending order."""
    usual = gaps[int(0.95 * (len(gaps) - 1))] if len(gaps) >= FEW_GAPS else None
    return usual, gaps[-1 - OUTAGES] if len(gaps) >= MANY_GAPS else None
