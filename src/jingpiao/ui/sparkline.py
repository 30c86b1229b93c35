"""Sparklines (迷你折线): a short series as points of an SVG; gaps stay gaps, because nothing measured is not zero."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import msgspec

WIDTH, HEIGHT = 120.0, 30.0


class Sparkline(msgspec.Struct, frozen=True):
    """A series ready to draw (折线图形): a polyline for each run of measured values, and the height of the alarm line."""

    runs: tuple[str, ...]
    alarm: float | None


def sparkline(values: Sequence[float | None], *, alarm: float | None = None) -> Sparkline | None:
    """Return the drawing of a series, oldest first; ``None`` when nothing was measured at all."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    most = max([*known, alarm or 0.0, 1e-9])
    step = WIDTH / max(1, len(values) - 1)

    def height(value: float) -> float:
        return round(HEIGHT - 1 - (HEIGHT - 2) * value / most, 1)

    placed = [(round(place * step, 1), value) for place, value in enumerate(values)]
    runs = [
        " ".join(f"{x},{height(value)}" for x, value in run if value is not None)
        for measured, run in groupby(placed, key=lambda pair: pair[1] is not None)
        if measured
    ]
    return Sparkline(tuple(runs), None if alarm is None else height(alarm))
