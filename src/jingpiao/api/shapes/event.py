"""Feed events (来源事件) as they are published, one struct a type: contract §5."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Annotated, Any, Literal, Union

import msgspec
from msgspec import Meta

from fapiao.claim import Claim
from fapiao.invoice import Invoice
from fapiao.vocabulary import STATES
from jingpiao.api.codes import CauseCode, ComponentWord, FunctionWord, ValidityWord
from jingpiao.api.shape import Shape
from jingpiao.api.shapes.claim import claim
from jingpiao.api.shapes.invoice import invoice

Moment = Annotated[datetime, Meta(tz=True)]
WORDS: dict[str, tuple[str, str]] = {
    "feed": ("来源声明", "a source declares itself"),
    "invoice": ("发票", "an invoice"),
    "state": ("发票状态", "an invoice's state"),
    "watermark": ("水位", "a watermark"),
    "heartbeat": ("心跳", "a sign of life"),
    "fault": ("故障", "a fault"),
    "fault-cleared": ("故障恢复", "a fault is over"),
    "trash": ("移入回收站", "into the recycle bin"),
    "untrash": ("移出回收站", "out of the recycle bin"),
    "import-row": ("导入结论", "a taxpayer's own import"),
    "announcement": ("公告", "an announcement"),
    "taxpayer": ("纳税人", "a taxpayer"),
    "outcome": ("确认的原因", "a confirmed cause"),
}


class Told(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """What every event has (事件公共字段). With ``id`` a repeat is harmless."""

    feed: str
    at: Moment
    id: str | None = None


class FeedEvent(Told, frozen=True, kw_only=True, tag="feed"):
    """A source says what it brings (来源声明). Empty lists mean all."""

    label: str | None = None
    regions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    since: date | None = None
    same_day: bool = True
    every_seconds: int | None = None
    complete: bool = True


class InvoiceEvent(Told, frozen=True, kw_only=True, tag="invoice"):
    """An invoice arrives (发票到达)."""

    invoice: Invoice


class StateEvent(Told, frozen=True, kw_only=True, tag="state"):
    """An invoice's state changes (发票状态变化); it may come before its invoice."""

    code: str | None = None
    number: str
    state: ValidityWord
    effective_at: Moment | None = None
    by_number: str | None = None


class WatermarkEvent(Told, frozen=True, kw_only=True, tag="watermark"):
    """All that was uploaded up to then has been delivered (水位)."""

    complete_to: Moment


class HeartbeatEvent(Told, frozen=True, kw_only=True, tag="heartbeat"):
    """The feed speaks, with nothing new (心跳)."""


class LostBatch(msgspec.Struct, frozen=True, kw_only=True):
    """What a fault lost, by upload time (丢失批次)."""

    id: str
    from_: Moment | None = msgspec.field(name="from", default=None)
    to: Moment | None = None
    count: int | None = None
    numbers: tuple[str, ...] = ()


class FaultEvent(Told, frozen=True, kw_only=True, tag="fault"):
    """Something does not work (故障)."""

    component: ComponentWord
    message: str | None = None
    batch: LostBatch | None = None


class FaultClearedEvent(Told, frozen=True, kw_only=True, tag="fault-cleared"):
    """It works again (故障恢复): with ``batch`` that batch alone, without it the faults that had none."""

    component: ComponentWord
    message: str | None = None
    batch: LostBatch | None = None


class TrashEvent(Told, frozen=True, kw_only=True, tag="trash"):
    """A taxpayer moves an invoice into its recycle bin (移入回收站)."""

    code: str | None = None
    number: str
    by: str | None = None


class UntrashEvent(Told, frozen=True, kw_only=True, tag="untrash"):
    """A taxpayer takes an invoice out of its recycle bin (移出回收站)."""

    code: str | None = None
    number: str
    by: str | None = None


class ImportRowEvent(Told, frozen=True, kw_only=True, tag="import-row"):
    """What a taxpayer's own import made of an invoice (导入结论)."""

    tax_id: str | None = None
    code: str | None = None
    number: str
    result: Literal["accepted", "failed", "pending"]
    reason: str | None = None


class AnnouncementEvent(Told, frozen=True, kw_only=True, tag="announcement"):
    """An announcement (公告); ``id`` names event and announcement in one."""

    id: str
    title: str
    body: str | None = None
    kinds: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    functions: tuple[FunctionWord, ...] = ()
    from_: Moment | None = msgspec.field(name="from", default=None)
    until: Moment | None = None


class TaxpayerEvent(Told, frozen=True, kw_only=True, tag="taxpayer"):
    """A taxpayer is described (纳税人)."""

    tax_id: str
    name: str | None = None
    region: str | None = None
    active: bool = True


class OutcomeEvent(Told, frozen=True, kw_only=True, tag="outcome"):
    """The confirmed cause of an earlier question (确认的原因): the diagnosis learns from it."""

    claim: Claim
    cause: CauseCode


class LoadSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a delivery (投递结果): every line counts exactly once in new, repeats, flagged or unread."""

    lines: int
    new: int
    repeats: int
    flagged: int
    unread: int
    invoices_new: int
    invoices_duplicate: int
    invoices_conflict: int
    quarantined: int
    by_type: dict[str, int]
    unread_lines: tuple[dict[str, Any], ...]


class FederatedEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the journal for a peer (联邦条目): its place in the journal and the event as it was told."""

    seq: int
    event: dict[str, Any]


EVENTS: tuple[type[Told], ...] = (
    FeedEvent,
    InvoiceEvent,
    StateEvent,
    WatermarkEvent,
    HeartbeatEvent,
    FaultEvent,
    FaultClearedEvent,
    TrashEvent,
    UntrashEvent,
    ImportRowEvent,
    AnnouncementEvent,
    TaxpayerEvent,
    OutcomeEvent,
)
NUMBER = "26112000000219703940"
EXAMPLES: dict[str, dict[str, Any]] = {
    "feed": {"label": "北京", "regions": ["11"], "since": "2026-01-01", "every_seconds": 600},
    "invoice": {"id": "bj-20261120-000017", "invoice": invoice},
    "state": {"number": NUMBER, "state": list(STATES)[1], "effective_at": "2026-11-20T16:00:00+08:00"},
    "watermark": {"complete_to": "2026-11-20T09:00:00+08:00"},
    "heartbeat": {},
    "fault": {"component": "feed", "message": "上游接口超时"},
    "fault-cleared": {"component": "feed"},
    "trash": {"number": NUMBER, "by": "91110000600037341L"},
    "untrash": {"number": NUMBER, "by": "91110000600037341L"},
    "import-row": {"tax_id": "91110000600037341L", "number": NUMBER, "result": "accepted"},
    "announcement": {
        "id": "bj-2026-11",
        "title": "系统升级期间暂停查验",
        "functions": ["verify"],
        "from": "2026-11-21T00:00:00+08:00",
        "until": "2026-11-21T06:00:00+08:00",
    },
    "taxpayer": {"tax_id": "91330106673959654P", "name": "销售方示例公司", "region": "33"},
    "outcome": {"claim": claim, "cause": "sync-delay"},
}


def _example(kind: str) -> dict[str, Any]:
    told = {name: value() if callable(value) else value for name, value in EXAMPLES[kind].items()}
    return {"feed": "bj", "at": "2026-11-20T09:30:00+08:00", "type": kind} | told


def _summary() -> LoadSummary:
    return LoadSummary(
        lines=2,
        new=2,
        repeats=0,
        flagged=0,
        unread=0,
        invoices_new=1,
        invoices_duplicate=0,
        invoices_conflict=0,
        quarantined=0,
        by_type={"invoice": 1, "watermark": 1},
        unread_lines=(),
    )


def _shape(event: type[Told]) -> Shape:
    kind = str(event.__struct_config__.tag)
    chinese, english = WORDS[kind]
    return Shape(
        name=f"event-{kind}",
        title=f"事件：{chinese}",
        title_en=f"Event: {english}",
        type=event,
        example=partial(_example, kind),
    )


SHAPES = (
    Shape(
        name="event",
        title="来源事件",
        title_en="Feed event of any type",
        type=Union[EVENTS],  # noqa: UP007 - made of a tuple
        example=partial(_example, "watermark"),
    ),
    *(_shape(event) for event in EVENTS),
    Shape(
        name="load-summary",
        title="投递结果",
        title_en="What became of a delivery",
        type=LoadSummary,
        example=_summary,
    ),
    Shape(
        name="federated-entry",
        title="联邦条目",
        title_en="Journal entry for a peer",
        type=FederatedEntry,
        example=lambda: FederatedEntry(seq=17, event=_example("watermark")),
    ),
)
