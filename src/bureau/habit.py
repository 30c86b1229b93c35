"""A habit (习惯): what makes one world differ from another: which feeds there are, how slow, how faulty."""

from __future__ import annotations

from dataclasses import dataclass, field

from bureau.paces import Pace, within_margin


@dataclass(frozen=True, slots=True)
class FeedHabit:
    """How one feed behaves (来源习惯): minutes of usual delay, rhythm in seconds, hour of its daily delivery.

    ``marks`` names the way it reckons its watermark (`bureau.beats`), ``takes`` how long its deliveries take.
    """

    key: str
    label: str
    regions: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    every: int = 600
    delay: float = 10.0
    spread: float = 0.8
    daily_at: int | None = None
    margin: float = 4.0
    marks: str = "margin"
    takes: Pace = within_margin


@dataclass(frozen=True, slots=True)
class Habit:
    """A world's habits (世界习惯). Rates are shares of all invoices, outages and faults a feed in 45 days.

    ``declared``: share of outages that the feed tells of; ``stalls``: share in which it goes on speaking;
    ``terse``: share of claims that leave out what they can; ``outcomes``: confirmed outcomes a class and day.
    """

    feeds: tuple[FeedHabit, ...]
    late_upload: float = 0.02
    never_uploaded: float = 0.015
    refused: float = 0.01
    outages: float = 2.0
    outage_hours: tuple[float, float] = (2.0, 12.0)
    platform_faults: float = 1.5
    external_faults: float = 1.0
    states: float = 0.04
    bins: float = 0.01
    repeats: float = 0.02
    declared: float = 0.6
    stalls: float = 0.0
    upload_minutes: float = 3.0
    terse: float = 0.0
    outcomes: int = 0
    mix: dict[str, float] = field(
        default_factory=lambda: {"82": 6, "81": 4, "86": 1, "83": 0.4, "10": 1.2, "01": 0.6}
    )
