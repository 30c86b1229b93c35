"""Services of verification (查验): the one door outside. It asks only when nothing here decides, and counts before it asks."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from fapiao.situation import Situation
from fapiao.verification.deciding import Decided, decide
from fapiao.verification.question import Question, digest_of
from fapiao.vocabulary import RESULTS
from fapiao.wording import BEIJING, moment, moment_en
from jingpiao.verification import quota
from jingpiao.verification.answers import tell
from jingpiao.verification.models import Asking
from jingpiao.verification.service import Service
from jingpiao.verification.verifier import Verdict

PAUSES = (2.0, 4.0)
"""Seconds before the second and third try of what a service calls a passing fault; nothing else is tried again."""
MATCH_KEPT = timedelta(days=30)
CLOSED_FOR = timedelta(minutes=30)
"""How long a service that said it is closed is left alone."""


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """What came of wanting to verify (查验结论): why nothing was asked, or the verdict; ``asks`` counts the queries spent."""

    decided: Decided | None = None
    verdict: Verdict | None = None
    known_at: datetime | None = None
    asks: int = 0
    left: int = 0


def verify(
    situation: Situation,
    *,
    service: Service,
    now: datetime,
    by: str = "",
    pause: Callable[[float], None] = time.sleep,
) -> Verified:
    """Verify a claim from its situation: ask outside only when nothing decides it here.

    ``pause`` waits between tries. An earlier definite answer to the same question is given again: a match for 30 days, a
    miss or mismatch until midnight.
    """
    found = decide(situation, service.rules)
    key = situation.understood.key or ""
    if isinstance(found, Decided):
        return Verified(decided=found, left=quota.left(key, now) if key else 0)
    digest = digest_of(situation.understood)
    earlier = _earlier(key, digest, now)
    if earlier:
        verdict = Verdict(
            result=earlier.result, state=earlier.state, code=earlier.code, message=earlier.message
        )
        return Verified(verdict=verdict, known_at=earlier.known_at, left=quota.left(key, now))
    closed = _not_served(service, found) or _closed(service, now)
    if closed:
        return Verified(decided=closed, left=quota.left(key, now))
    return _ask(service, key, digest, found, now=now, by=by, pause=pause)


def _earlier(key: str, digest: str, now: datetime) -> Asking | None:
    last = (
        Asking.objects.filter(key=key, digest=digest, trusted=True, known_at__lte=now)
        .filter(result__in=[code for code, kind in RESULTS.items() if kind.definite])
        .order_by("-known_at")
        .first()
    )
    if last is None:
        return None
    today = now.astimezone(BEIJING).date() == last.known_at.astimezone(BEIJING).date()
    return last if today or (last.result == "match" and now - last.known_at <= MATCH_KEPT) else None


def _not_served(service: Service, question: Question) -> Decided | None:
    if question.kind in service.verifier.kinds:
        return None
    return Decided(
        code="kind",
        message="这个服务不查这一票种，请用人工查验",
        message_en="this service does not know the kind: check by hand",
    )


def _closed(service: Service, now: datetime) -> Decided | None:
    """A service that said it was closed is not asked again for a while, by anybody."""
    last = (
        Asking.objects.filter(channel=service.verifier.key, known_at__lte=now)
        .order_by("-known_at", "-pk")
        .first()
    )
    if last is None or not RESULTS[last.result].closed or now - last.known_at > CLOSED_FOR:
        return None
    until = last.known_at + CLOSED_FOR
    return Decided(
        code="external-service",
        message=f"外部查验服务：{RESULTS[last.result].label}，{moment(until)} 后再试",
        message_en=f"outside service: {RESULTS[last.result].label_en}; try after {moment_en(until)}",
        until=until,
    )


def _ask(
    service: Service,
    key: str,
    digest: str,
    question: Question,
    *,
    now: datetime,
    by: str,
    pause: Callable[[float], None],
) -> Verified:
    asks = 0
    verdict: Verdict | None = None
    for wait in (0.0, *PAUSES):
        if wait:
            pause(wait)
        if not quota.take(key, now):
            break
        asks += 1
        verdict = service.verifier.ask(service.settings, question)
        if not RESULTS[verdict.result].retryable:
            break
    if verdict is None:
        _note_used_up(service, key, digest, now)
        return Verified(decided=_used_up(now))
    if verdict.result == "quota":
        quota.spent(key, now)
    asking = Asking.objects.create(
        key=key,
        channel=service.verifier.key,
        by=by,
        digest=digest,
        result=verdict.result,
        state=verdict.state,
        code=verdict.code,
        message=verdict.message[:500],
        body=verdict.body[:200_000],
        trusted=True,
        known_at=now,
    )
    tell(service, question, asking, verdict, now=now)
    return Verified(verdict=verdict, known_at=now, asks=asks, left=quota.left(key, now))


def _note_used_up(service: Service, key: str, digest: str, now: datetime) -> None:
    """Note once a day that an ask had to be left out: answers weigh it."""
    since = quota.renewed_at(now) - timedelta(days=1)
    noted = Asking.objects.filter(key=key, digest=digest, result="quota", trusted=True, known_at__gte=since)
    if not noted.exists():
        Asking.objects.create(
            key=key,
            channel=service.verifier.key,
            digest=digest,
            result="quota",
            message="own count",
            trusted=True,
            known_at=now,
        )


def _used_up(now: datetime) -> Decided:
    until = quota.renewed_at(now)
    return Decided(
        code="quota",
        message=f"这张票今天的查验次数已用完，{moment(until)} 后再查",
        message_en=f"today's asks for this invoice are used up; ask after {moment_en(until)}",
        until=until,
    )
