"""Services of inquiry (查询): the one door to an answer, for page, API, command and batch alike."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
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
from jingpiao.inquiry.gather import gather_all
from jingpiao.inquiry.scope import NOBODY, question_of
from jingpiao.inquiry.situations import kept_situation
from jingpiao.sync.timeline import Timeline
from jingpiao.sync.timelines import current_timeline

AT_ONCE = 100
"""Answers of a batch that are gathered together, and kept with one insert."""


class ChangedSince(msgspec.Struct, frozen=True, kw_only=True):
    """What became different since the same asker asked the same (上次以来的变化)."""

    at: datetime
    token: str
    changes: tuple[Change, ...]


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """An answer as given (已作出的答复): with its receipt, the time it took, its token, and what it rests on.

    ``told`` is the answer of the contract (§4) as JSON, made once, its ``id`` the token: what is kept is to the byte what was given.
    """

    token: str
    answer: Answer
    receipt: str
    took_ms: float
    situation: Situation
    question: str = ""
    changed_since: ChangedSince | None = None
    told: bytes

    def json(self) -> bytes:
        """Return the answer as it is given and kept."""
        return self.told


def answer_claim(claim: Claim, *, now: datetime, keep: bool = False, scope: str = NOBODY) -> Answered:
    """Answer one claim. ``now`` is used where the claim names no moment; ``keep`` stores the answer under a token.

    ``scope`` says by what the asker is recognised: who asked the same before is told what changed since.
    """
    [gathered] = _gathered([(claim, now)], current_timeline())
    answered = _answered(gathered, now, scope, _since_before)
    if keep:
        sql.bulk_insert("inquiry_keptanswer", _KEPT, [_kept_row(answered, claim, now, scope)])
    return answered


def answer_strangers(asked: Sequence[tuple[Claim, datetime]]) -> list[Answered]:
    """Answer claims of people who cannot be recognised, each at its own moment, and keep the answers with one insert."""
    gathered = _gathered(asked, current_timeline())
    answers = [
        _answered(each, now, NOBODY, _since_nothing) for each, (_, now) in zip(gathered, asked, strict=True)
    ]
    rows = [
        _kept_row(answered, claim, now, NOBODY) for answered, (claim, now) in zip(answers, asked, strict=True)
    ]
    with transaction.atomic() if len(rows) > 1 else nullcontext():
        sql.bulk_insert("inquiry_keptanswer", _KEPT, rows)
    return answers


def ask_again(claim: Claim, *, former: str, now: datetime, scope: str) -> Answered:
    """Answer a claim that waits once more, and keep the answer. Call inside the transaction that notes it.

    ``former`` is the answer before; what changed is told against that one.
    """
    [gathered] = _gathered([(claim, now)], current_timeline())
    answered = _answered(gathered, now, scope, lambda _, answer: _changed(_kept_as(former), answer))
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
    while chunk := list(islice(coming, AT_ONCE)):
        yield from _answer_chunk(chunk, now, timeline, keep, scope)


def _answer_chunk(
    chunk: list[Claim | FapiaoError | ApiProblem | bytes],
    now: datetime,
    timeline: Timeline,
    keep: bool,
    scope: str,
) -> list[bytes]:
    told, kept = [], []
    asked = [(each, now) for each in chunk if isinstance(each, Claim)]
    gathered = iter(_gathered_or_not(asked, timeline))
    for claim in chunk:
        if not isinstance(claim, Claim):
            told.append(claim if isinstance(claim, bytes) else error_line(claim))
            continue
        try:
            answered = _answered(next(gathered), now, scope, _since_before if keep else _since_nothing)
        except (OperationalError, InterfaceError):
            told.append(error_line(ApiProblem("unavailable")))
            continue
        told.append(answered.told)
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


class _Gathered(msgspec.Struct, frozen=True):
    """A situation and the milliseconds that it took to gather, its share of those that many took together (已取证)."""

    situation: Situation
    took_ms: float


def _gathered(asked: Sequence[tuple[Claim, datetime]], timeline: Timeline) -> list[_Gathered]:
    """Gather what claims rest on; the moment beside each counts where the claim names none."""
    began = time.perf_counter()
    situations = gather_all(
        [(understand(claim), (claim.as_of or now).astimezone(BEIJING)) for claim, now in asked], timeline
    )
    took = 1000 * (time.perf_counter() - began) / len(asked)
    return [_Gathered(situation, took) for situation in situations]


def _gathered_or_not(
    asked: Sequence[tuple[Claim, datetime]], timeline: Timeline
) -> Iterable[_Gathered | None]:
    """Gather many together; when the database fails on the way each by itself, ``None`` for what it fails at again."""
    if not asked:
        return ()
    try:
        return _gathered(asked, timeline)
    except (OperationalError, InterfaceError):
        return (_one_or_none(each, timeline) for each in asked)


def _one_or_none(asked: tuple[Claim, datetime], timeline: Timeline) -> _Gathered | None:
    try:
        return _gathered([asked], timeline)[0]
    except (OperationalError, InterfaceError):
        return None


Since = Callable[[str, Answer], ChangedSince | None]
"""What became different: from the question's name and the new answer."""


def _answered(gathered: _Gathered | None, now: datetime, scope: str, since: Since) -> Answered:
    if gathered is None:
        raise OperationalError
    began = time.perf_counter()
    answer = diagnose(gathered.situation)
    token = secrets.token_hex(16)  # no sign that a command line could take for an option
    statement = _statement(answer, token, now)
    receipt, question = receipts.sign(statement), question_of(scope, statement["claim"])
    took = round(gathered.took_ms + 1000 * (time.perf_counter() - began), 3)
    changed = since(question, answer)
    told: dict[str, Any] = msgspec.structs.asdict(answer)
    told |= {"receipt": receipt, "took_ms": took, "id": token, "changed_since": changed}
    return Answered(
        token=token,
        answer=answer,
        receipt=receipt,
        took_ms=took,
        situation=gathered.situation,
        question=question,
        changed_since=changed,
        told=msgspec.json.encode(told),
    )


def _changed(former: list[tuple[Any, ...]], answer: Answer) -> ChangedSince | None:
    if not former:
        return None
    token, told = former[0]
    before = msgspec.json.decode(told, type=Answer)
    return ChangedSince(at=before.as_of, token=token, changes=changes(before, answer))


def _kept_as(token: str) -> list[tuple[Any, ...]]:
    return sql.rows("SELECT token, answer FROM inquiry_keptanswer WHERE token = %s", [token])


def _since_before(question: str, answer: Answer) -> ChangedSince | None:
    """Return what changed since the same question was answered before."""
    if not question:
        return None
    found = sql.hot_rows(
        "SELECT token, answer FROM inquiry_keptanswer WHERE question = %s AND question > '' AND as_of < %s"
        " ORDER BY as_of DESC LIMIT 1",
        [question, to_micros(answer.as_of)],
    )
    return _changed(found, answer)


def _since_nothing(question: str, answer: Answer) -> None:
    """An answer that is not kept is told for itself."""


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


def _kept_row(answered: Answered, claim: Claim, now: datetime, scope: str) -> tuple[Any, ...]:
    answer, asked_at = answered.answer, to_micros(now)
    return (
        answered.token,
        asked_at,
        to_micros(answer.as_of),
        scope,
        msgspec.json.encode(claim).decode(),
        answered.told.decode(),
        answer.existence,
        answer.causes[0].code if answer.causes else "",
        answered.question,
        kept_situation(answered.situation, asked_at),
    )
