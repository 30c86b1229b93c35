"""Import of parsed rows, one check and near misses in process, feed intake: on SQLite and PostgreSQL with 1,000,000 invoices.

``--invoices N`` for fewer; ``--database postgres`` makes a server of its own.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from decimal import Decimal

from platforms import platform_on
from tables import percentile, show

NOW = datetime(2026, 7, 20, tzinfo=UTC)
CHUNK = 20_000


def main() -> None:
    """Measure on one database, or on both in processes of their own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--invoices", type=int, default=1_000_000)
    parser.add_argument("--database", choices=("sqlite", "postgres", "both"), default="both")
    args = parser.parse_args()
    if args.database == "both":
        for name in ("sqlite", "postgres"):
            subprocess.run(
                [sys.executable, __file__, "--invoices", str(args.invoices), "--database", name], check=True
            )
        return
    with platform_on(args.database):
        measure(args.database, args.invoices)


def measure(name: str, count: int) -> None:
    """Fill the ledger and ask it."""
    filled = fill(count)
    found, near, absent = ask(count)
    rows = [["parsed rows imported a second", filled, ">= 60,000"]]
    for label, times, goal in (
        ("check, found, ms p50", found, "<= 0.5"),
        ("check, near miss, ms p50", near, ""),
        ("check, absent, ms p50", absent, ""),
    ):
        rows.append([label, percentile(times, 0.5), goal])
        rows.append([label.replace("p50", "p99"), percentile(times, 0.99), "<= 5" if "near" in label else ""])
    show(f"Ledger of {count:,} on {name}", ["what", "measured", "goal"], rows)


def fill(count: int) -> float:
    """Take in ``count`` invoices with dense numbers; returns rows a second."""
    from django.db import transaction

    from fapiao.invoice import Invoice, Party
    from jingpiao.ledger.intake import Incoming, take_in

    spent = 0.0
    seller, buyer = (
        Party(name="甲公司", tax_id="91110000600037341L"),
        Party(name="乙公司", tax_id="91110108339805094M"),
    )
    for start in range(0, count, CHUNK):
        items = [
            Incoming(
                Invoice(
                    kind="82",
                    number=key(place),
                    issued_on=date(2026, 7, 1 + place % 19),
                    amount=Decimal(place).scaleb(-2),
                    tax=Decimal(0),
                    total=Decimal(place).scaleb(-2),
                    seller=seller,
                    buyer=buyer,
                ),
                "bench",
                NOW,
                body="{}",
            )
            for place in range(start, min(start + CHUNK, count))
        ]
        began = time.perf_counter()
        with transaction.atomic():
            take_in(items)
        spent += time.perf_counter() - began
    return count / spent


def key(place: int) -> str:
    """Return the number of the n-th invoice: 200 sellers with dense blocks."""
    return f"26112{place % 200 * 10**7 + place // 200 + 300_000_000:015d}"


def ask(count: int) -> tuple[list[float], list[float], list[float]]:
    """Return milliseconds a check takes: found, one digit wrong, absent."""
    from django.db import connection

    from fapiao.asking import understand
    from fapiao.claim import Claim
    from fapiao.diagnosis import diagnose
    from jingpiao.inquiry.gather import gather
    from jingpiao.sync.timelines import current_timeline

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    dice, timeline = random.Random(1), current_timeline()
    times: tuple[list[float], list[float], list[float]] = ([], [], [])
    for turn in range(1500):
        place = dice.randrange(count)
        number = key(place)
        at = dice.randrange(6, 20)
        wrong = number[:at] + str((int(number[at]) + dice.randint(1, 9)) % 10) + number[at + 1 :]
        absent = f"26113{dice.randrange(10**15):015d}"
        for kind, asked in enumerate((number, wrong, absent)):
            claim = Claim(
                number=asked, issued_on=date(2026, 7, 1 + place % 19), total=Decimal(place).scaleb(-2)
            )
            began = time.perf_counter()
            diagnose(gather(understand(claim), NOW, timeline))
            if turn > 100:
                times[kind].append(1000 * (time.perf_counter() - began))
    return times


if __name__ == "__main__":
    main()
