"""The public status (运行状态) as it is published: feeds, incidents, regions, announcements, gaps."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from fapiao.completeness import Gap
from fapiao.situation import Statement
from fapiao.wording import BEIJING
from jingpiao.api.shape import Shape

State = Literal["current", "delayed", "outage", "unknown"]


class Path(msgspec.Struct, frozen=True, kw_only=True):
    """How our own path stands for a feed, by its canaries (自身链路); ``not-served``: there is no door for them."""

    state: State
    last_ms: int | None = None
    reason: Literal["not-served"] | None = None


class OpenFault(msgspec.Struct, frozen=True, kw_only=True):
    """A fault that a feed told of and that is open (未恢复的故障)."""

    component: str
    message: str
    since: datetime
    batch: str | None


class FeedStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A feed as it stands (来源状态): now, over a day, over a month."""

    feed: str
    label: str
    regions: tuple[str, ...]
    kinds: tuple[str, ...]
    watermark: datetime | None
    lag_seconds: int | None
    state: State
    spoke_at: datetime | None
    complete: bool
    same_day: bool
    faults: tuple[OpenFault, ...]
    path: Path
    day: dict[str, Any]
    month: dict[str, Any]
    course: tuple[dict[str, Any], ...]
    completeness: dict[str, Any] | None
    last_state: State | None = None


class IncidentWord(msgspec.Struct, frozen=True, kw_only=True):
    """One word on an incident (进展), by measurement or by a person."""

    at: datetime
    phase: str
    by: Literal["person", "measurement"]
    text: str
    text_en: str


class IncidentTold(msgspec.Struct, frozen=True, kw_only=True):
    """An incident, opened and closed by measurement (故障事件)."""

    id: int
    component: str
    feed: str | None
    reason: str
    title: str
    title_en: str
    state: State
    worst: State
    regions: tuple[str, ...]
    kinds: tuple[str, ...]
    functions: tuple[str, ...]
    affected: str
    affected_en: str
    works: str
    works_en: str
    begun_at: datetime
    opened_at: datetime
    closed_at: datetime | None
    marked_answers: int | None
    next_update_at: datetime | None
    words: tuple[IncidentWord, ...]


class RegionStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A region by the feeds of its ordinary invoices (地区状态); ``none`` where no feed carries them.

    ``only_kinds``: the kinds that come all the same, where no feed brings the region's ordinary invoices.
    """

    region: str
    label: str
    label_en: str
    state: Literal["current", "delayed", "outage", "unknown", "none"]
    lag_seconds: float | None
    day_lag_p95: float | None
    month_lag_p95: float | None
    feeds: tuple[str, ...]
    only_kinds: tuple[str, ...] = ()


class ComponentStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the platform (组成部分): ``feeds``, ``path``, ``database``, ``monitor``."""

    key: str
    label: str
    label_en: str
    state: State
    canary_p95_ms: float | None = None
    promised_ms: float | None = None
    kept: bool | None = None
    note: str | None = None
    note_en: str | None = None


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """The whole public status (运行状态). ``source`` is ``snapshot`` while the database does not answer."""

    as_of: datetime | None
    measured_at: datetime | None
    age_seconds: int | None
    source: Literal["database", "snapshot"]
    monitor: State
    feeds: tuple[FeedStatus, ...]
    components: tuple[ComponentStatus, ...]
    regions: tuple[RegionStatus, ...]
    incidents: tuple[IncidentTold, ...]
    announcements: tuple[Statement, ...]


class IncidentList(msgspec.Struct, frozen=True, kw_only=True):
    """The open incidents and those of the last 30 days (故障事件列表)."""

    as_of: datetime | None
    measured_at: datetime | None
    source: Literal["database", "snapshot"]
    incidents: tuple[IncidentTold, ...]


class AnswerMarks(msgspec.Struct, frozen=True, kw_only=True):
    """The incidents that touched a kept answer (答复的故障标记)."""

    id: str
    incidents: tuple[IncidentTold, ...]


class GapList(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers missing in dense blocks that a feed's watermark has passed (号段缺口)."""

    feed: str
    gaps: tuple[Gap, ...]


class AnnouncementList(msgspec.Struct, frozen=True, kw_only=True):
    """The announcements in force (有效公告)."""

    as_of: datetime | None
    source: Literal["database", "snapshot"]
    announcements: tuple[Statement, ...]


NOW = datetime(2026, 11, 20, 15, 0, tzinfo=BEIJING)
NOTICE = Statement(
    event_id="bj-2026-11", title="系统升级期间暂停查验", functions=("verify",), starts_at=NOW, ends_at=None
)


def _incident() -> IncidentTold:
    return IncidentTold(
        id=3,
        component="feed",
        feed="bj",
        reason="silence",
        title="北京：来源没有消息",
        title_en="北京: the feed is silent",
        state="outage",
        worst="outage",
        regions=("11",),
        kinds=(),
        functions=("query",),
        affected="北京；全部票种；查询",
        affected_en="Beijing; all kinds; finding an invoice",
        works="已入库的发票照常可查",
        works_en="invoices already here can be found",
        begun_at=NOW,
        opened_at=NOW,
        closed_at=None,
        marked_answers=4,
        next_update_at=NOW,
        words=(),
    )


def _incidents() -> IncidentList:
    return IncidentList(as_of=NOW, measured_at=NOW, source="database", incidents=(_incident(),))


def _announcements() -> AnnouncementList:
    return AnnouncementList(as_of=NOW, source="database", announcements=(NOTICE,))


def _status() -> Status:
    feed = FeedStatus(
        feed="bj",
        label="北京",
        regions=("11",),
        kinds=(),
        watermark=NOW,
        lag_seconds=240,
        state="current",
        spoke_at=NOW,
        complete=True,
        same_day=True,
        faults=(),
        path=Path(state="current", last_ms=800),
        day={},
        month={},
        course=(),
        completeness=None,
    )
    return Status(
        as_of=NOW,
        measured_at=NOW,
        age_seconds=12,
        source="database",
        monitor="current",
        feeds=(feed,),
        components=(ComponentStatus(key="feeds", label="来源", label_en="Feeds", state="current"),),
        regions=(),
        incidents=(),
        announcements=(NOTICE,),
    )


SHAPES = (
    Shape(name="status", title="运行状态", title_en="Status", type=Status, example=_status),
    Shape(name="incidents", title="故障事件", title_en="Incidents", type=IncidentList, example=_incidents),
    Shape(
        name="answer-marks",
        title="答复的故障标记",
        title_en="Incidents of an answer",
        type=AnswerMarks,
        example=lambda: AnswerMarks(id="6f1c…", incidents=(_incident(),)),
    ),
    Shape(
        name="gaps",
        title="号段缺口",
        title_en="Gaps in number blocks",
        type=GapList,
        example=lambda: GapList(feed="bj", gaps=()),
    ),
    Shape(
        name="announcements",
        title="有效公告",
        title_en="Announcements in force",
        type=AnnouncementList,
        example=_announcements,
    ),
)
