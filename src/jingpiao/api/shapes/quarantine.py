"""The quarantine (隔离区) as it is published."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from fapiao.wording import BEIJING
from jingpiao.api.shape import Shape

State = Literal["waiting", "shelved", "released"]
Result = Literal["new", "duplicate", "conflict", "quarantined"]


class SetAsideReason(msgspec.Struct, frozen=True, kw_only=True):
    """Why something waits (隔离原因): its code, and what is wrong in both languages."""

    code: str
    message: str
    message_en: str


class QuarantinedRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the quarantine (隔离区的一条)."""

    id: int
    number: str | None
    state: State
    feed: str
    origin: str
    known_at: datetime
    reasons: tuple[SetAsideReason, ...]


class Handling(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was done to a row (处理经过): ``release``, ``correction``, ``shelve`` or ``undo``, by whom and why."""

    what: str
    when: datetime
    who: str
    why: str


class HandledRow(QuarantinedRow, frozen=True, kw_only=True):
    """One row in full (隔离区的一条及其经过): what came, as text, and what was done to it."""

    body: str
    story: tuple[Handling, ...]


class QuarantinePage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the quarantine (隔离区页): ``next`` is the ``after`` of the next page, null on the last."""

    rows: tuple[QuarantinedRow, ...]
    next: int | None


class QuarantineCorrection(msgspec.Struct, frozen=True, kw_only=True):
    """Fields put right (更正): texts by their place in the invoice (``total``, ``seller.tax_id``), and why."""

    fields: dict[str, str]
    why: str = ""


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """The reason of a deed (理由)."""

    why: str


class Retries(msgspec.Struct, frozen=True, kw_only=True):
    """Which rows to try again (批量重试): those of one reason, one feed, or all."""

    reason: str = ""
    feed: str = ""


class Retried(msgspec.Struct, frozen=True, kw_only=True):
    """What became of trying again (重试结果)."""

    taken: int
    waiting: int


class FieldSlip(msgspec.Struct, frozen=True, kw_only=True):
    """What of a correction cannot be read (更正有误), in both languages."""

    field: str
    message: str
    message_en: str


class CorrectedReading(msgspec.Struct, frozen=True, kw_only=True):
    """How a row would read with its corrections (更正后的读取结果), and what would become of it."""

    row: int
    result: Result
    changed: tuple[str, ...]
    reasons: tuple[SetAsideReason, ...]
    slips: tuple[FieldSlip, ...]


ARRIVED = datetime(2026, 11, 20, 9, 30, tzinfo=BEIJING)
_WRONG = SetAsideReason(
    code="sum:amount+tax!=total",
    message="金额 + 税额 ≠ 价税合计",
    message_en="amount + tax is not the total",
)


def _row() -> QuarantinedRow:
    return QuarantinedRow(
        id=3,
        number="26112000000219703940",
        state="waiting",
        feed="bj",
        origin="feed:bj:bj-20261120-000017",
        known_at=ARRIVED,
        reasons=(_WRONG,),
    )


def _handled() -> HandledRow:
    done = Handling(what="correction", when=ARRIVED, who="操作员", why="已与销方核对")
    told = msgspec.structs.asdict(_row()) | {"state": "released"}
    return HandledRow(**told, body='{"number": "26112000000219703940"}', story=(done,))


def _reading() -> CorrectedReading:
    return CorrectedReading(row=3, result="new", changed=("total",), reasons=(), slips=())


SHAPES = (
    Shape(
        name="quarantine-page",
        title="隔离区页",
        title_en="Page of the quarantine",
        type=QuarantinePage,
        example=lambda: QuarantinePage(rows=(_row(),), next=None),
    ),
    Shape(
        name="quarantined",
        title="隔离区的一条",
        title_en="Row of the quarantine",
        type=HandledRow,
        example=_handled,
    ),
    Shape(
        name="quarantine-correction",
        title="更正",
        title_en="Correction",
        type=QuarantineCorrection,
        example=lambda: QuarantineCorrection(fields={"total": "154.00"}, why="已与销方核对"),
    ),
    Shape(
        name="quarantine-reading",
        title="更正后的读取结果",
        title_en="Reading with corrections",
        type=CorrectedReading,
        example=_reading,
    ),
    Shape(
        name="quarantine-why",
        title="理由",
        title_en="Reason of a deed",
        type=Why,
        example=lambda: Why(why="供应商已重开"),
    ),
    Shape(
        name="quarantine-retries",
        title="批量重试",
        title_en="What to try again",
        type=Retries,
        example=lambda: Retries(reason="missing:kind"),
    ),
    Shape(
        name="quarantine-retried",
        title="重试结果",
        title_en="What became of trying again",
        type=Retried,
        example=lambda: Retried(taken=12, waiting=3),
    ),
)
