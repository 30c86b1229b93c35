"""Parts of a feed (来源的一部分): whether the region or the kind that is asked for has gone silent while the rest of its feed flows.

A feed that carries several may lose one of them and say nothing; heartbeats and watermarks go on.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from fapiao import feeds, flow
from fapiao.circumstances import Circumstances
from fapiao.moments import busy_share
from fapiao.numbers import region as regions
from fapiao.situation import FeedFacts, Flow
from fapiao.vocabulary import KINDS

UPLOADED_AFTER = timedelta(minutes=2)
AROUND = 2700.0
"""Seconds around a watermark in which a moment of issue counts, the less the further off: as wide as the moments are told apart."""
STANDS = 2.0
"""A watermark that stands still makes a silence likely: the log-odds against it are smaller."""
LONGER, LONGEST = 1.1, 1.6
"""So many times the longest that a watermark ever stood, an outage begins to be likely, and is sure."""
UNSEEN = 0.5
"""What a silence proves at a time of the day or the week that was not seen before: the feed may simply rest then."""


class Quiet(msgspec.Struct, frozen=True):
    """A part that brings nothing (停下的部分): its name in both languages, since when, and how much that speaks against chance."""

    name: str
    name_en: str
    since: datetime
    surprise: float

    @property
    def sure(self) -> float:
        """The chance, 0 to 1, that the part is silent for a reason, and the asked invoice belongs to it."""
        return flow.surely_quiet(self.surprise)


def quiet_part(circumstances: Circumstances, feed: FeedFacts) -> Quiet | None:
    """Return the part of a feed to which the invoice belongs and that has gone silent, ``None`` where none has."""
    place = "quiet-part", feed.feed
    if place not in circumstances.noted:
        found = [*_region(circumstances, feed), *_kinds(circumstances, feed)]
        circumstances.noted[place] = max(found, key=lambda each: each.surprise, default=None)
    part: Quiet | None = circumstances.noted[place]
    return part


def dry(circumstances: Circumstances, feed: FeedFacts) -> Flow | None:
    """Return what a feed brought in all, if it brings nothing any more that it usually would at such hours, ``None`` where it flows."""
    whole = flow.whole(feed, circumstances.situation.flows)
    return whole if whole and whole.missed and whole.quiet_since else None


def silent(circumstances: Circumstances, feed: FeedFacts) -> float:
    """Return how surely the asked part of a feed, or all of it, brings nothing for a reason, 0 to 1."""
    part, whole = quiet_part(circumstances, feed), dry(circumstances, feed)
    return max(part.sure if part else 0.0, flow.surely_quiet(flow.surprise(whole)) if whole else 0.0)


def stall(circumstances: Circumstances, feed: FeedFacts) -> float:
    """Return how surely a feed stands still, 0 to 1, for the part that is asked for.

    A watermark may be held by a single straggler: as long as this part brings invoices as usual, its feed is well.
    """
    share = feeds.stall(feed, circumstances.as_of)
    return share * _not_flowing(circumstances, feed) if share else 0.0


def waited_for(circumstances: Circumstances, feed: FeedFacts) -> float:
    """Return the chance, 0 to 1, that a watermark which stands where it stands waits for the asked invoice, were it under way.

    A watermark stands at the oldest invoice that is still under way. So the likelihood that it stands just here gains, with this
    invoice among those under way, the density of its moment of issue here, over the rate at which the feed's invoices are issued.
    """
    whole = flow.whole(feed, circumstances.situation.flows)
    if whole is None or not whole.daily or feed.watermark is None:
        return 0.0
    mark = feed.watermark - UPLOADED_AFTER
    near = sum(
        share * max(0.0, 1.0 - abs((mark - moment).total_seconds()) / AROUND)
        for moment, share in circumstances.moments
    )
    held = min(1.0, near / AROUND / (whole.daily * busy_share(mark) / 3600.0))
    return held * (1.0 - unheard_of(circumstances, feed))


def _not_flowing(circumstances: Circumstances, feed: FeedFacts) -> float:
    whole = flow.whole(feed, circumstances.situation.flows)
    if whole is None:
        return 1.0
    if whole.missed is None:
        return UNSEEN
    part = quiet_part(circumstances, feed)
    return max(
        flow.surely_quiet(flow.surprise(whole), STANDS),
        part.sure if part else 0.0,
        unheard_of(circumstances, feed),
    )


def unheard_of(circumstances: Circumstances, feed: FeedFacts) -> float:
    """Return how surely, 0 to 1, a watermark stands longer than any straggler ever held it, with nothing come since."""
    whole = flow.whole(feed, circumstances.situation.flows)
    if feed.watermark is None or not feed.longest_gap or whole is None or whole.quiet_since is None:
        return 0.0
    if whole.quiet_since > feed.watermark + timedelta(seconds=feed.longest_gap):
        return 0.0
    times = (circumstances.as_of - feed.watermark).total_seconds() / feed.longest_gap
    return min(1.0, max(0.0, (times - LONGER) / (LONGEST - LONGER)))


def _region(circumstances: Circumstances, feed: FeedFacts) -> Iterator[Quiet]:
    for each in circumstances.situation.flows:
        if each.feed == feed.feed and each.region and each.missed and each.quiet_since:
            name, name_en = regions.name(each.region), regions.name(each.region, "en")
            yield Quiet(name, name_en, each.quiet_since, flow.surprise(each))


def _kinds(circumstances: Circumstances, feed: FeedFacts) -> Iterator[Quiet]:
    """Yield what the kinds say; where the kind is not known, each one counts by its share of the feed."""
    able = [
        each
        for each in circumstances.situation.flows
        if each.feed == feed.feed and _may_be(circumstances, each)
    ]
    of_all = sum(each.daily for each in able)
    quietest = max(able, key=lambda each: each.missed or 0.0, default=None)
    if quietest is None or not quietest.missed or quietest.quiet_since is None or not of_all:
        return
    odds = sum(each.daily / of_all * math.exp(flow.surprise(each)) for each in able)
    kind = KINDS[quietest.kind]
    yield Quiet(kind.label, kind.label_en, quietest.quiet_since, math.log(odds))


def _may_be(circumstances: Circumstances, each: Flow) -> bool:
    if circumstances.kind:
        return each.kind == circumstances.kind and each.kind in KINDS
    digital = circumstances.digital_parts is not None
    return each.kind in KINDS and digital == (KINDS[each.kind].era != "tax-control")
