"""An answer (答复): what the platform says to one claim, with the fields of the contract (§4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from fapiao.cause import Actor, Evidence
from fapiao.claim import Correction
from fapiao.situation import NextState

Existence = Literal["found", "not-found", "ambiguous", "unknown"]
AgreementWord = Literal["full", "partial", "none", "not-compared"]


class AnswerDifference(msgspec.Struct, frozen=True, kw_only=True):
    """A field on which claim and invoice differ (差异); ``held`` only for somebody entitled to see the invoice."""

    field: str
    claimed: Any
    held: Any = None


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """A feed that this claim depends on, as it stood (来源覆盖)."""

    feed: str
    label: str
    watermark: datetime | None
    lag_seconds: int | None
    state: Literal["current", "delayed", "outage", "unknown"]


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A near miss (候选): digits that were typed wrong are ``*`` for an asker not entitled to the invoice."""

    code: str | None
    number: str
    differs_in: tuple[str, ...]
    distance: int
    probability: float


class RankedCause(msgspec.Struct, frozen=True, kw_only=True):
    """A cause with its probability and evidence (原因)."""

    code: str
    label: str
    label_en: str
    probability: float
    evidence: tuple[Evidence, ...]
    remedy: str
    remedy_en: str
    actor: Actor
    recheck_at: datetime | None


class TouchingStatement(msgspec.Struct, frozen=True, kw_only=True):
    """An announcement in force that touches this claim (相关公告)."""

    id: str
    title: str
    body: str
    ends_at: datetime | None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one claim (答复)."""

    ref: Any
    as_of: datetime
    asked: dict[str, Any]
    corrections: tuple[Correction, ...]
    existence: Existence
    agreement: AgreementWord
    differences: tuple[AnswerDifference, ...]
    validity: str
    validity_as_of: datetime | None
    validity_next: NextState | None = None
    coverage: tuple[Coverage, ...]
    invoice: dict[str, Any] | None
    candidates: tuple[Candidate, ...]
    causes: tuple[RankedCause, ...]
    headline: str
    headline_en: str
    next_step: str
    next_step_en: str
    announcements: tuple[TouchingStatement, ...]
