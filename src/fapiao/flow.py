"""Flow (到达情况): what the silence of one part of a feed says, judged by what it would usually have brought."""

from __future__ import annotations

import math
from collections.abc import Sequence

from fapiao.situation import FeedFacts, Flow

LUMPS = 4.0
"""Invoices come in lumps: how many come in a stretch varies like a Poisson count whose mean itself varies, gamma, with this shape."""

RARE = 3.0
"""At any one time one part in twenty is silent for other reasons than chance."""


def surprise(flow: Flow) -> float:
    """Return by how much, as a log-likelihood ratio, this silence speaks against chance; 0 where nothing is missed."""
    return LUMPS * math.log1p((flow.missed or 0.0) / LUMPS)


def surely_quiet(surprise: float, rare: float = RARE) -> float:
    """Return how surely a silence that surprises so much is no chance, 0 to 1; ``rare``: the log-odds against it beforehand."""
    return 1.0 / (1.0 + math.exp(rare - surprise))


def whole(feed: FeedFacts, flows: Sequence[Flow]) -> Flow | None:
    """Return what a feed brought in all, ``None`` where it is not known."""
    return next(
        (each for each in flows if each.feed == feed.feed and not each.region and not each.kind), None
    )


def bringing(feeds: Sequence[FeedFacts], kind: str | None, flows: Sequence[Flow]) -> tuple[FeedFacts, ...]:
    """Return those of several carriers by which a kind comes: one that never brought it falls away where another did."""
    if kind is None or len(feeds) < 2:
        return tuple(feeds)
    brought = {each.feed: each.daily for each in flows if each.kind == kind}
    if not any(brought.values()):
        return tuple(feeds)
    return tuple(feed for feed in feeds if brought.get(feed.feed, 1.0))
