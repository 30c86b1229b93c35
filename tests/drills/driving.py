"""Visits a source in one process, as an operator who presses "retry now" until all is in. usage: driving KEY [MOST]"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime

from jingpiao.cli import prepare


def settled(key: str) -> bool:
    """Tell whether the source has nothing more to give and nothing is missing."""
    from jingpiao.sync.models import Connection

    held = Connection.objects.get(key=key)
    return not held.failures and not held.gaps and held.due_at > datetime.now(UTC)


def drive(key: str, most: int = 10_000, beat: Callable[[], object] = lambda: None) -> bool:
    """Visit until settled, with a beat before each visit; true when it came to that within ``most`` visits."""
    from jingpiao.sync.leasing import take_over
    from jingpiao.sync.polling import visit

    for _ in range(most):
        beat()
        visit(take_over(key, datetime.now(UTC)))
        if settled(key):
            return True
    return False


def main(key: str, most: str = "10000") -> None:
    from collections import Counter

    from jingpiao.sync.models import Visit

    done = drive(key, int(most))
    rows = Visit.objects.filter(connection__key=key)
    told = Counter()
    for each in rows:
        told["visits"] += 1
        for name in ("lines", "fresh", "repeats", "flagged", "unread", "quarantined"):
            told[name] += getattr(each, name)
        told[f"error:{each.error['code']}" if each.error else "well"] += 1
        for note in each.notes:
            told[f"note:{note.partition(':')[0]}"] += 1
    print(json.dumps({"settled": done, **told}))


if __name__ == "__main__":
    import django

    django.setup()
    prepare()
    main(*sys.argv[1:])
