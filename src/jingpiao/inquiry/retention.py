"""Retention (保留期): how long kept answers stay, and which of them somebody still needs when their time has come.

A watch that waits needs its answers by itself. A room above that needs some registers why when it is set up (`hold`): imports
go down only, and so does the question.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta

from fapiao.errors import FapiaoError
from fapiao.wording import BEIJING

DAYS = 550
"""The default: an answer of 1 January may matter until the annual settlement of income tax ends, on 31 May of the next
year, which is 516 days later; a month more to act on it."""
_holds: list[str] = []


def kept_days() -> int:
    """Return for how many days answers are kept, from ``JINGPIAO_ANSWERS_KEPT_DAYS``; 0: for good. Errors: `usage`."""
    told = os.environ.get("JINGPIAO_ANSWERS_KEPT_DAYS", str(DAYS))
    if not (told.isascii() and told.isdecimal()):
        raise FapiaoError(
            "usage",
            f"JINGPIAO_ANSWERS_KEPT_DAYS 要写整天数，0 为一直保存，现在是 {told}",
            f"JINGPIAO_ANSWERS_KEPT_DAYS must be whole days, 0 for good; it is {told}",
        )
    return int(told)


def first_kept(now: datetime, days: int) -> datetime:
    """Return the moment from which answers are kept: the beginning of a Beijing day, so that work comes once a day."""
    day = (now - timedelta(days=days)).astimezone(BEIJING)
    return day.replace(hour=0, minute=0, second=0, microsecond=0)


def kept_until(asked_at: datetime) -> datetime | None:
    """Return until when an answer is kept at least; ``None`` for good. Errors: `usage`."""
    days = kept_days()
    return asked_at + timedelta(days=days) if days else None


def hold(condition: str) -> None:
    """Register why an answer is still needed: a condition in SQL over the row ``answer``, which takes no parameters."""
    if condition not in _holds:
        _holds.append(condition)


def holds() -> tuple[str, ...]:
    """Return what rooms above have registered."""
    return tuple(_holds)
