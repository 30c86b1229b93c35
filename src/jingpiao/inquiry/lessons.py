"""Lessons (教益): every confirmed outcome is replayed once, as of the moment its question was asked, for what it says of evidence.

Nothing that was learnt after that moment is seen. What was made is kept, so that no answer pays for it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction

from fapiao.asking import claim_from_mapping, understand
from fapiao.diagnosis.lessons import lesson_of
from fapiao.errors import FapiaoError
from fapiao.learning import likeness
from fapiao.likelihood import EDITION
from fapiao.wording import BEIJING
from jingpiao import sql
from jingpiao.columns import from_micros, to_micros
from jingpiao.inquiry.gather import gather
from jingpiao.sync.timeline import Timeline
from jingpiao.sync.timelines import current_timeline

AT_ONCE = 200
_COLUMNS = ("outcome", "edition", "known_at", "body")


def learn_some(now: datetime) -> bool:
    """Take up outcomes that were not learned from yet; true when more wait. What was taken up before costs one look."""
    waiting = sql.rows(
        f"SELECT id, claim, cause, known_at FROM sync_outcome WHERE id > %s ORDER BY id LIMIT {AT_ONCE}",
        [_reached()],
    )
    if waiting:
        timeline = current_timeline()
        _keep([(row[0], EDITION, row[3], _body(row[1], row[2], row[3], timeline)) for row in waiting])
    return len(waiting) == AT_ONCE


def _reached() -> int:
    """Return the last outcome that was learned from with the weights that are stated now."""
    found = sql.rows("SELECT COALESCE(MAX(outcome), 0) FROM sync_lesson WHERE edition = %s", [EDITION])
    return int(found[0][0])


def _keep(rows: list[tuple[int, int, int, str]]) -> None:
    """Keep what another worker, started by mistake, has not kept meanwhile."""
    with transaction.atomic():
        sql.lock_intake()
        reached = _reached()
        sql.bulk_insert("sync_lesson", _COLUMNS, [row for row in rows if row[0] > reached])


def learn_all(now: datetime) -> None:
    """Take up every outcome that was not learned from yet."""
    while learn_some(now):
        pass


def _body(claim: Any, cause: str, known_at: int, timeline: Timeline) -> str:
    """Return the lesson of an outcome as JSON, empty where its question cannot be replayed."""
    try:
        asked = claim_from_mapping(msgspec.json.decode(claim) if isinstance(claim, str) else claim)
        understood = understand(asked)
    except (FapiaoError, msgspec.DecodeError):
        return ""
    if asked.as_of is None or asked.as_of > from_micros(known_at):
        return ""
    as_of = asked.as_of.astimezone(BEIJING)
    situation = gather(understood, as_of, timeline)
    cell = timeline.cell_of(likeness(understood), as_of)
    lesson = lesson_of(situation, cause=cause, cell=cell, came_at=_came_at(understood.key, as_of))
    return msgspec.json.encode(lesson).decode() if lesson else ""


def _came_at(key: str | None, as_of: datetime) -> datetime | None:
    """Return when an invoice came that was missing at a moment, under either of its names; ``None``: not yet."""
    if not key:
        return None
    parts = [f"SELECT MIN(known_at) FROM ledger_invoice WHERE {name} = %s" for name in ("key", "alias")]
    first = [row[0] for row in sql.rows(" UNION ALL ".join(parts), [key, key]) if row[0] is not None]
    return from_micros(min(first)) if first and min(first) > to_micros(as_of) else None
