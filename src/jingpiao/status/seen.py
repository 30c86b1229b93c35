"""What a look saw (查看所见) of one component, and of the parts of a feed: one region or one kind that went silent while the rest flows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from fapiao.flow import surely_quiet, surprise
from fapiao.situation import FeedFacts, Flow
from jingpiao.status.rules import Look

FEED_FUNCTIONS, PATH_FUNCTIONS = ("query", "verify"), ("query", "verify", "import")
SURE, WELL = 0.9, 0.5
"""A part is down when its silence is so surely no chance, and well again below the second."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A look at one component, with what it would affect (对一个组成部分的查看)."""

    component: str
    look: Look
    reason: str
    feed: str = ""
    label: str = ""
    regions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    functions: tuple[str, ...] = PATH_FUNCTIONS


def parts_seen(feed: FeedFacts, parts: Sequence[Flow], *, at: datetime) -> Iterator[Seen]:
    """Yield what is seen of each region and kind that a feed brings, where it brings several.

    A part is measured against the rest of its feed: while all of it is silent, no part is to blame.
    """
    if not feed.complete:
        return
    for part in parts:
        sure = surely_quiet(surprise(part))
        bad = sure >= SURE
        look = Look(
            at=at,
            state="outage" if bad else "current",
            bad=bad,
            good=sure < WELL,
            begun_at=part.quiet_since if bad else None,
        )
        yield Seen(
            component=f"feed:{feed.feed}:{_name(part)}",
            look=look,
            reason="part",
            feed=feed.feed,
            label=feed.label or feed.feed,
            regions=(part.region,) if part.region else feed.regions,
            kinds=(part.kind,) if part.kind else feed.kinds,
            functions=FEED_FUNCTIONS,
        )


def _name(part: Flow) -> str:
    return f"region-{part.region}" if part.region else f"kind-{part.kind}"
