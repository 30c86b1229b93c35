"""Services of inquiry (查询): the one door to an answer, for page, API, command and batch alike."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec

from fapiao.answer import Answer
from fapiao.asking import understand
from fapiao.claim import Claim
from fapiao.diagnosis import diagnose
from fapiao.errors import FapiaoError
from fapiao.wording import BEIJING
from jingpiao import sql
from jingpiao.api.problem import ApiProblem
from jingpiao.columns import to_micros
from jingpiao.inquiry import receipts
from jingpiao.inquiry.gather import gather
from jingpiao.sync.timeline import Timeline
from jingpiao.sync.timelines import current_timeline


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """An answer as given (已作出的答复): with its receipt, the time it took, and its token where it is kept."""

    token: str
    answer: Answer
    receipt: str
    took_ms: float

    def json(self) -> bytes:
        """Return the answer of the contract (§4) as JSON; ``id`` is the token under which it is kept."""
        told: dict[str, Any] = msgspec.structs.asdict(self.answer)
        told |= {"receipt": self.receipt, "took_ms": self.took_ms, "id": self.token or None}
        return msgspec.json.encode(told)


def answer_claim(claim: Claim, *, now: datetime, keep: bool = False) -> Answered:
    """Answer one claim. ``now`` is used where the claim names no moment; ``keep`` stores the answer under a token."""
    answered = _answer(claim, now, current_timeline())
    if keep:
        _keep(answered, claim, now)
    return answered


def answer_claims(claims: Iterable[Claim | FapiaoError | ApiProblem], *, now: datetime) -> Iterator[bytes]:
    """Answer many claims in order, as JSON; what could not be read gives an error object in its place."""
    timeline = current_timeline()
    for claim in claims:
        if isinstance(claim, FapiaoError):
            yield msgspec.json.encode(
                {"error": {"code": claim.code, "message": claim.message, "message_en": claim.message_en}}
            )
        elif isinstance(claim, ApiProblem):
            yield msgspec.json.encode(
                {"error": {"code": claim.kind.code, "message": claim.kind.title, "message_en": claim.detail}}
            )
        else:
            yield _answer(claim, now, timeline).json()


def _answer(claim: Claim, now: datetime, timeline: Timeline) -> Answered:
    began = time.perf_counter()
    as_of = (claim.as_of or now).astimezone(BEIJING)
    answer = diagnose(gather(understand(claim), as_of, timeline))
    token = secrets.token_urlsafe(16)
    receipt = receipts.sign(_statement(answer, token))
    return Answered(
        token=token, answer=answer, receipt=receipt, took_ms=round(1000 * (time.perf_counter() - began), 3)
    )


def _statement(answer: Answer, token: str) -> dict[str, Any]:
    watermarks = {each.feed: each.watermark for each in answer.coverage}
    return {
        "id": token,
        "as_of": answer.as_of,
        "claim": receipts.digest(answer.asked),
        "answer": receipts.digest(answer),
        "verdict": answer.existence,
        "cause": answer.causes[0].code if answer.causes else None,
        "watermarks": watermarks,
    }


_KEPT = ("token", "asked_at", "as_of", "asker", "claim", "answer", "existence", "cause")


def _keep(answered: Answered, claim: Claim, now: datetime) -> None:
    """Keep an answer with one bare insert: the hot path has no room for the ORM."""
    answer = answered.answer
    row = (
        answered.token,
        to_micros(now),
        to_micros(answer.as_of),
        "",
        msgspec.json.encode(claim).decode(),
        answered.json().decode(),
        answer.existence,
        answer.causes[0].code if answer.causes else "",
    )
    sql.bulk_insert("inquiry_keptanswer", _KEPT, [row])
