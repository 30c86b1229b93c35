"""The measuring's settings (测量设置): how often a look is taken, and where a feed counts as delayed and as down."""

from __future__ import annotations

import os
from datetime import timedelta

import msgspec

from fapiao.feeds import LINES, Lines

NEXT_WORD = timedelta(minutes=30)
"""An open incident says something new at least this often, and names the time beforehand."""


class Measuring(msgspec.Struct, frozen=True, kw_only=True):
    """How the platform measures (测量方式). ``beat``: seconds between two looks at everything."""

    beat: float = 60.0
    lines: Lines = LINES

    @property
    def stopped_after(self) -> timedelta:
        """The age from which the last look says nothing any more: three beats missed."""
        return timedelta(seconds=3 * self.beat)


def measuring() -> Measuring:
    """Return how this platform measures, from ``JINGPIAO_STATUS_BEAT``, ``…_DELAYED`` and ``…_OUTAGE`` (seconds)."""
    return Measuring(
        beat=float(os.environ.get("JINGPIAO_STATUS_BEAT", "60")),
        lines=Lines(
            delayed=float(os.environ.get("JINGPIAO_STATUS_DELAYED", LINES.delayed)),
            outage=float(os.environ.get("JINGPIAO_STATUS_OUTAGE", LINES.outage)),
        ),
    )
