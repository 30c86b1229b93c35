"""Watching (守候): claims that wait are asked again by themselves, when their invoice arrives or their time has come.

No signal is needed that could get lost: what arrived is found by a cursor over the ledger's own rows, and what is due by its
time. A recheck, its answer and the watch's new state are one transaction, so a kill at any point repeats nothing and loses
nothing. Intake has one writer at a time, so rows appear in the order of their ids and the cursor passes none over.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db import transaction

from fapiao.answer import Answer
from fapiao.asking import understand
from fapiao.claim import Claim
from jingpiao import sql
from jingpiao.inquiry.expired import lost_to_api
from jingpiao.inquiry.models import ArrivalCursor, KeptAnswer, Recheck, Watch
from jingpiao.inquiry.services import ask_again
from jingpiao.inquiry.watchers import OURSELVES, Watcher, make_room, waiting

LASTS = timedelta(days=30)
SOONEST, LATEST = timedelta(minutes=10), timedelta(hours=12)
"""Bounds of the pause before the next look where no cause gives a time."""
CLOCK_AHEAD = timedelta(minutes=1)
"""An arrival that is not found yet was told with a clock that is ahead of ours: look again so much later."""
LIKELY = 0.1
"""A cause less likely than this does not set the time of the next look."""
TABLES = ("ledger_invoice", "ledger_quarantined")
"""Where arrivals appear: held, or set aside."""
AT_ONCE, DUE_AT_ONCE = 5_000, 100


def watch(kept: KeptAnswer, *, now: datetime, by: Watcher = OURSELVES) -> Watch:
    """Begin to wait for a kept answer's invoice, or return the watch that already does; one that was stopped goes on.

    What has come since the answer was given is due at once. No intake runs meanwhile, so an invoice either is there now or will
    lie beyond the cursor. Errors: `watch-limit`; `answer-expired` where the answer has gone meanwhile.
    """
    with transaction.atomic():
        sql.lock_intake()
        held = watch_of(kept.token)
        if held and held.state != "stopped":
            return held
        if kept.existence != "found":
            make_room(by)
        if held:
            return _resume(held, by, now)
        if not KeptAnswer.objects.filter(pk=kept.pk).exists():
            raise lost_to_api(kept.token)
        for table in TABLES:
            _cursor(table)
        claim = msgspec.json.decode(kept.claim, type=Claim)
        key = understand(claim).key or ""
        return Watch.objects.create(
            token=kept.token,
            newest=kept.token,
            claim=kept.claim,
            asker=kept.asker,
            by=by.scope,
            origin=by.origin,
            key=key,
            state="arrived" if kept.existence == "found" else "waiting",
            made_at=now,
            until=now + LASTS,
            next_at=now if claim.as_of or _is_there(key) else _first_look(kept, now),
        )


def _resume(held: Watch, by: Watcher, now: datetime) -> Watch:
    """Wait again for what was stopped; what came meanwhile is found at once."""
    held.state, held.until, held.next_at, held.by, held.origin = (
        "waiting",
        now + LASTS,
        now,
        by.scope,
        by.origin,
    )
    held.save(update_fields=("state", "until", "next_at", "by", "origin"))
    return held


def stop(held: Watch, *, now: datetime) -> Watch:
    """Wait no longer; a watch that is over stays as it is."""
    with transaction.atomic():
        row = Watch.objects.select_for_update().get(pk=held.pk)
        if row.state == "waiting":
            row.state, row.turned_at, row.origin = "stopped", now, ""
            row.save(update_fields=("state", "turned_at", "origin"))
        return row


def _is_there(key: str) -> bool:
    """Tell whether something lies under a number now, held or set aside."""
    named = [f"EXISTS (SELECT 1 FROM {table} WHERE key = %s OR alias = %s)" for table in TABLES]
    found = sql.rows(f"SELECT 1 WHERE {' OR '.join(named)}", [key] * 2 * len(TABLES)) if key else []
    return bool(found)


def _first_look(kept: KeptAnswer, now: datetime) -> datetime:
    look = next_look(msgspec.json.decode(kept.answer, type=Answer), since=now, now=now)
    return min(look, now + LASTS)


def watch_of(token: str) -> Watch | None:
    """Return the watch that an answer began or belongs to."""
    began = Watch.objects.filter(token=token).first()
    if began:
        return began
    link = Recheck.objects.filter(token=token).select_related("watch").first()
    return link.watch if link else None


def look_for_arrivals(now: datetime) -> bool:
    """Ask again what waited for an invoice that has arrived since the last look; true when there may be more."""
    more = [_look_through(table, now) for table in TABLES]  # each of them, whatever the first says
    return any(more)


def ask_what_is_due(now: datetime) -> bool:
    """Ask again what waits and whose time has come; true when there may be more."""
    due = Watch.objects.filter(state="waiting", next_at__lte=now).order_by("next_at")[:DUE_AT_ONCE]
    numbers = list(due.values_list("pk", flat=True))
    for number in numbers:
        recheck(number, reason="time", now=now)
    return len(numbers) == DUE_AT_ONCE


def _look_through(table: str, now: datetime) -> bool:
    cursor = _cursor(table)
    rows = sql.rows(
        f"SELECT id, key, alias FROM {table} WHERE id > %s ORDER BY id LIMIT {AT_ONCE}", [cursor.seen]
    )
    if not rows:
        return False
    for number in _waiting_for({name for row in rows for name in row[1:] if name}):
        recheck(number, reason="arrival", now=now)
    ArrivalCursor.objects.filter(pk=cursor.pk, seen__lt=rows[-1][0]).update(seen=rows[-1][0])
    return len(rows) == AT_ONCE


def _cursor(table: str) -> ArrivalCursor:
    """Return the cursor; a new one begins at the end, since nobody waited before the first watch made it."""
    found = ArrivalCursor.objects.filter(table=table).first()
    if found:
        return found
    end = sql.rows(f"SELECT COALESCE(MAX(id), 0) FROM {table}")[0][0]
    return ArrivalCursor.objects.get_or_create(table=table, defaults={"seen": end})[0]


def _waiting_for(keys: set[str]) -> list[int]:
    found = sql.rows(
        f"SELECT id FROM inquiry_watch WHERE state = 'waiting' AND {sql.among('key')} ORDER BY id",
        [sql.texts(sorted(keys))],
    )
    return [row[0] for row in found]


def recheck(number: int, *, reason: str, now: datetime) -> None:
    """Ask a waiting claim again, keep the answer as the next link of its chain, and say when to look next."""
    with transaction.atomic():
        held = Watch.objects.select_for_update().filter(pk=number, state="waiting").first()
        if held is None:
            return
        claim = msgspec.structs.replace(msgspec.json.decode(held.claim, type=Claim), as_of=None)
        answered = ask_again(claim, former=held.newest, now=now, scope=held.asker)
        Recheck.objects.create(watch=held, former=held.newest, token=answered.token, reason=reason, at=now)
        held.newest, held.turned_at = answered.token, now
        held.state = _state(held, answered.answer, now)
        held.next_at = min(next_look(answered.answer, since=held.made_at, now=now), held.until)
        if reason == "arrival":
            held.next_at = min(held.next_at, now + CLOCK_AHEAD)
        if held.state != "waiting":
            held.origin = ""
        held.save(update_fields=("newest", "turned_at", "state", "next_at", "origin"))


def _state(held: Watch, answer: Answer, now: datetime) -> str:
    if answer.existence == "found":
        return "arrived"
    return "ended" if now >= held.until else "waiting"


def next_look(answer: Answer, *, since: datetime, now: datetime) -> datetime:
    """Return when to ask again: the earliest time that a likely cause gives, else after a pause that grows."""
    told = [
        cause.recheck_at
        for cause in answer.causes
        if cause.recheck_at and cause.recheck_at > now and cause.probability >= LIKELY
    ]
    return min(told, default=now + min(LATEST, max(SOONEST, (now - since) / 4)))


def waits(watcher: Watcher) -> list[dict[str, Any]]:
    """Return what somebody waits for, for a page: each watch with its number."""
    found = []
    for held in waiting(watcher):
        asked = understand(msgspec.json.decode(held.claim, type=Claim)).claim
        found.append({"watch": held, "code": asked.code, "number": asked.number})
    return found


def watch_report(held: Watch) -> dict[str, Any]:
    """Return a watch for the API: its state, its newest answer, and every link of its chain."""
    links = held.rechecks.order_by("id")
    return {
        "id": held.token,
        "state": held.state,
        "newest": held.newest,
        "made_at": held.made_at,
        "until": held.until,
        "next_at": held.next_at if held.state == "waiting" else None,
        "rechecks": [
            {"id": link.token, "former": link.former, "reason": link.reason, "at": link.at} for link in links
        ],
    }
