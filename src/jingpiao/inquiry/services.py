"""Services of inquiry (查询): the one door to an answer, for page, API, command and batch alike."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

import msgspec
from django.db import InterfaceError, OperationalError, transaction

from fapiao.answer import Answer
from fapiao.asking import understand
from fapiao.changes import Change, changes
from fapiao.claim import Claim
from fapiao.diagnosis import diagnose
from fapiao.errors import FapiaoError
from fapiao.situation import Situation
from fapiao.wording import BEIJING
from jingpiao import sql
from jingpiao.api.problem import ApiProblem
from jingpiao.columns import to_micros
from jingpiao.inquiry import receipts
from jingpiao.inquiry.gather import gather
from jingpiao.inquiry.scope import NOBODY, question_of
from jingpiao.inquiry.situations import kept_situation
from jingpiao.sync.timeline import Timeline
from jingpiao.sync.timelines import current_timeline

KEEP_AT_ONCE = 500
"""Answers of a batch that are kept with one insert."""


class ChangedSince(msgspec.Struct, frozen=True, kw_only=True):
    """What became different since the same asker asked the same (上次以来的变化)."""

    at: datetime
    token: str
    changes: tuple[Change, ...]


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """An answer as given (已作出的答复): with its receipt, the time it took, its token, and what it rests on."""

    token: str
    answer: Answer
    receipt: str
    took_ms: float
    situation: Situation
    question: str = ""
    changed_since: ChangedSince | None = None
    told: bytes = b""

    def json(self) -> bytes:
        """Return the answer of the contract (§4) as JSON; ``id`` is the token under which it is kept."""
        if self.told:
            return self.told
        told: dict[str, Any] = msgspec.structs.asdict(self.answer)
        told |= {"receipt": self.receipt, "took_ms": self.took_ms, "id": self.token or None}
        told["changed_since"] = self.changed_since
        return msgspec.json.encode(told)


def answer_claim(claim: Claim, *, now: datetime, keep: bool = False, scope: str = NOBODY) -> Answered:
    """Answer one claim. ``now`` is used where the claim names no moment; ``keep`` stores the answer under a token.

    ``scope`` says by what the asker is recognised: who asked the same before is told what changed since.
    """
    answered = _since(_answer(claim, now, current_timeline(), scope))
    answered = msgspec.structs.replace(answered, told=answered.json())
    if keep:
        _keep(answered, claim, now, scope)
    return answered


def ask_again(claim: Claim, *, former: str, now: datetime, scope: str) -> Answered:
    """Answer a claim that waits once more, and keep the answer. Call inside the transaction that notes it.

    ``former`` is the answer before; what changed is told against that one.
    """
    answered = _since(_answer(claim, now, current_timeline(), scope), former)
    sql.bulk_insert("inquiry_keptanswer", _KEPT, [_kept_row(answered, claim, now, scope)])
    return answered


def answer_claims(
    claims: Iterable[Claim | FapiaoError | ApiProblem | bytes],
    *,
    now: datetime,
    keep: bool = False,
    scope: str = NOBODY,
) -> Iterator[bytes]:
    """Answer many claims in order, as JSON; what could not be read gives an error object in its place, a line stays one.

    With ``keep`` the answers are stored, many with one insert, before they are given out.
    """
    timeline, coming = current_timeline(), iter(claims)
    while chunk := list(islice(coming, KEEP_AT_ONCE if keep else 1)):
        yield from _answer_chunk(chunk, now, timeline, keep, scope)


def _answer_chunk(
    chunk: list[Claim | FapiaoError | ApiProblem | bytes],
    now: datetime,
    timeline: Timeline,
    keep: bool,
    scope: str,
) -> list[bytes]:
    told, kept = [], []
    for claim in chunk:
        if not isinstance(claim, Claim):
            told.append(claim if isinstance(claim, bytes) else error_line(claim))
            continue
        try:
            answered = _answer(claim, now, timeline, scope)
            answered = _since(answered) if keep else answered
        except (OperationalError, InterfaceError):
            told.append(error_line(ApiProblem("unavailable")))
            continue
        told.append(answered.json())
        if keep:
            kept.append(_kept_row(answered, claim, now, scope))
    if kept:
        with transaction.atomic():
            sql.bulk_insert("inquiry_keptanswer", _KEPT, kept)
    return told


def error_line(slip: FapiaoError | ApiProblem) -> bytes:
    """Return the line that stands in place of an answer; the caller's own id comes back with it."""
    if isinstance(slip, FapiaoError):
        error = {"code": slip.code, "message": slip.message, "message_en": slip.message_en}
    else:
        error = {"code": slip.kind.code, "message": slip.kind.title, "message_en": slip.detail}
    ref = getattr(slip, "ref", None)
    return msgspec.json.encode({"error": error} if ref is None else {"error": error, "ref": ref})


def _answer(claim: Claim, now: datetime, timeline: Timeline, scope: str) -> Answered:
    began = time.perf_counter()
    as_of = (claim.as_of or now).astimezone(BEIJING)
    situation = gather(understand(claim), as_of, timeline)
    answer = diagnose(situation)
    token = secrets.token_hex(16)  # no sign that a command line could take for an option
    statement = _statement(answer, token, now)
    return Answered(
        token=token,
        answer=answer,
        receipt=receipts.sign(statement),
        took_ms=round(1000 * (time.perf_counter() - began), 3),
        situation=situation,
        question=question_of(scope, statement["claim"]),
    )


def _since(answered: Answered, former: str = "") -> Answered:
    """Return an answer with what changed since ``former``, or since its question was answered before."""
    found = _former(answered, former)
    if not found:
        return answered
    token, told = found[0]
    before = msgspec.json.decode(told, type=Answer)
    since = ChangedSince(at=before.as_of, token=token, changes=changes(before, answered.answer))
    return msgspec.structs.replace(answered, changed_since=since)


def _former(answered: Answered, former: str) -> list[tuple[Any, ...]]:
    if former:
        return sql.rows("SELECT token, answer FROM inquiry_keptanswer WHERE token = %s", [former])
    if not answered.question:
        return []
    return sql.rows(
        "SELECT token, answer FROM inquiry_keptanswer WHERE question = %s AND question > '' AND as_of < %s"
        " ORDER BY as_of DESC LIMIT 1",
        [answered.question, to_micros(answered.answer.as_of)],
    )


def _statement(answer: Answer, token: str, now: datetime) -> dict[str, Any]:
    watermarks = {each.feed: each.watermark for each in answer.coverage}
    return {
        "id": token,
        "iat": int(now.timestamp()),
        "as_of": answer.as_of,
        "claim": receipts.digest(answer.asked),
        "answer": receipts.digest(answer),
        "verdict": answer.existence,
        "cause": answer.causes[0].code if answer.causes else None,
        "watermarks": watermarks,
    }


_KEPT = (
    "token",
    "asked_at",
    "as_of",
    "asker",
    "claim",
    "answer",
    "existence",
    "cause",
    "question",
    "situation",
)


def _keep(answered: Answered, claim: Claim, now: datetime, scope: str) -> None:
    """Keep an answer with one bare insert: the hot path has no room for the ORM."""
    sql.bulk_insert("inquiry_keptanswer", _KEPT, [_kept_row(answered, claim, now, scope)])


def _kept_row(answered: Answered, claim: Claim, now: datetime, scope: str) -> tuple[Any, ...]:
    answer = answered.answer
    return (
        answered.token,
        to_micros(now),
        to_micros(answer.as_of),
        scope,
        msgspec.json.encode(claim).decode(),
        answered.json().decode(),
        answer.existence,
        answer.causes[0].code if answer.causes else "",
        answered.question,
        kept_situation(answered.situation),
    )
