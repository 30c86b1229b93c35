"""Selectors of verification (查验): the records that an asker may see."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db.models import Count, Q

from fapiao.claim import Understood
from fapiao.verification.question import MOST_A_DAY, digest_of
from fapiao.vocabulary import RESULTS, STATES
from jingpiao.verification import quota
from jingpiao.verification.models import Asking, Quota
from jingpiao.verification.verifier import VERIFIERS


def askings(
    understood: Understood, *, tokens: Collection[str], everything: bool = False
) -> list[dict[str, object]]:
    """Return the records that belong to an answer, newest first.

    Its own (``tokens``: the answer's, and that of a later one that took its place), and those that count for everybody and were over the same fields; ``everything`` (the operator) adds all of
    this invoice.
    """
    if not understood.key:
        return []
    own = Q(token__in=tokens) | Q(trusted=True, digest=digest_of(understood))
    wanted = Q(key=understood.key) & (Q() if everything else own)
    return list(_shown(Asking.objects.filter(wanted).order_by("-known_at", "-pk")[:20], tokens))


def asking_of(token: str, number: int) -> Asking | None:
    """Return one record of an answer that has a picture."""
    return (
        Asking.objects.filter(pk=number, token=token, picture__isnull=False).select_related("picture").first()
    )


def _shown(rows: Iterable[Asking], tokens: Collection[str]) -> Iterable[dict[str, object]]:
    for row in rows:
        verifier, kind = VERIFIERS.get(row.channel), RESULTS[row.result]
        zh, en = STATES.get(row.state, STATES["unknown"])
        yield {
            "id": row.pk,
            "token": row.token if row.token in tokens else "",
            "at": row.known_at,
            "channel": verifier.label if verifier else "国家查验平台，人工查验",
            "channel_en": verifier.label_en if verifier else "National platform, by hand",
            "result": row.result,
            "label": kind.label,
            "label_en": kind.label_en,
            "state": zh if row.result == "match" else "",
            "state_en": en if row.result == "match" else "",
            "trusted": row.trusted,
            "picture": row.picture_id is not None,
        }


def outcomes(most: int = 30) -> list[dict[str, object]]:
    """Return what was asked outside lately, by services and by people, newest first, each with its invoice."""
    rows = list(Asking.objects.order_by("-known_at", "-pk")[:most])
    return [
        {**told, "key": row.key, "by": row.by, "code": row.code}
        for row, told in zip(rows, _shown(rows, ()), strict=True)
    ]


def today(now: datetime) -> list[dict[str, object]]:
    """Return how often each result came on the present Beijing day, the most frequent first."""
    since = quota.renewed_at(now) - timedelta(days=1)
    counts = Asking.objects.filter(known_at__gte=since).values("result").annotate(count=Count("pk"))
    return [
        {
            "result": row["result"],
            "label": RESULTS[row["result"]].label,
            "label_en": RESULTS[row["result"]].label_en,
            "count": row["count"],
        }
        for row in counts.order_by("-count", "result")
    ]


def asked_today(now: datetime, most: int = 50) -> list[dict[str, object]]:
    """Return the invoices that were asked for today, with how many asks each has left, those with fewest first."""
    day = (quota.renewed_at(now) - timedelta(days=1)).date()
    rows = Quota.objects.filter(day=day).order_by("-used", "key")[:most]
    return [{"key": row.key, "used": row.used, "left": max(0, MOST_A_DAY - row.used)} for row in rows]
