"""Calibration (校准): whether probabilities that were said came true as often as they were said.

Each verdict is the probability of the cause that was named first, and whether it was the true one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

BINS = 10
Verdict = tuple[float, bool]


class ReliabilityBin(msgspec.Struct, frozen=True):
    """One band of said probabilities (可靠度分段): how many, what was said on average, how often it was right."""

    low: float
    high: float
    count: int
    said: float
    right: float


def reliability(verdicts: Iterable[Verdict], bins: int = BINS) -> tuple[ReliabilityBin, ...]:
    """Return the bands that hold verdicts, lowest first. Errors: `ValueError` for a probability outside 0 to 1."""
    bands: list[list[Verdict]] = [[] for _ in range(bins)]
    for said, right in verdicts:
        if not 0.0 <= said <= 1.0:
            raise ValueError(f"not a probability: {said}")
        bands[min(bins - 1, int(said * bins))].append((said, right))
    return tuple(
        ReliabilityBin(
            place / bins,
            (place + 1) / bins,
            len(band),
            sum(said for said, _ in band) / len(band),
            sum(right for _, right in band) / len(band),
        )
        for place, band in enumerate(bands)
        if band
    )


def expected_error(bands: Sequence[ReliabilityBin]) -> float:
    """Return the expected calibration error: the mean gap between said and right, weighted by count; 0 of nothing."""
    whole = sum(band.count for band in bands)
    return sum(band.count * abs(band.said - band.right) for band in bands) / whole if whole else 0.0


def brier(verdicts: Iterable[Verdict]) -> float:
    """Return the Brier score: the mean squared gap between what was said and what was; 0 of nothing."""
    gaps = [(said - right) ** 2 for said, right in verdicts]
    return sum(gaps) / len(gaps) if gaps else 0.0
