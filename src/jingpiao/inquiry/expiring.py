"""Expiring (到期清理): answers, situations and watches past their retention are deleted, a bounded step at a time.

A chain of a watch goes as a whole, once the watch is over and past its time; what waits, or what a room above holds
(`retention.hold`), stays. An answer leaves a mark (`ExpiredAnswer`), so that its address can say what became of it.
Journal and ledger are not touched.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from django.db import transaction
from django.db.models import QuerySet

from jingpiao import sql
from jingpiao.api.idempotency import count_replies, forget_replies
from jingpiao.audit.asking import Present, job
from jingpiao.audit.services import record
from jingpiao.columns import from_micros, to_micros
from jingpiao.inquiry.models import ExpiredAnswer, KeptPart, Recheck, Watch
from jingpiao.inquiry.retention import first_kept, holds, kept_days
from jingpiao.inquiry.situations import parts_of

AT_ONCE = 500
"""Rows of each kind that one step, which is one transaction, deletes."""
PARTS_LATER = timedelta(days=2)
"""A part is noted as used to within a day, by clocks that may differ."""
REPLIES_KEPT = timedelta(days=30)
"""How long a request may be repeated under its Idempotency-Key; the reply kept for it holds the answer too."""
KINDS = ("answers", "watches", "parts", "replies")


class Expired(msgspec.Struct, frozen=True, kw_only=True):
    """What went, or would go (清理结果): what was asked ``before`` that moment; ``held`` is older, but still needed."""

    days: int
    before: datetime | None = None
    answers: int = 0
    watches: int = 0
    parts: int = 0
    replies: int = 0
    held: int = 0
    oldest: datetime | None = None

    def counts(self) -> dict[str, int]:
        """Return how many of each kind."""
        return {kind: getattr(self, kind) for kind in KINDS}


def expire_some(now: datetime) -> bool:
    """Delete one step of what is past its time, as scheduled work; true when there may be more."""
    return _is_full(expire_step(now, who=job("answers")))


def expire_all(now: datetime) -> Expired:
    """Delete all that is past its time, step by step, and return what went. Errors: `usage`."""
    gone = step = expire_step(now)
    while _is_full(step):
        step = expire_step(now)
        both = {kind: count + getattr(gone, kind) for kind, count in step.counts().items()}
        gone = msgspec.structs.replace(gone, **both)
    return gone


def _is_full(step: Expired) -> bool:
    return max(step.counts().values()) >= AT_ONCE


def expire_step(now: datetime, who: Present | None = None) -> Expired:
    """Delete one step, put it down in the audit trail, and return what went. Errors: `usage` for an unreadable setting."""
    days = kept_days()
    if not days:
        return Expired(days=0)
    before = first_kept(now, days)
    with transaction.atomic():
        sql.lock_intake()  # nobody begins to wait for an answer while it goes
        gone = _step(days, before, now)
        if any(gone.counts().values()):
            detail = {"days": days, **gone.counts()}
            record("answers-expired", before.isoformat(), now=now, detail=detail, who=who)
    return gone


def _step(days: int, before: datetime, now: datetime) -> Expired:
    watches, answers, parts = _drop_watches(before), 0, 0
    if watches < AT_ONCE:  # a watch goes before the answers of its chain
        answers = _drop_answers(days, before, now)
    if max(watches, answers) < AT_ONCE:
        parts = _drop_parts(before)
    replies = forget_replies(before=_repeatable(days, now), most=AT_ONCE)
    marks = ExpiredAnswer.objects.filter(expired_at__lt=before).values("pk")[:AT_ONCE]
    ExpiredAnswer.objects.filter(pk__in=marks).delete()
    return Expired(days=days, before=before, answers=answers, watches=watches, parts=parts, replies=replies)


def _repeatable(days: int, now: datetime) -> datetime:
    """Return the moment from which requests may be repeated; a reply is kept no longer than the answer in it."""
    return now - min(REPLIES_KEPT, timedelta(days=days))


def would_expire(now: datetime) -> Expired:
    """Return what is past its time now, and touch nothing. Errors: `usage`."""
    days = kept_days()
    if not days:
        return Expired(days=0)
    before = first_kept(now, days)
    micros = [to_micros(before)] * 3
    [(answers, oldest)] = sql.rows(f"SELECT COUNT(*), MIN(answer.asked_at) {_past('NOT')}", micros)
    return Expired(
        days=days,
        before=before,
        answers=answers,
        watches=sql.rows(f"SELECT COUNT(*) FROM inquiry_watch AS held WHERE NOT {_OPEN}", micros[:1])[0][0],
        parts=_count_parts(before),
        replies=count_replies(before=_repeatable(days, now)),
        held=sql.rows(f"SELECT COUNT(*) {_past('')}", micros)[0][0],
        oldest=None if oldest is None else from_micros(oldest),
    )


_OPEN = "(held.state = 'waiting' OR COALESCE(held.turned_at, held.made_at) >= %s)"
"""A watch that is not past its time: it waits, or turned lately."""
_BEGAN = f"EXISTS (SELECT 1 FROM inquiry_watch AS held WHERE held.token = answer.token AND {_OPEN})"
_FOLLOWED = (
    "EXISTS (SELECT 1 FROM inquiry_recheck AS link JOIN inquiry_watch AS held ON held.id = link.watch_id"
    f" WHERE link.token = answer.token AND {_OPEN})"
)


def _past(negation: str) -> str:
    """Return the answers past their time that are held, or with ``NOT`` those that nobody needs any more."""
    needed = " OR ".join((_BEGAN, _FOLLOWED, *holds()))
    return f"FROM inquiry_keptanswer AS answer WHERE answer.asked_at < %s AND {negation} ({needed})"


def _drop_watches(before: datetime) -> int:
    over = f"SELECT held.id FROM inquiry_watch AS held WHERE NOT {_OPEN} ORDER BY held.id LIMIT {AT_ONCE}"
    numbers = [row[0] for row in sql.rows(over, [to_micros(before)])]
    Recheck.objects.filter(watch__in=numbers).delete()
    Watch.objects.filter(pk__in=numbers).delete()
    return len(numbers)


def _drop_answers(days: int, before: datetime, now: datetime) -> int:
    due = f"SELECT answer.id {_past('NOT')} ORDER BY answer.asked_at LIMIT {AT_ONCE}"
    gone = sql.rows(
        f"DELETE FROM inquiry_keptanswer WHERE id IN ({due}) RETURNING token, asked_at",
        [to_micros(before)] * 3,
    )
    marks = ((token, asked_at, to_micros(now), days) for token, asked_at in gone)
    sql.bulk_insert("inquiry_expiredanswer", ("token", "asked_at", "expired_at", "kept_days"), marks)
    return len(gone)


def _drop_parts(before: datetime) -> int:
    named = _parts_named(before)
    old = _old_parts(before).order_by("used_at").values_list("pk", "digest")[: AT_ONCE + len(named)]
    unused = [number for number, digest in old if digest not in named][:AT_ONCE]
    KeptPart.objects.filter(pk__in=unused).delete()
    return len(unused)


def _count_parts(before: datetime) -> int:
    old = _old_parts(before)
    return old.count() - old.filter(digest__in=_parts_named(before)).count()


def _old_parts(before: datetime) -> QuerySet[KeptPart]:
    """Return the parts that no answer of these days names."""
    return KeptPart.objects.filter(used_at__lt=before - PARTS_LATER)


def _parts_named(before: datetime) -> set[str]:
    """Return the digests of parts that older answers name which are held."""
    held = sql.rows(f"SELECT DISTINCT substr(answer.situation, 2, 16) {_past('')}", [to_micros(before)] * 3)
    return parts_of(bytes(row[0]) for row in held if row[0])
