"""Moments (开具时刻): when an invoice may have been issued, where only its day and its neighbours are known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from fapiao.wording import BEIJING

Moments = tuple[tuple[datetime, float], ...]
"""Possible moments of issue with their shares, which add up to 1; empty when nothing is known."""

OPENS, CLOSES = time(6), time(23)
BUSY = range(8, 20)
QUIET_SHARE = 0.3
"""Invoices are issued in office hours; early and late ones are about a third as frequent an hour."""
COARSE, FINE, RECENT = timedelta(minutes=45), timedelta(minutes=6), timedelta(hours=2)
"""Just before the asking the grid is finer: there a few minutes decide whether a quick feed can have brought it."""
LONG_AGO, COARSEST = timedelta(days=1), timedelta(hours=3)
"""A day that ended so long before the asking needs no finer grid than this."""
SLICES = 12


def possible_moments(day: date, as_of: datetime, low: datetime | None, high: datetime | None) -> Moments:
    """Return the moments of a day, none after ``as_of``, between the issue times of the neighbouring numbers.

    Bounds that contradict the day are ignored: then the day or the number is wrong, and neither tells anything.
    """
    begin = datetime.combine(day, OPENS, BEIJING)
    end = min(datetime.combine(day, CLOSES, BEIJING), as_of)
    if end <= begin:
        return ((min(begin, as_of), 1.0),)
    first, last = max(begin, low or begin), min(end, high or end)
    if first > last:
        first, last = begin, end
    rows = [(middle, width * _busy(middle)) for middle, width in _slices(first, last, as_of)]
    whole = sum(share for _, share in rows)
    return tuple((middle, share / whole) for middle, share in rows)


def _busy(moment: datetime) -> float:
    return 1.0 if moment.astimezone(BEIJING).hour in BUSY else QUIET_SHARE


def _slices(first: datetime, last: datetime, as_of: datetime) -> Iterator[tuple[datetime, float]]:
    """Yield the middle and the width, in seconds, of the slices of an interval."""
    coarse = COARSEST if as_of - last > LONG_AGO else COARSE
    shortest = max((last - first) / SLICES, timedelta(seconds=1))
    at = first
    while True:
        width = min(FINE if as_of - at <= RECENT else coarse, max(shortest, FINE / 4))
        width = min(width, last - at) if last > at else timedelta(seconds=1)
        yield at + width / 2, width.total_seconds()
        at += width
        if at >= last:
            return


def end_of(day: date) -> datetime:
    """Return the midnight, in Beijing, at which a day ends."""
    return datetime.combine(day + timedelta(days=1), time(0), BEIJING)
