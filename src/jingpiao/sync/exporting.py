"""Exporting (官方导出入库): an official export on its way through an import becomes a feed of its own.

The first rows tell whose it is and which way; its rows are then taken in under that feed, and when the file is through, its
declaration and watermark are told as events. A file that turns out to mix taxpayers declares nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby, islice
from typing import Any

import msgspec

from fapiao.format import Reading, read_bytes
from fapiao.official_export import Direction, Export, Tally, feed_key, signs_within
from jingpiao import sql
from jingpiao.ledger.models import Arrival
from jingpiao.sync.export_events import events_of
from jingpiao.sync.services import load_events

FIRST_LOOK = 2_000


class Passing:
    """One file on its way through an import (过站文件): its readings, and the feed under which each is taken in.

    A zip may hold several exports; each is looked at by itself.
    """

    def __init__(self, *, feed: str, tax_id: str = "") -> None:
        self._tax_id = tax_id
        self._usual = feed
        self._tallies: dict[str | None, Tally] = {}
        self._whose: dict[str | None, tuple[str, Direction] | None] = {}

    def through(self, data: bytes, name: str) -> Iterator[Reading]:
        """Yield the file's readings, looking at each as it passes."""
        signs = signs_within(data, name)
        own = known_taxpayers() | {self._tax_id} if signs else ()
        self._tallies = {member: Tally(each, own) for member, each in signs.items()}
        return self._counted(read_bytes(data, name)) if signs else read_bytes(data, name)

    def _counted(self, readings: Iterator[Reading]) -> Iterator[Reading]:
        for member, group in groupby(readings, key=lambda reading: reading.member):
            if tally := self._tallies.get(member):
                yield from self._looked_at(member, tally, group)
            else:
                yield from group

    def _looked_at(self, member: str | None, tally: Tally, readings: Iterator[Reading]) -> Iterator[Reading]:
        """Yield one export's readings; its first rows decide whose it is before any of them is taken in."""
        first = list(islice(readings, FIRST_LOOK))
        for reading in first:
            tally.add(reading)
        self._whose[member] = tally.decided()
        yield from first
        for reading in readings:
            tally.add(reading)
            yield reading

    def feed_of(self, reading: Reading) -> str:
        """Return the feed of one reading: the export's where the row is its taxpayer's, else the usual one."""
        whose = self._whose.get(reading.member)
        if whose is None or reading.invoice is None:
            return self._usual
        tax_id, direction = whose
        side = reading.invoice.buyer if direction == "received" else reading.invoice.seller
        return feed_key(tax_id, direction) if side.tax_id == tax_id else self._usual

    def exports(self, arrival: Arrival) -> list[Export | None]:
        """Return what each export makes up, once every reading has passed; ``None`` for one whose taxpayer cannot be told."""
        found = [
            (self._whose.get(member), tally.export(arrival.received_at))
            for member, tally in self._tallies.items()
        ]
        return [each if each and (each.tax_id, each.direction) == whose else None for whose, each in found]


def told_of(exports: Sequence[Export | None]) -> list[dict[str, Any]] | None:
    """Return what a file was taken for, in plain values; ``None`` for a file that is no official export."""
    rows = [{"doubt": "taxpayer"} if each is None else dict(msgspec.to_builtins(each)) for each in exports]
    return rows or None


def tell(exports: Sequence[Export | None], arrival: Arrival, *, now: datetime) -> None:
    """Tell the platform of a file's exports: each feed's declaration and watermark. The same file again changes nothing."""
    for place, export in enumerate(exports):
        if export is None:
            continue
        digest = arrival.sha256[:32] + (f"-{place}" if place else "")
        lines = [msgspec.json.encode(event) for event in events_of(export, digest=digest, now=now)]
        load_events(lines, source=f"export:{arrival.sha256[:12]}", now=now, feed=export.feed)


def known_taxpayers() -> frozenset[str]:
    """Return the taxpayers whose exports were brought before: of two that a file could be of, it is theirs."""
    return frozenset(row[0] for row in sql.rows("SELECT DISTINCT tax_id FROM sync_officialexport"))
