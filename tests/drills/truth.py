"""Compares a platform with what its feed really told: the log comes on stdin, counts go out as JSON.

Nothing lost, nothing double: the journal is exactly the set of what the log holds. Journal and ledger agree: the journal,
loaded anew into an empty platform, gives the same ledger.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter

import django
import msgspec

TABLES = {
    "ledger_invoice": "key, alias, version, digest, feed, total",
    "ledger_invoicestate": "key, state, by_number, feed",
    "ledger_binmove": "key, by, feed",
    "ledger_quarantined": "key, feed",
    "sync_watermark": "feed, complete_to",
    "sync_declaration": "feed, label",
    "sync_fault": "feed, component, batch",
}


def held() -> dict[str, Counter[str]]:
    """Return what the present platform's tables hold, without the times at which it learnt it."""
    from jingpiao import sql

    return {
        table: Counter(json.dumps(row, default=str) for row in sql.rows(f"SELECT {columns} FROM {table}"))
        for table, columns in TABLES.items()
    }


def main(log: bytes) -> dict[str, int]:
    from jingpiao.ledger.models import JournalEntry
    from jingpiao.sync.event import parse_line

    told = {(each.feed, each.event_key, each.digest) for each in map(parse_line, log.splitlines())}
    entries = list(
        JournalEntry.objects.order_by("id").values_list("feed", "event_key", "digest", "flagged", "body")
    )
    journal = Counter(entry[:3] for entry in entries)
    again = replayed("\n".join(entry[4] for entry in entries).encode())
    mine = {table: dict(rows) for table, rows in held().items()}
    return {
        "told": len(told),
        "journal": len(entries),
        "lost": len(told - set(journal)),
        "strange": len(set(journal) - told),
        "double": sum(count - 1 for count in journal.values()),
        "flagged": sum(entry[3] for entry in entries),
        "invoices": sum(mine["ledger_invoice"].values()),
        "ledger_differs": sum(mine[table] != again[table] for table in TABLES),
    }


def replayed(bodies: bytes) -> dict[str, dict[str, int]]:
    """Load the journal into an empty platform and return what it then holds."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "JINGPIAO_HOME": home, "JINGPIAO_DATABASE_URL": ""}
        for words, given in (
            (["jingpiao.cli", "load", "-"], bodies),
            (["drills.truth", "--held"], b""),
        ):
            run = subprocess.run(
                [sys.executable, "-m", *words], input=given, capture_output=True, env=environment, check=True
            )
        return dict(msgspec.json.decode(run.stdout))


if __name__ == "__main__":
    django.setup()
    if "--held" in sys.argv:
        print(json.dumps({table: dict(rows) for table, rows in held().items()}))
    else:
        print(json.dumps(main(sys.stdin.buffer.read())))
