"""Outcomes (确认结果) in memory: the confirmed causes of earlier questions, by what those questions were like."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import msgspec

from fapiao.asking import claim_from_mapping, understand
from fapiao.errors import FapiaoError
from fapiao.learning import Likeness, likeness
from fapiao.situation import Learned
from jingpiao.sync.series import Series

NOTHING_KNOWN = Likeness("", "", "")


class Outcomes:
    """All confirmed outcomes (全部确认结果), asked *as of* any moment."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, ...], Series[str]] = defaultdict(Series)
        self._learned: dict[tuple[tuple[str, ...], int], dict[str, float]] = {}

    def add(self, known_at: int, *, claim: Any, cause: str) -> None:
        """Add an outcome; a claim that cannot be read counts for all questions alone."""
        for level in dict.fromkeys(_likeness(claim).levels()):
            self._rows[level].add(known_at, cause)
        self._learned.clear()

    def learned(self, micros: int, like: Likeness) -> Learned:
        """Return the counts by cause of each level, as known at a moment."""
        return Learned(levels=tuple(self._counts(level, micros) for level in like.levels()))

    def _counts(self, level: tuple[str, ...], micros: int) -> dict[str, float]:
        series = self._rows.get(level)
        place = series.until(micros) if series else 0
        if series is None or not place:
            return {}
        if (level, place) not in self._learned:
            counts = Counter(series.rows[:place])
            self._learned[level, place] = {cause: float(count) for cause, count in counts.items()}
        return self._learned[level, place]


def _likeness(claim: Any) -> Likeness:
    try:
        told = msgspec.json.decode(claim) if isinstance(claim, str | bytes) else claim
        return likeness(understand(claim_from_mapping(told)))
    except (msgspec.DecodeError, FapiaoError):
        return NOTHING_KNOWN
