"""The delay curve (延迟曲线) of a feed with the place of one invoice on it, worked out as coordinates for an inline SVG.

It shows which share of this feed's invoices has come how long after issue. The asked one stands where its age puts it;
where its moment of issue is known only roughly it is a window, and no single place is claimed.
"""

from __future__ import annotations

import math

import msgspec

from fapiao import wording
from fapiao.circumstances import Circumstances
from fapiao.delay import EDGES, DelayCurve, origin
from fapiao.situation import FeedFacts

WIDTH, HEIGHT = 400.0, 190.0
LEFT, RIGHT, TOP, BOTTOM = 36.0, 24.0, 22.0, 26.0
FEWEST = 20
"""A curve of fewer invoices than this would be our own belief, not the feed's past: then nothing is drawn."""
POINTS = 64
SHARP = 0.35
"""A window narrower than this part of the axis still names a place on the curve."""
TICKS = (300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 345600, 604800)


class Tick(msgspec.Struct, frozen=True):
    """A mark on an axis (刻度): place and words in both languages."""

    at: float
    label: str
    label_en: str


class CurveDrawing(msgspec.Struct, frozen=True, kw_only=True):
    """A curve ready to draw (曲线图形). ``window`` is where the invoice may be: left edge and width; ``sharp`` tells whether its
    likeliest place, ``here``, means anything."""

    label: str
    line: str
    area: str
    times: tuple[Tick, ...]
    shares: tuple[Tick, ...]
    here: tuple[float, float]
    window: tuple[float, float]
    said_end: bool
    sharp: bool
    arrived: float
    half: float
    most: float
    seen: int
    same_day: bool


def slowness(circumstances: Circumstances, pace: DelayCurve) -> float:
    """Return by what factor invoices of the asked one's hour take longer than this feed's usual, 1 where unknown."""
    moments = circumstances.moments
    return sum(share * pace.factor(moment) for moment, share in moments) if moments else 1.0


def delay_by(pace: DelayCurve, share: float) -> float:
    """Return the seconds by which this share of a feed's invoices has come, at its usual hours."""
    low, high = 0.0, EDGES[-1]
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if 1 - pace.survival(middle) < share else (low, middle)
    return high


def draw(circumstances: Circumstances, feed: FeedFacts | None) -> CurveDrawing | None:
    """Return the curve of a feed with the asked invoice on it; ``None`` where past or day of issue are not known."""
    moments = circumstances.moments
    if feed is None or feed.pace is None or feed.pace.seen < FEWEST or circumstances.issued_on is None:
        return None
    ages = [
        (max(0.0, (circumstances.as_of - origin(moment, same_day=feed.same_day)).total_seconds()), share)
        for moment, share in moments
    ]
    age = sum(seconds * share for seconds, share in ages)
    return _drawing(feed, circumstances, age, [seconds for seconds, _ in ages])


def _drawing(feed: FeedFacts, circumstances: Circumstances, age: float, ages: list[float]) -> CurveDrawing:
    pace = circumstances.pace(feed)
    slow = slowness(circumstances, pace)
    last = max(slow * delay_by(pace, 0.97), 1.15 * age, 600.0)

    def across(seconds: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * min(1.0, seconds / last), 1)

    def up(share: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share, 1)

    def come(seconds: float) -> float:
        return 1 - pace.survival(seconds / slow)

    steps = [last * (place / POINTS) ** 1.5 for place in range(POINTS + 1)]
    line = " ".join(f"{across(step)},{up(come(step))}" for step in steps)
    window = across(min(ages)), across(max(ages))
    return CurveDrawing(
        label=feed.label or feed.feed,
        line=line,
        area=f"{across(0)},{up(0)} {line} {across(last)},{up(0)}",
        times=tuple(
            Tick(across(seconds), wording.span(seconds), wording.span_en(seconds)) for seconds in _ticks(last)
        ),
        shares=tuple(Tick(up(share), f"{share:.0%}", f"{share:.0%}") for share in (0.5, 0.9, 1.0)),
        here=(across(age), up(come(age))),
        window=(window[0], round(window[1] - window[0], 1)),
        said_end=across(age) > WIDTH * 0.6,
        sharp=max(ages) - min(ages) < SHARP * last,
        arrived=come(age),
        half=slow * delay_by(pace, 0.5),
        most=slow * delay_by(pace, 0.9),
        seen=pace.seen,
        same_day=feed.same_day,
    )


def _ticks(last: float) -> list[float]:
    """Return four or fewer round moments on the axis."""
    step = next((float(tick) for tick in TICKS if last / tick <= 4), last)
    return [step * place for place in range(1, math.floor(last / step) + 1)]
