"""Today: a moment for tests that ask the real clock about the day."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from fapiao.wording import BEIJING


def one_day(*, minutes: float) -> datetime:
    """Return the present moment in Beijing, with at least so many minutes of its day left: else the next day is waited for."""
    now = datetime.now(BEIJING)
    soon = now + timedelta(minutes=minutes)
    if soon.date() == now.date():
        return now
    midnight = datetime.combine(soon.date(), datetime.min.time(), BEIJING)
    time.sleep((midnight - now).total_seconds())
    return datetime.now(BEIJING)
