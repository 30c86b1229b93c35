"""A feed of two regions and two kinds that brings a known number of invoices an hour, of which one part can go silent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from fapiao.wording import BEIJING

SELLERS = {"31": "91310000600037341L", "33": "91330106673959654P"}
FIRST = datetime(2026, 7, 6, 0, 0, tzinfo=BEIJING)
"""A Monday."""


def declared(feed: str = "east") -> dict[str, Any]:
    return {
        "feed": feed,
        "at": FIRST.isoformat(),
        "type": "feed",
        "label": "华东",
        "regions": ["31", "33"],
        "kinds": [],
        "since": "2026-01-01",
        "same_day": True,
        "every_seconds": 3600,
    }


def number(region: str, place: int) -> str:
    return f"26{region}2{place:015d}"


def invoice(region: str, kind: str, place: int, issued: datetime) -> dict[str, Any]:
    return {
        "kind": kind,
        "number": number(region, place),
        "region": region,
        "issued_on": issued.date().isoformat(),
        "issued_at": issued.isoformat(),
        "amount": "100.00",
        "tax": "6.00",
        "total": "106.00",
        "seller": {"name": "甲公司", "tax_id": SELLERS[region]},
        "buyer": {"name": "乙公司", "tax_id": "91110000600037341L"},
    }


def arrivals(
    since: datetime, until: datetime, *, silent: str = "", from_: datetime | None = None
) -> Iterator[dict[str, Any]]:
    """Yield an invoice of each region and kind, a quarter of an hour apart, each hour from 8 to 20, and a heartbeat an hour.

    Nothing of the silent region or kind comes from a moment on; the watermark then stands still.
    """
    hour = since
    while hour < until:
        yield {"feed": "east", "at": hour.isoformat(), "type": "heartbeat"}
        stands = from_ is not None and hour >= from_
        for place, (region, kind) in enumerate((r, k) for r in SELLERS for k in ("81", "82")):
            at = hour + timedelta(minutes=5 + 15 * place)
            if not 8 <= hour.hour < 20 or (silent in (region, kind) and from_ is not None and at >= from_):
                continue
            count = int((hour - FIRST).total_seconds() // 3600) * 4 + place
            told = invoice(region, kind, count, at - timedelta(minutes=4))
            yield {"feed": "east", "at": at.isoformat(), "type": "invoice", "invoice": told}
        mark = (from_ if stands and from_ else hour + timedelta(minutes=59)) - timedelta(minutes=5)
        yield {
            "feed": "east",
            "at": (hour + timedelta(minutes=59)).isoformat(),
            "type": "watermark",
            "complete_to": mark.isoformat(),
        }
        hour += timedelta(hours=1)
