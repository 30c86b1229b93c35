"""Exporting (官方导出入库): an official export on its way through an import becomes a feed of its own.

The first rows tell whose it is and which way; its rows are then taken in under that feed, and when the file is through, its
declaration and watermark are told as events. A file that turns out to mix taxpayers declares nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

import msgspec

from fapiao.format import Reading, read_bytes
from fapiao.official_export import Direction, Export, Tally, feed_key, signs_of
from jingpiao import sql
from jingpiao.ledger.models import Arrival
from jingpiao.sync.export_events import events_of
from jingpiao.sync.services import load_events

FIRST_LOOK = 2_000


class Passing:
    """One file on its way through an import (过站文件): its readings, and the feed under which each is taken in."""

    def __init__(self, *, feed: str, tax_id: str = "") -> None:
        self._tax_id = tax_id
        self._usual = feed
        self._tally: Tally | None = None
        self._whose: tuple[str, Direction] | None = None

    def through(self, data: bytes, name: str) -> Iterator[Reading]:
        """Yield the file's readings, looking at each as it passes."""
        signs = signs_of(data, name)
        self._tally = Tally(signs, known_taxpayers() | {self._tax_id}) if signs else None
        return self._counted(read_bytes(data, name)) if self._tally else read_bytes(data, name)

    def _counted(self, readings: Iterator[Reading]) -> Iterator[Reading]:
        assert self._tally is not None
        first = list(islice(readings, FIRST_LOOK))
        for reading in first:
            self._tally.add(reading)
        self._whose = self._tally.decided()
        yield from first
        for reading in readings:
            self._tally.add(reading)
            yield reading

    def feed_of(self, reading: Reading) -> str:
        """Return the feed of one reading: the export's where the row is its taxpayer's, else the usual one."""
        if self._whose is None or reading.invoice is None:
            return self._usual
        tax_id, direction = self._whose
        side = reading.invoice.buyer if direction == "received" else reading.invoice.seller
        return feed_key(tax_id, direction) if side.tax_id == tax_id else self._usual

    def export(self, arrival: Arrival) -> Export | None:
        """Return the export that the whole file makes up, once every reading has passed."""
        found = self._tally.export(arrival.received_at) if self._tally else None
        return found if found and (found.tax_id, found.direction) == self._whose else None

    def understood(self, arrival: Arrival) -> dict[str, Any] | None:
        """Return what the file was taken for, in plain values; ``None`` for a file that is no official export."""
        if self._tally is None:
            return None
        found = self.export(arrival)
        return {"doubt": "taxpayer"} if found is None else dict(msgspec.to_builtins(found))


def tell(export: Export, arrival: Arrival, *, now: datetime) -> None:
    """Tell the platform of an export: its feed's declaration and watermark. The same file again changes nothing."""
    lines = [msgspec.json.encode(event) for event in events_of(export, digest=arrival.sha256[:32], now=now)]
    load_events(lines, source=f"export:{arrival.sha256[:12]}", now=now, feed=export.feed)


def known_taxpayers() -> frozenset[str]:
    """Return the taxpayers whose exports were brought before: of two that a file could be of, it is theirs."""
    return frozenset(row[0] for row in sql.rows("SELECT DISTINCT tax_id FROM sync_officialexport"))
