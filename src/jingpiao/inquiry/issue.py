"""The issue (开具) of an asked invoice as far as the asker may be told: its day, and the moment where it is known or inferred.

The moments between two held neighbours are drawn from other people's invoices, so a stranger is told the day alone.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from fapiao.circumstances import Circumstances
from fapiao.moments import Moments, possible_moments

SHARP, NARROW = timedelta(minutes=20), timedelta(hours=6)
"""A moment is told where it is known to within the first, a span within the second; otherwise the day is all."""


class Issue(msgspec.Struct, frozen=True, kw_only=True):
    """When an invoice was issued (开具时间): ``moments`` are the possible ones, none where even the day is not known.

    ``at`` is the moment that can be told, ``between`` the span where only that can; ``inferred`` when they follow from its
    neighbours rather than from the invoice.
    """

    moments: Moments
    at: datetime | None = None
    between: tuple[datetime, datetime] | None = None
    inferred: bool = False


def issue_of(circumstances: Circumstances) -> Issue:
    """Return what may be told of the issue of the asked invoice."""
    held = circumstances.match
    if held is not None:
        known = held.issued_at if circumstances.is_party(held) else None
        return Issue(moments=((known, 1.0),) if known else (), at=known)
    if circumstances.issued_on is None or circumstances.dated_ahead:
        return Issue(moments=())
    if circumstances.askers is not None:
        return Issue(moments=possible_moments(circumstances.issued_on, circumstances.as_of, None, None))
    return _inferred(circumstances.moments)


def _inferred(moments: Moments) -> Issue:
    if not moments or moments[-1][0] - moments[0][0] > NARROW:
        return Issue(moments=moments)
    first, last = moments[0][0], moments[-1][0]
    if last - first > SHARP:
        return Issue(moments=moments, between=(first, last), inferred=True)
    after = sum((moment - first).total_seconds() * share for moment, share in moments)
    return Issue(moments=moments, at=first + timedelta(seconds=after), inferred=True)
