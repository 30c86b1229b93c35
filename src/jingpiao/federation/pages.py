"""A page of shared journal entries (联邦页): JSON Lines, and a signed statement that binds them to what was asked.

The statement holds the digest of the lines, the cursor after them, and the digest of the entry that the asker's cursor
points at: a peer that was restored from a backup, and so tells another history, is found out by that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from jingpiao import sql
from jingpiao.inquiry import receipts

MOST = 5_000
PURPOSE, TYPE = "federation-page", "jingpiao-federation+jws"


class Page(NamedTuple):
    """Lines and the signed statement about them (联邦页)."""

    body: bytes
    signature: str


def page(feeds: Sequence[str], *, after: int, limit: int, now: datetime) -> Page:
    """Return the entries of these feeds that follow ``after``, in the order in which this platform learnt them."""
    rows = _entries(feeds, after, min(limit, MOST) + 1)
    more, rows = len(rows) > limit, rows[:limit]
    body = b"".join(_line(number, text) for number, text in rows)
    statement: dict[str, Any] = {
        "purpose": PURPOSE,
        "feeds": sorted(feeds),
        "after": after,
        "before": _mark(feeds, after),
        "cursor": rows[-1][0] if rows else after,
        "mark": digest(rows[-1][1].encode()) if rows else "",
        "count": len(rows),
        "more": more,
        "sha256": hashlib.sha256(body).hexdigest(),
        "at": now.isoformat(),
    }
    return Page(body, receipts.sign(statement, kind=TYPE))


def digest(text: bytes) -> str:
    """Return the digest by which an entry is recognised again."""
    return hashlib.sha256(text).hexdigest()[:32]


def _line(number: int, text: str) -> bytes:
    return msgspec.json.encode({"seq": number, "event": msgspec.Raw(text.encode())}) + b"\n"


def _entries(feeds: Sequence[str], after: int, limit: int) -> list[tuple[int, str]]:
    rows = sql.rows(
        f"SELECT id, body FROM ledger_journalentry WHERE id > %s AND {sql.among('feed')} ORDER BY id LIMIT %s",
        [after, sql.texts(feeds), limit],
    )
    return [(row[0], row[1]) for row in rows]


def _mark(feeds: Sequence[str], number: int) -> str:
    """Return the digest of the entry with this number, empty where these feeds have none."""
    rows = sql.rows(
        f"SELECT body FROM ledger_journalentry WHERE id = %s AND {sql.among('feed')}",
        [number, sql.texts(feeds)],
    )
    return digest(rows[0][0].encode()) if rows else ""
