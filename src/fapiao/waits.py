"""Waits (等候): how long confirmed questions really waited, against the time to look again that they were told.

A time that nine in ten keep hangs on who asks and when: some ask minutes after the issue, others whenever it is missing. Outcomes show
it, so the time foretold is stretched until nine in ten of those that were confirmed would have kept it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import msgspec

SHARE = 0.9
"""The share of invoices that shall have come by the time to look again (contract §4, ``recheck_at``)."""
LEAN = 40
"""Confirmed waits that the judgement is worth: with as many the two weigh alike."""
SETTLED = 3.0
"""A wait counts once three times what was foretold has passed: before, the long ones are not known yet."""
LEAST, MOST = 0.5, 4.0
"""No number of outcomes shortens or stretches further."""
LATEST = 2000
"""Of more waits the latest count."""


class Wait(msgspec.Struct, frozen=True):
    """One confirmed question that waited (一次等候): seconds since 1970 of asking, seconds foretold, and seconds until it came.

    ``came`` is ``None`` where the invoice had not come yet when the outcome was taken up.
    """

    asked: float
    foretold: float
    came: float | None = None


def ratio(wait: Wait, now: float) -> float | None:
    """Return how many times the foretold one the true wait was, as known now; infinite: still out; ``None``: too early to say."""
    passed = now - wait.asked
    if wait.foretold <= 0 or passed < SETTLED * wait.foretold:
        return None
    return wait.came / wait.foretold if wait.came is not None and wait.came <= passed else math.inf


def stretch(waits: Sequence[Wait], now: float, usual: float = 1.0) -> float:
    """Return by what factor the foretold wait has to be taken so that nine in ten keep it; ``usual`` where little is known.

    Questions of one day wait for the same repair or the same delivery: the n-th of a day counts one over n.
    """
    days: Counter[int] = Counter()
    rows = [(usual * each, 1.0) for each in JUDGEMENT]
    for wait in waits[-LATEST:]:
        found = ratio(wait, now)
        if found is not None:
            day = int(wait.asked // 86400)
            days[day] += 1
            rows.append((found, 1 / days[day]))
    return min(MOST, max(LEAST, _quantile(sorted(rows)))) if days else usual


def _quantile(rows: Sequence[tuple[float, float]]) -> float:
    """Return the ratio under or at which the wanted share of the weight lies."""
    goal = SHARE * sum(weight for _, weight in rows)
    reached = 0.0
    for found, weight in rows:
        reached += weight
        if reached >= goal:
            return found
    return rows[-1][0]


JUDGEMENT = tuple(math.log(1 - place / LEAN) / math.log(1 - SHARE) for place in (*range(1, LEAN), LEAN - 0.5))
"""Ratios such as the judgement expects: a tenth of them over one, the long ones rarer and rarer."""
