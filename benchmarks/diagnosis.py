"""Feed events into a full ledger, then every question of a world: intake, one missing claim, a batch of 10,000 mixed ones.

``--invoices N`` for fewer; ``--database sqlite|postgres|both``. The world has eight feeds and 45 days (`bureau`).
"""

from __future__ import annotations

import argparse
import itertools
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import Any

from ledger import fill
from platforms import platform_on
from tables import percentile, show

BATCH = 10_000


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
        fill(args.invoices)
        measure(args.database, args.invoices)


def measure(name: str, count: int) -> None:
    """Load a world and ask about it."""
    events, claims = world()
    began = time.perf_counter()
    from jingpiao.sync.services import load_events

    load_events(events, source="bench", now=datetime.now(UTC))
    rate = len(events) / (time.perf_counter() - began)
    times, queries = ask_missing(claims)
    show(
        f"Diagnosis among {count:,} on {name}",
        ["what", "measured", "goal"],
        [
            ["feed events taken in a second", rate, ">= 10,000"],
            ["one missing claim, ms p50", percentile(times, 0.5), "<= 3"],
            ["one missing claim, ms p99", percentile(times, 0.99), "<= 10"],
            ["one missing claim, most queries", queries, "<= 6"],
            [f"batch of {BATCH:,} mixed claims, a second", batch(claims), ">= 3,000"],
        ],
    )


def world() -> tuple[list[bytes], list[dict[str, Any]]]:
    """Return a world's events as lines, and its claims."""
    import msgspec

    from bureau.asking import ask
    from bureau.habits import HABITS
    from bureau.making import make_world
    from bureau.world import BEIJING

    begin = datetime(2026, 6, 18, tzinfo=BEIJING)
    made = make_world(seed=1, habit=HABITS["d"], days=45, invoices=40_000, begin=begin)
    lines = [msgspec.json.encode(event) for event in made.events]
    return lines, [claim for claim, _ in ask(seed=1, world=made, each=40)]


def ask_missing(claims: list[dict[str, Any]]) -> tuple[list[float], int]:
    """Return milliseconds each missing claim takes, and the most queries that one needed."""
    from django.db import connection

    from fapiao.asking import claim_from_mapping, understand
    from fapiao.diagnosis import diagnose
    from jingpiao import sql
    from jingpiao.inquiry.gather import gather
    from jingpiao.sync.timelines import current_timeline

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    counted, plain = [0], sql.hot_rows

    def counting(statement: str, parameters: Any = ()) -> Any:
        counted[0] += 1
        return plain(statement, parameters)

    sql.hot_rows = counting
    timeline, times, most = current_timeline(), [], 0
    for place, told in enumerate([*claims, *claims]):
        claim = claim_from_mapping(told)
        counted[0] = 0
        began = time.perf_counter()
        answer = diagnose(gather(understand(claim), claim.as_of or datetime.now(UTC), timeline))
        spent = 1000 * (time.perf_counter() - began)
        if place >= len(claims) and answer.existence != "found":
            times.append(spent)
            most = max(most, counted[0])
    sql.hot_rows = plain
    return times, most


def batch(claims: list[dict[str, Any]]) -> float:
    """Return claims a second through the batch door, on all cores, receipts signed."""
    from fapiao.asking import claim_from_mapping
    from jingpiao.inquiry.together import answer_together

    asked = [claim_from_mapping(claim) for claim in itertools.islice(itertools.cycle(claims), BATCH)]
    began = time.perf_counter()
    count = sum(1 for _ in answer_together(asked, now=datetime.now(UTC)))
    return count / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
