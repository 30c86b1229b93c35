"""Pausing (退避与熔断): when a source is asked next — at its rhythm, after failures later and later, with jitter."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from jingpiao.sync.source import SourceError

FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=10)
OPENS_AFTER = 5
"""Failures in a row after which the circuit opens: one visit in `OPEN_FOR` until one succeeds."""
OPEN_FOR = timedelta(minutes=5)
HOPELESS_FOR = timedelta(hours=6)
"""How long a source is left alone when trying again cannot help (a refused password locks accounts)."""


def next_time(now: datetime, every_seconds: int) -> datetime:
    """Return when a healthy source is asked again: its rhythm, a tenth to either side, so that sources spread out."""
    return now + timedelta(seconds=every_seconds) * random.uniform(0.9, 1.1)  # noqa: S311


def after_failure(slip: SourceError, *, failures: int, now: datetime) -> tuple[datetime, datetime | None]:
    """Return when to ask again after the n-th failure in a row, and until when the circuit is open (``None``: closed)."""
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(failures - 1, 16)) * random.uniform(0.5, 1.0)  # noqa: S311
    if slip.wait_seconds:
        pause = max(pause, timedelta(seconds=min(slip.wait_seconds, 86_400)))
    if not slip.retryable:
        opened = now + HOPELESS_FOR
    elif failures >= OPENS_AFTER:
        opened = now + max(pause, OPEN_FOR * random.uniform(0.8, 1.2))  # noqa: S311
    else:
        return now + pause, None
    return opened, opened
