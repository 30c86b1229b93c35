"""Turns (轮次): scheduled work, taken in turn under a lease kept in the database."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from jingpiao import sql
from jingpiao.jobs.models import Turn

LEASE = timedelta(seconds=60)
LONGEST_BACK_OFF = timedelta(minutes=10)
MOST_DOUBLINGS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """One piece of work that the clock starts (定时任务).

    ``run(now)`` does what is due and returns whether more waits at once. It may be cut off anywhere and must be safe to
    run again. ``every`` is the pause between two runs.
    """

    name: str
    every: timedelta
    run: Callable[[datetime], bool]


def take_turn(work: Scheduled, *, holder: str, now: datetime) -> bool:
    """Take the turn if it is due and nobody alive has it. A turn that is not due costs one read."""
    if Turn.objects.filter(name=work.name, due_at__gt=now).exists():
        return False
    with transaction.atomic():
        sql.lock_intake()
        turn, _ = Turn.objects.get_or_create(name=work.name, defaults={"due_at": now})
        free = Q(lease_until=None) | Q(lease_until__lt=now) | Q(holder=holder)
        mine = Turn.objects.filter(free, pk=turn.pk, due_at__lte=now)
        return bool(mine.update(holder=holder, lease_until=now + LEASE))


def renew(names: list[str], *, holder: str, now: datetime) -> None:
    """Keep the leases of work that is still going on."""
    Turn.objects.filter(name__in=names, holder=holder).update(lease_until=now + LEASE)


def end_turn(work: Scheduled, *, holder: str, now: datetime, more: bool) -> None:
    """Give the turn back: due at once when more waits, else after the usual pause."""
    due = now if more else now + work.every
    Turn.objects.filter(name=work.name, holder=holder).update(
        holder="", lease_until=None, due_at=due, finished_at=now, failures=0, error=""
    )


def fail_turn(work: Scheduled, *, holder: str, now: datetime, error: str) -> None:
    """Give the turn back after a failure: the next one waits twice as long each time, with jitter."""
    turn = Turn.objects.filter(name=work.name, holder=holder).first()
    if turn is None:
        return
    turn.failures += 1
    pause = min(LONGEST_BACK_OFF, work.every * 2 ** min(turn.failures, MOST_DOUBLINGS))
    turn.due_at = now + pause * random.uniform(0.5, 1.0)  # noqa: S311
    turn.holder, turn.lease_until, turn.error = "", None, error[:500]
    turn.save()


def forget_connection() -> None:
    """Close this thread's connection, so that the next turn opens a sound one."""
    connection.close()
