"""Habits (习惯): how worlds differ from each other: which feeds there are, how slow, how faulty."""

from __future__ import annotations

from dataclasses import dataclass, field

ALL_BUT_TICKETS = (
    "01",
    "03",
    "04",
    "08",
    "10",
    "11",
    "14",
    "15",
    "81",
    "82",
    "83",
    "84",
    "85",
    "86",
    "87",
    "88",
)


@dataclass(frozen=True, slots=True)
class FeedHabit:
    """How one feed behaves (来源习惯): minutes of usual delay, rhythm in seconds, hour of its daily delivery."""

    key: str
    label: str
    regions: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    every: int = 600
    delay: float = 10.0
    spread: float = 0.8
    daily_at: int | None = None
    margin: float = 4.0


@dataclass(frozen=True, slots=True)
class Habit:
    """A world's habits (世界习惯). Rates are shares of all invoices, outages and faults a feed in 45 days."""

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
    mix: dict[str, float] = field(
        default_factory=lambda: {"82": 6, "81": 4, "86": 1, "83": 0.4, "10": 1.2, "01": 0.6}
    )


_BEIJING = FeedHabit("bj-dzfp", "北京电子发票服务平台", ("11",), ALL_BUT_TICKETS, 600, 12)
_SHANGHAI = FeedHabit("sh-share", "上海共享", ("31",), (), 1200, 40)
_ZHEJIANG = FeedHabit("zj-share", "浙江共享", ("33", "93"), (), 1800, 30)
_JIANGSU = FeedHabit("js-daily", "江苏日交换", ("32",), (), 3600, 20, daily_at=4)
_GUANGDONG = FeedHabit("gd-share", "广东共享", ("44", "95"), (), 900, 25)
_SHANDONG = FeedHabit("sd-gateway", "山东查验网关", ("37", "92"), (), 1800, 45)
_RAIL = FeedHabit("rail", "铁路电子客票", (), ("51",), 1800, 60)
_HEBEI = FeedHabit("he-share", "河北共享", ("13",), (), 2400, 90)

HABITS: dict[str, Habit] = {
    "a": Habit((_BEIJING, _SHANGHAI, _ZHEJIANG, _JIANGSU, _GUANGDONG, _SHANDONG, _RAIL, _HEBEI)),
    "b": Habit(
        (
            FeedHabit("bj-dzfp", "北京电子发票服务平台", ("11",), ALL_BUT_TICKETS, 300, 4, 0.5),
            FeedHabit("tj-daily", "天津日交换", ("12",), (), 3600, 30, 0.6, 2),
            _GUANGDONG,
            _RAIL,
            FeedHabit("sc-share", "四川共享", ("51", "50"), (), 3600, 180, 1.0),
        ),
        late_upload=0.05,
        never_uploaded=0.03,
        outages=3.0,
        outage_hours=(1.0, 30.0),
        refused=0.02,
    ),
    "c": Habit(
        (
            FeedHabit("bj-dzfp", "北京电子发票服务平台", ("11",), (), 900, 45, 1.2),
            _SHANGHAI,
            _JIANGSU,
            FeedHabit("ln-share", "辽宁共享", ("21", "91"), (), 1200, 15, 0.4),
            _SHANDONG,
            _RAIL,
        ),
        late_upload=0.01,
        never_uploaded=0.008,
        outages=1.0,
        platform_faults=3.0,
        repeats=0.08,
        mix={"82": 3, "81": 3, "86": 2, "85": 1, "10": 2, "04": 1, "01": 1, "08": 0.5},
    ),
}
