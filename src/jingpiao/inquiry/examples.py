"""Examples (演示例子) to try: one found, one mistyped, one on its way. Only a home that holds a demonstration world has any."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

import msgspec

from jingpiao.home import home
from jingpiao.ledger.models import Invoice


class Example(msgspec.Struct, frozen=True):
    """One text to paste, with what will come of it (一个例子)."""

    title: str
    title_en: str
    text: str


def examples(now: datetime) -> list[Example]:
    """Return the examples of a demonstration, none elsewhere: real invoices are nobody's example."""
    if not (home() / "world").is_dir():
        return []
    held = Invoice.objects.filter(kind="82", alias=None).order_by("-known_at")[:1].first()
    if held is None:
        return []
    rest = f"{held.issued_on} 价税合计 {held.total}"
    wrong = held.key[:-3] + str((int(held.key[-3]) + 5) % 10) + held.key[-2:]
    rows = [
        Example("在账", "found", f"{held.key} {rest}"),
        Example("输错一位", "mistyped", f"{wrong} {rest}"),
        Example("还在路上", "on its way", text_of(on_its_way(now))),
    ]
    return [row for row in rows if row.text]


class Coming(msgspec.Struct, frozen=True):
    """An invoice of the demonstration's world that is still to come (还没到的发票): between the two moments it is on its way."""

    number: str
    issued_on: str
    total: str
    uploaded_at: datetime
    delivered_at: datetime


NOT_AT_ONCE = timedelta(minutes=3)
"""Whoever tries the example should find it still on its way when he has read the answer."""


def on_its_way(now: datetime) -> Coming | None:
    """Return an invoice that is truly on its way now: uploaded, not delivered, not held; the one that comes soonest."""
    path = home() / "world" / "coming.jsonl"
    if not path.exists():
        return None
    coming = _read(path, path.stat().st_mtime_ns)
    first = bisect_right(coming, now + NOT_AT_ONCE, key=lambda one: one.delivered_at)
    for one in coming[first : first + MOST_LOOKED_AT]:
        if one.uploaded_at <= now and not Invoice.objects.filter(key=one.number).exists():
            return one
    return None


MOST_LOOKED_AT = 2_000


@lru_cache(maxsize=2)
def _read(path: Path, changed: int) -> tuple[Coming, ...]:
    return tuple(msgspec.json.decode(line, type=Coming) for line in path.read_bytes().splitlines())


def text_of(one: Coming | None) -> str:
    """Return what to paste for an invoice that is on its way; empty where there is none."""
    return f"{one.number} {one.issued_on} 价税合计 {one.total}" if one else ""
