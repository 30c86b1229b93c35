"""Compares a platform with what its feed really told: the log comes on stdin, counts go out as JSON.

Nothing lost, nothing double: the journal is exactly the set of what the log holds. Journal and ledger agree: rebuilt from
the journal, the ledger is the same.
"""

from __future__ import annotations

import json
import sys
from collections import Counter

import django


def main(log: bytes) -> dict[str, int]:
    from jingpiao.ledger.models import Invoice, JournalEntry
    from jingpiao.ledger.own import CANARY
    from jingpiao.sync.event import parse_line
    from jingpiao.upkeep.rebuild import rebuild

    told = {(each.feed, each.event_key, each.digest) for each in map(parse_line, log.splitlines())}
    ours = "connection:"  # what the platform itself says of a source that it cannot read
    entries = (
        JournalEntry.objects.exclude(event_key__startswith=ours)
        .exclude(feed__startswith=CANARY)  # what the platform sends through itself to measure its own path
        .values_list("feed", "event_key", "digest", "flagged")
    )
    journal = Counter(entry[:3] for entry in entries)
    again = rebuild(compare=True)
    return {
        "told": len(told),
        "journal": sum(journal.values()),
        "lost": len(told - set(journal)),
        "strange": len(set(journal) - told),
        "double": sum(count - 1 for count in journal.values()),
        "flagged": sum(entry[3] for entry in entries),
        "invoices": Invoice.objects.count(),
        "rebuilt_entries": again.entries,
        "ledger_differs": len(again.differences) + (not again.same),
    }


if __name__ == "__main__":
    django.setup()
    print(json.dumps(main(sys.stdin.buffer.read())))
