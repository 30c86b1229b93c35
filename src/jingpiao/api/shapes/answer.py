"""Answers (答复) as they are published: contract §4. The example is a real answer to a made-up situation."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from fapiao import answer as told
from fapiao.asking import understand
from fapiao.cause import Evidence
from fapiao.changes import Change
from fapiao.claim import Claim, Lookup
from fapiao.diagnosis import diagnose
from fapiao.situation import FeedFacts, Situation
from fapiao.wording import BEIJING
from jingpiao.api.codes import CauseCode, ValidityWord
from jingpiao.api.shape import Shape
from jingpiao.api.shapes.claim import claim
from jingpiao.api.shapes.invoice import SeenInvoice


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The claim as it was understood (理解后的提问): what was not stated is left out; region and kind as far as told."""

    region: str | None
    kind: str | None
    text: str | None = None
    code: str | None = None
    number: str | None = None
    issued_on: date | None = None
    amount: Decimal | None = None
    tax: Decimal | None = None
    total: Decimal | None = None
    check_code: str | None = None
    seller_tax_id: str | None = None
    seller_name: str | None = None
    buyer_tax_id: str | None = None
    buyer_name: str | None = None
    lookup: Lookup = "any"
    tax_ids: tuple[str, ...] | None = None


class RankedCause(told.RankedCause, frozen=True, kw_only=True):
    """A cause with its probability and evidence (原因); with `unknown` the probabilities add up to 1."""

    code: CauseCode
    evidence: tuple[Evidence, ...]


class ChangedSince(msgspec.Struct, frozen=True, kw_only=True):
    """What became different since the same asker asked the same (上次以来的变化)."""

    at: datetime
    token: str
    changes: tuple[Change, ...]


class Answer(told.Answer, frozen=True, kw_only=True):
    """The answer to one claim as it is sent (答复): with its receipt, the time it took, and the id under which it is kept."""

    asked: Asked  # type: ignore[assignment]  # told as a mapping, of which this is the form
    validity: ValidityWord
    invoice: SeenInvoice | None  # type: ignore[assignment]
    causes: tuple[RankedCause, ...]
    receipt: str
    took_ms: float
    id: str | None
    changed_since: ChangedSince | None


class LineSlip(msgspec.Struct, frozen=True, kw_only=True):
    """Why a line of a batch was not answered (未作答原因)."""

    code: str
    message: str
    message_en: str


class UnansweredLine(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in an answer's place where a line could not be read (未作答的行)."""

    error: LineSlip
    ref: Any = None


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """A kept answer beside what the same situation gives now (复核结果)."""

    id: str
    as_of: datetime
    same: bool
    differences: tuple[str, ...] = ()
    reason: str = ""
    situation: Situation | None = None
    answer: dict[str, Any] | None = None


class Recheck(msgspec.Struct, frozen=True, kw_only=True):
    """One time that a waiting claim was asked again (复查): the answer before it and the answer it gave."""

    id: str
    former: str
    reason: str
    at: datetime


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """A claim that waits for its invoice (守候): ``waiting``, ``arrived``, ``ended`` or ``stopped``."""

    id: str
    state: str
    newest: str
    made_at: datetime
    until: datetime
    next_at: datetime | None
    rechecks: tuple[Recheck, ...]


def _situation() -> Situation:
    now = datetime(2026, 11, 20, 15, 0, tzinfo=BEIJING)
    feed = FeedFacts(
        feed="bj",
        label="北京",
        regions=("11",),
        since=date(2026, 1, 1),
        every_seconds=600,
        watermark=now - timedelta(hours=8),
        spoke_at=now - timedelta(minutes=5),
    )
    return Situation(as_of=now, understood=understand(Claim(**claim())), feeds=(feed,))


def _explanation() -> Explanation:
    return Explanation(
        id="6f1c…",
        as_of=_situation().as_of,
        same=True,
        situation=_situation(),
        answer=msgspec.to_builtins(diagnose(_situation())),
    )


def _watch() -> Watch:
    began = _situation().as_of
    return Watch(
        id="6f1c…",
        state="arrived",
        newest="9a0d…",
        made_at=began,
        until=began + timedelta(days=30),
        next_at=None,
        rechecks=(Recheck(id="9a0d…", former="6f1c…", reason="arrival", at=began + timedelta(hours=2)),),
    )


def answer() -> dict[str, Any]:
    """Return the answer to a claim whose invoice is still on its way, as the diagnosis gives it."""
    found = diagnose(_situation())
    kept = {"receipt": "eyJhbGciOiJFZERTQSJ9…", "took_ms": 1.2, "id": "6f1c…", "changed_since": None}
    return {name: getattr(found, name) for name in found.__struct_fields__} | kept


def _unanswered() -> UnansweredLine:
    return UnansweredLine(
        error=LineSlip(
            code="claim-empty",
            message="没有号码也没有文字",
            message_en="The claim has neither a number nor a text",
        )
    )


SHAPES = (
    Shape(name="answer", title="答复", title_en="Answer", type=Answer, example=answer),
    Shape(
        name="answer-line",
        title="批量答复的一行",
        title_en="Line of a batch: an answer, or why there is none",
        type=Answer,
        others=(UnansweredLine,),
        example=_unanswered,
    ),
    Shape(
        name="explanation",
        title="复核结果",
        title_en="Answer worked out again",
        type=Explanation,
        example=_explanation,
    ),
    Shape(name="watch", title="守候", title_en="Watch", type=Watch, example=_watch),
)
