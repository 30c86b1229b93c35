"""Learning (从结论学习): how often each cause was confirmed of questions like this one, from the general to the particular.

Four levels: all questions, those in the same function, of these the same region's, of these the same kind's. Each level leans
on the one before with a fixed weight, so that day one works without any outcome and a rare kind borrows from its region.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from fapiao.claim import Claim, Understood
from fapiao.numbers import digital, legacy

PSEUDO_COUNT = 40.0
"""How many confirmed outcomes the level before, at last the built-in share, is worth."""
MOST_MOVED = 6.0
"""By what factor outcomes may at most move a built-in share: what nobody reported may happen all the same."""

Counts = Mapping[str, float]


class Likeness(NamedTuple):
    """What makes two questions alike (同类问题): function, issuing region and kind, empty where not known."""

    lookup: str
    region: str
    kind: str

    def levels(self) -> tuple[tuple[str, ...], ...]:
        """Return the keys of the four levels, the most general first."""
        return (), self[:1], self[:2], self[:3]


def likeness(understood: Understood) -> Likeness:
    """Return what a question is like."""
    claim, key = understood.claim, understood.key or understood.typed
    return Likeness(claim.lookup, _region(claim, key), _kind(claim))


def _region(claim: Claim, key: str) -> str:
    if claim.code and len(claim.code) in legacy.CODE_LENGTHS and claim.code.isdigit():
        return legacy.region_of(claim.code) or ""
    return digital.region_of(key) or ""


def _kind(claim: Claim) -> str:
    return claim.kind or (legacy.kind_of(claim.code) if claim.code else None) or ""


def prior(cause: str, built_in: float, levels: Sequence[Counts]) -> float:
    """Return the share of a cause among such questions; ``levels`` are counts by cause, the most general first."""
    share = built_in
    for counts in levels:
        share = (counts.get(cause, 0.0) + PSEUDO_COUNT * share) / (sum(counts.values()) + PSEUDO_COUNT)
    return min(built_in * MOST_MOVED, max(built_in / MOST_MOVED, share))
