"""Habits (习惯): the worlds that the bureau can make."""

from __future__ import annotations

from bureau.habit import FeedHabit, Habit
from bureau.paces import in_batches, long_tailed, slow_at_noon

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
    "d": Habit(
        (
            FeedHabit(
                "bj-dzfp",
                "北京电子发票服务平台",
                ("11",),
                ALL_BUT_TICKETS,
                600,
                14,
                0.9,
                None,
                4,
                "low-water",
                long_tailed,
            ),
            FeedHabit("sh-share", "上海共享", ("31",), (), 1200, 55, 0.8, None, 4, "low-water", long_tailed),
            FeedHabit(
                "zj-share", "浙江共享", ("33", "93"), (), 900, 30, 1.1, None, 4, "low-water", long_tailed
            ),
            FeedHabit("js-daily", "江苏日交换", ("32",), (), 3600, 30, daily_at=4),
            FeedHabit(
                "gd-share", "广东共享", ("44", "95"), (), 600, 60, 0.5, None, 4, "low-water", in_batches
            ),
            FeedHabit(
                "sd-gateway",
                "山东查验网关",
                ("37", "92"),
                (),
                1800,
                45,
                0.7,
                None,
                4,
                "low-water",
                long_tailed,
            ),
            FeedHabit("rail", "铁路电子客票", (), ("51",), 1800, 90, 0.6, None, 4, "low-water", long_tailed),
            FeedHabit(
                "sc-share", "四川共享", ("51", "50"), (), 3600, 150, 0.9, None, 4, "low-water", long_tailed
            ),
        ),
        late_upload=0.03,
        never_uploaded=0.02,
        outages=2.5,
        declared=0.4,
        stalls=0.3,
        terse=0.3,
        outcomes=1,
    ),
    "e": Habit(
        (
            FeedHabit(
                "bj-dzfp",
                "北京电子发票服务平台",
                ("11",),
                (),
                300,
                20,
                0.7,
                None,
                4,
                "low-water",
                slow_at_noon,
            ),
            FeedHabit("tj-share", "天津共享", ("12",), (), 7200, 120, 0.5, None, 3, "margin", in_batches),
            FeedHabit("hb-share", "河北共享", ("13",), (), 1800, 40, 1.0, None, 4, "none", long_tailed),
            _SHANGHAI,
            _JIANGSU,
            _SHANDONG,
            _RAIL,
        ),
        late_upload=0.04,
        outages=3.0,
        outage_hours=(1.0, 20.0),
        declared=0.2,
        stalls=0.5,
        platform_faults=2.0,
        upload_minutes=8.0,
        terse=0.5,
        outcomes=2,
    ),
}
