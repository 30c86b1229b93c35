"""Rebuild of ledger and feeds from the journal, and the comparison: on SQLite and PostgreSQL with 1,000,000 events.

``--events N`` for fewer; ``--database postgres`` makes a server of its own.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
from platforms import platform_on
from tables import show

BEGIN = datetime(2026, 7, 1, tzinfo=UTC)


def main() -> None:
    """Measure on one database, or on both in processes of their own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--database", choices=("sqlite", "postgres", "both"), default="both")
    args = parser.parse_args()
    if args.database == "both":
        for name in ("sqlite", "postgres"):
            subprocess.run(
                [sys.executable, __file__, "--events", str(args.events), "--database", name], check=True
            )
        return
    with platform_on(args.database):
        measure(args.database, args.events)


def measure(name: str, count: int) -> None:
    """Fill a journal through the whole door, rebuild from it, compare."""
    from jingpiao.sync.services import load_events
    from jingpiao.upkeep.rebuild import rebuild

    began = time.perf_counter()
    load_events(events(count), source="bench", now=BEGIN)
    loaded = count / (time.perf_counter() - began)
    began = time.perf_counter()
    result = rebuild(compare=True)
    compared = time.perf_counter() - began - result.seconds
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert result.same, result.differences[:3]
    assert result.entries == count
    show(
        f"Rebuild from a journal of {count:,} on {name}",
        ["what", "measured", "goal"],
        [
            ["events loaded a second, whole door", loaded, ">= 10,000"],
            ["rebuild, seconds", result.seconds, "<= 60 for 1,000,000"],
            ["comparing row by row, seconds", compared, ""],
            ["differences", len(result.differences), "0"],
            ["peak memory, MB", peak, ""],
        ],
    )


def events(count: int) -> Iterator[bytes]:
    """Yield a declaration, then invoices with a state and a watermark now and then."""
    encode = msgspec.json.Encoder().encode
    yield encode({"feed": "bj", "at": BEGIN, "type": "feed", "id": "d", "label": "北京", "regions": ["11"]})
    for place in range(1, count):
        at = BEGIN + timedelta(seconds=place)
        head = {"feed": "bj", "at": at, "id": f"e{place}"}
        if place % 50 == 0:
            yield encode(head | {"type": "watermark", "complete_to": at - timedelta(hours=1)})
        elif place % 25 == 0:
            yield encode(head | {"type": "state", "code": None, "number": key(place - 1), "state": "voided"})
        else:
            yield encode(head | {"type": "invoice", "invoice": invoice(place, at)})


def key(place: int) -> str:
    """Return the number of the n-th invoice: 200 sellers with dense blocks."""
    return f"26112{place % 200 * 10**7 + place // 200 + 300_000_000:015d}"


def invoice(place: int, at: datetime) -> dict[str, object]:
    """Return an invoice issued an hour before it is told."""
    issued = at - timedelta(hours=1)
    return {
        "kind": "82",
        "number": key(place),
        "issued_on": f"{issued:%Y-%m-%d}",
        "issued_at": issued,
        "amount": f"{place / 100:.2f}",
        "tax": "0.00",
        "total": f"{place / 100:.2f}",
        "seller": {"name": "甲公司", "tax_id": "91110000600037341L"},
        "buyer": {"name": "乙公司", "tax_id": "91110108339805094M"},
    }


if __name__ == "__main__":
    main()
