"""A series (时间序列): rows in order of the moment they were learnt, found by bisection."""

from __future__ import annotations

from bisect import bisect_right
from typing import Generic, TypeVar

Row = TypeVar("Row")


class Series(Generic[Row]):
    """Rows in order of the moment they were learnt (按得知时间排列)."""

    def __init__(self) -> None:
        self.moments: list[int] = []
        self.rows: list[Row] = []

    def add(self, known_at: int, row: Row) -> None:
        """Add a row; late ones find their place."""
        if not self.moments or known_at >= self.moments[-1]:
            self.moments.append(known_at)
            self.rows.append(row)
            return
        place = bisect_right(self.moments, known_at)
        self.moments.insert(place, known_at)
        self.rows.insert(place, row)

    def until(self, micros: int) -> int:
        """Return how many rows were known at a moment."""
        return bisect_right(self.moments, micros)
