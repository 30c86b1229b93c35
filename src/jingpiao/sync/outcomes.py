"""Outcomes (确认结果) in memory: the confirmed causes of earlier questions, and what they taught of the evidence."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict, defaultdict
from datetime import datetime, time
from typing import Any

import msgspec

from fapiao.asking import claim_from_mapping, understand
from fapiao.errors import FapiaoError
from fapiao.learning import Likeness, likeness
from fapiao.likelihood import Cell, Lesson, Likelihoods
from fapiao.situation import Learned
from fapiao.waits import Wait, stretch
from fapiao.wording import BEIJING
from jingpiao.columns import from_micros, to_micros
from jingpiao.sync.series import Series

NOTHING_KNOWN = Likeness("", "", "")
MOST_LESSONS = 5_000
"""Outcomes that are looked back upon: at least so many, at most twice as many, so that a long past costs no more than a short one."""
TABLES_KEPT, ANSWERS_KEPT = 64, 4_096
"""Tables as of earlier moments, and what they say of one kind of question, that are kept in memory."""


class Outcomes:
    """All confirmed outcomes (全部确认结果), asked *as of* any moment."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, ...], Series[str]] = defaultdict(Series)
        self._counted: dict[tuple[tuple[str, ...], int], dict[str, float]] = {}
        self._lessons: Series[tuple[int, Lesson]] = Series()
        self._tables: OrderedDict[int, Likelihoods] = OrderedDict()
        self._said: OrderedDict[tuple[int, Cell], dict[str, float]] = OrderedDict()
        self._waits: dict[tuple[str, ...], Series[Wait]] = defaultdict(Series)
        self._stretched: dict[tuple[int, str], dict[str, float]] = {}
        self._teaching = threading.Lock()

    def add(self, known_at: int, *, claim: Any, cause: str) -> None:
        """Add an outcome; a claim that cannot be read counts for all questions alone."""
        for level in dict.fromkeys(_likeness(claim).levels()):
            self._rows[level].add(known_at, cause)
        self._counted.clear()

    def add_lesson(self, known_at: int, lesson: Lesson) -> None:
        """Add what an outcome taught of evidence. One that comes late changes what was learnt after its moment only."""
        place = self._lessons.until(known_at)
        day = from_micros(known_at).astimezone(BEIJING).toordinal()
        with self._teaching:
            self._lessons.add(known_at, (day, lesson))
            for passed in [each for each in self._tables if each > place]:
                del self._tables[passed]
            for said in [each for each in self._said if each[0] > place]:
                del self._said[said]
        if lesson.wait:
            for whose in {(lesson.cause,), (lesson.cause, lesson.cell.feed)}:
                self._waits[whose].add(known_at, lesson.wait)
            self._stretched.clear()

    def learned(self, micros: int, like: Likeness, cell: Cell) -> Learned:
        """Return the counts by cause of each level, and what is added to stated weights, as known at a moment."""
        return Learned(
            levels=tuple(self._counts(level, micros) for level in like.levels()),
            shifts=self._shifts(self._lessons.until(micros), cell),
            stretches=self._stretches(micros, cell.feed),
        )

    def _stretches(self, micros: int, feed: str) -> dict[str, float]:
        """Return by what factor each cause's waits are taken, as known at the midnight (in Beijing) before a moment."""
        if not self._waits:
            return {}
        day = from_micros(micros).astimezone(BEIJING).date()
        place = (day.toordinal(), feed)
        if place not in self._stretched:
            midnight = datetime.combine(day, time.min, BEIJING)
            told = {
                cause: self._stretch(cause, feed, midnight) for cause, *more in list(self._waits) if not more
            }
            self._stretched[place] = {cause: factor for cause, factor in told.items() if factor != 1.0}
        return self._stretched[place]

    def _stretch(self, cause: str, feed: str, midnight: datetime) -> float:
        """Return a cause's factor: a feed's own leans on that of all."""
        usual, known = 1.0, to_micros(midnight)
        for whose in ((cause,), (cause, feed))[: 2 if feed else 1]:
            waits = self._waits[whose]
            usual = round(stretch(waits.rows[: waits.until(known)], midnight.timestamp(), usual), 3)
        return usual

    def table(self, micros: int) -> Likelihoods:
        """Return all that was taught of evidence until a moment. It is shared: read it only."""
        with self._teaching:
            return self._table(self._lessons.until(micros))

    def _shifts(self, place: int, cell: Cell) -> dict[str, float]:
        if not place:
            return {}
        with self._teaching:
            found = self._said.get((place, cell))
            if found is None:
                found = self._said[place, cell] = self._table(place).shifts(cell)
                if len(self._said) > ANSWERS_KEPT:
                    self._said.popitem(last=False)
            return found

    def _table(self, place: int) -> Likelihoods:
        """Return what the first ``place`` lessons taught, going on from the nearest table that is there already."""
        if place in self._tables:
            self._tables.move_to_end(place)
            return self._tables[place]
        first = max(0, place // MOST_LESSONS - 1) * MOST_LESSONS
        begun = max((each for each in self._tables if first < each < place), default=first)
        if begun // MOST_LESSONS != place // MOST_LESSONS:
            begun = first  # that table looks back further than this one may
        table = self._tables[begun].copy() if begun in self._tables and begun > first else Likelihoods()
        table.teach(self._lessons.rows[begun:place])
        self._tables[place] = table
        if len(self._tables) > TABLES_KEPT:
            self._tables.popitem(last=False)
        return table

    def _counts(self, level: tuple[str, ...], micros: int) -> dict[str, float]:
        series = self._rows.get(level)
        place = series.until(micros) if series else 0
        if series is None or not place:
            return {}
        if (level, place) not in self._counted:
            counts = Counter(series.rows[:place])
            self._counted[level, place] = {cause: float(count) for cause, count in counts.items()}
        return self._counted[level, place]


def _likeness(claim: Any) -> Likeness:
    try:
        told = msgspec.json.decode(claim) if isinstance(claim, str | bytes) else claim
        return likeness(understand(claim_from_mapping(told)))
    except (msgspec.DecodeError, FapiaoError):
        return NOTHING_KNOWN
