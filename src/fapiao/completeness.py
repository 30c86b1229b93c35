"""Completeness (完整度): the numbers that are missing inside a seller's dense block, counted from what is held.

A seller's numbers are given out in turn. Where both sides of a hole are densely held, the numbers in between were most
likely issued too, and did not come: a gap, and evidence. A hole counts against a feed only once its watermark has passed
the invoice after it; until then it is merely pending.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby

import msgspec

REACH = 400
"""A longer step between two numbers of a seller is no hole: another block begins."""
SIDE = 5
"""How many held numbers on each side have to lie densely."""
DENSE = 0.6
"""Share of the numbers on a side that has to be held for the side to be dense."""


class Numbered(msgspec.Struct, frozen=True, kw_only=True):
    """A held invoice in its series (在号段中的发票): ``series`` is what its number shares with the block, ``place`` the rest."""

    series: str
    seller: str
    place: int
    issued_at: datetime
    feed: str


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A hole in a dense block (号段缺口): the numbers strictly between ``after`` and ``before`` are not held.

    ``issued_from`` and ``issued_to`` bound when they were issued; ``feed`` brought the invoice that follows.
    """

    series: str
    seller: str
    after: int
    before: int
    missing: int
    issued_from: datetime
    issued_to: datetime
    feed: str


class Completeness(msgspec.Struct, frozen=True, kw_only=True):
    """How complete a feed's blocks are (完整度): held and missing numbers of dense blocks; ``pending`` are not yet due."""

    held: int = 0
    missing: int = 0
    pending: int = 0

    @property
    def share(self) -> float | None:
        """The share of due numbers that are held; ``None`` where no block is dense enough to tell."""
        due = self.held + self.missing
        return self.held / due if due else None


def series_of(key: str) -> tuple[str, int] | None:
    """Return the series and the place of a lookup key: its last eight digits count; ``None`` for what is no number."""
    if len(key) < 18 or not (key.isascii() and key.isdigit()):
        return None
    return key[:-8], int(key[-8:])


def gaps(rows: Iterable[Numbered], elsewhere: Collection[tuple[str, int]] = ()) -> Iterator[Gap]:
    """Yield the holes in dense blocks, in order. ``elsewhere`` are numbers that did arrive and are not held (quarantine)."""
    for block in _blocks(rows):
        for place in range(1, len(block)):
            gap = _gap(block, place, elsewhere)
            if gap:
                yield gap


def measure(
    rows: Sequence[Numbered], elsewhere: Collection[tuple[str, int]], complete_to: dict[str, datetime]
) -> dict[str, Completeness]:
    """Return the completeness of each feed. ``complete_to`` are the watermarks; without one all holes are pending."""
    held: dict[str, int] = {}
    for block in _blocks(rows):
        if _dense(block[: 2 * SIDE]):
            for row in block:
                held[row.feed] = held.get(row.feed, 0) + 1
    missing: dict[str, int] = {}
    pending: dict[str, int] = {}
    for gap in gaps(rows, elsewhere):
        mark = complete_to.get(gap.feed)
        counts = missing if mark is not None and gap.issued_to <= mark else pending
        counts[gap.feed] = counts.get(gap.feed, 0) + gap.missing
    return {
        feed: Completeness(held=held.get(feed, 0), missing=missing.get(feed, 0), pending=pending.get(feed, 0))
        for feed in {*held, *missing, *pending}
    }


def _blocks(rows: Iterable[Numbered]) -> Iterator[list[Numbered]]:
    """Yield each seller's runs of numbers that lie within reach of each other, two equal places counted once."""
    known = sorted((row for row in rows if row.seller), key=lambda row: (row.series, row.seller, row.place))
    for _, group in groupby(known, key=lambda row: (row.series, row.seller)):
        block: list[Numbered] = []
        for row in group:
            if block and row.place == block[-1].place:
                continue
            if block and row.place - block[-1].place > REACH:
                yield block
                block = []
            block.append(row)
        yield block


def _gap(block: Sequence[Numbered], place: int, elsewhere: Collection[tuple[str, int]]) -> Gap | None:
    low, high = block[place - 1], block[place]
    step = high.place - low.place
    if step == 1 or not (_dense(block[max(0, place - SIDE) : place]) and _dense(block[place : place + SIDE])):
        return None
    between = range(low.place + 1, high.place)
    missing = step - 1 - sum((low.series, number) in elsewhere for number in between)
    if not missing:
        return None
    return Gap(
        series=low.series,
        seller=low.seller,
        after=low.place,
        before=high.place,
        missing=missing,
        issued_from=low.issued_at,
        issued_to=high.issued_at,
        feed=high.feed,
    )


def _dense(side: Sequence[Numbered]) -> bool:
    """Tell whether enough numbers are held, close enough together, to say that the block is given out in turn."""
    if len(side) < SIDE:
        return False
    return len(side) / (side[-1].place - side[0].place + 1) >= DENSE
