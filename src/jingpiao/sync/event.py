"""A feed event (来源事件): one line of what a source tells (contract §5), read and checked for form."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from fapiao.invoice import invoice_key
from jingpiao.api.bodies import DEEPEST, too_deep
from jingpiao.ledger.own import is_closed

TYPES = frozenset(
    {
        "feed",
        "invoice",
        "state",
        "watermark",
        "heartbeat",
        "fault",
        "fault-cleared",
        "trash",
        "untrash",
        "import-row",
        "announcement",
        "taxpayer",
        "outcome",
    }
)
TWICE = frozenset({"invoice", "announcement"})
"""Types of which other content under the same id counts as well: invoices stand in conflict, and of two announcements the
later replaces the former; of the rest the first stays, and the other is only flagged."""
_NEEDS: dict[str, tuple[str, ...]] = {
    "invoice": ("invoice",),
    "state": ("number", "state"),
    "watermark": ("complete_to",),
    "fault": ("component",),
    "fault-cleared": ("component",),
    "trash": ("number",),
    "untrash": ("number",),
    "import-row": ("number", "result"),
    "announcement": ("id", "title"),
    "taxpayer": ("tax_id",),
    "outcome": ("claim", "cause"),
}
_STATES = frozenset(
    {"normal", "voided", "reversed", "partly-reversed", "abnormal", "out-of-control", "unknown"}
)


MOST_BYTES = 8 * 2**20
"""Bytes of one line; an invoice of two thousand lines has one million."""
NUL = b"\\u0000"
"""A sign that PostgreSQL holds in no text; the line itself is kept with it."""
BOM = b"\xef\xbb\xbf"
"""What some editors put before the first line."""
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 12, 30, tzinfo=UTC)
"""Moments taken in lie between these: every zone can still show them. People write 9999-12-31 for "no end"."""


class LineError(ValueError):
    """A line that is no event (读不懂的行); the text says why."""


@dataclass(slots=True)
class Event:
    """One event (来源事件). ``event_key`` is its own id, or a digest of the whole line where it has none."""

    feed: str
    type: str
    known_at: datetime
    event_key: str
    digest: str
    told: dict[str, Any]
    body: str


def parse_line(line: bytes, feeds: Collection[str] | None = None) -> Event:
    """Read one line. ``feeds``, if given, are the only ones that may speak here. Errors: `LineError`."""
    if len(line) > MOST_BYTES:
        raise LineError(f"longer than {MOST_BYTES // 2**20} MB")
    line = line.removeprefix(BOM)
    try:
        told = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as slip:
        raise LineError(f"not JSON: {slip}") from None
    except RecursionError:
        raise LineError(f"nested deeper than {DEEPEST} levels") from None
    if too_deep(line, told):
        raise LineError(f"nested deeper than {DEEPEST} levels")
    if NUL in line:
        told = _without_nul(told)
    if not isinstance(told, dict):
        raise LineError("not a JSON object")
    kind, name = told.get("type"), told.get("feed")
    if not isinstance(kind, str) or kind not in TYPES:
        raise LineError(f"unknown type {kind!r}")
    if not isinstance(name, str) or not name:
        raise LineError("no feed")
    if is_closed(name) and name not in (feeds or ()):
        raise LineError(f"{name!r} is this platform's own name")
    if feeds is not None and name not in feeds:
        raise LineError(f"feed {name!r} may not speak here, only {', '.join(feeds)}")
    _check(kind, told)
    known_at = moment(told.get("at"), "at")
    if known_at is None:
        raise LineError("no at")
    content = {key: value for key, value in told.items() if key != "at"}
    digest = hashlib.sha256(msgspec.json.encode(content, order="sorted")).hexdigest()[:32]
    own = told.get("id")
    key = str(own) if own not in (None, "") else f"at:{told['at']}:{digest}"
    return Event(name, kind, known_at, key, digest, told, line.decode("utf-8", "replace").strip())


def _without_nul(told: Any) -> Any:
    if isinstance(told, str):
        return told.replace("\x00", "")
    if isinstance(told, list):
        return [_without_nul(each) for each in told]
    if isinstance(told, dict):
        return {name.replace("\x00", ""): _without_nul(each) for name, each in told.items()}
    return told


def _check(kind: str, told: dict[str, Any]) -> None:
    missing = [name for name in _NEEDS.get(kind, ()) if told.get(name) in (None, "")]
    if missing:
        raise LineError(f"{kind} without {', '.join(missing)}")
    if kind == "invoice" and not isinstance(told["invoice"], dict):
        raise LineError("invoice is not an object")
    if kind == "state" and not (isinstance(told["state"], str) and told["state"] in _STATES):
        raise LineError(f"unknown state {told['state']!r}")
    if kind == "outcome" and not isinstance(told["claim"], dict):
        raise LineError("claim is not an object")


def moment(value: Any, name: str) -> datetime | None:
    """Return a moment that carries an offset, ``None`` for null. Errors: `LineError`."""
    if value is None:
        return None
    try:
        when = datetime.fromisoformat(value.upper())  # RFC 3339 lets t and z be small
    except (AttributeError, TypeError, ValueError):
        raise LineError(f"{name} is not a time: {value!r}") from None
    if when.tzinfo is None:
        raise LineError(f"{name} has no offset: {value!r}")
    if when < EARLIEST:
        raise LineError(f"{name} is before {EARLIEST.year}: {value!r}")
    return min(when, LATEST)


def whole(value: Any, name: str) -> int | None:
    """Return a count that fits a column, ``None`` for null and nought. Errors: `LineError`."""
    if not value:
        return None
    try:
        count = int(value)
    except (TypeError, ValueError, OverflowError):
        count = -1
    if not 0 < count < 2**31:
        raise LineError(f"{name} is not a count: {str(value)[:40]!r}")
    return count


def named_key(told: dict[str, Any]) -> str:
    """Return the lookup key that an event's ``code`` and ``number`` name."""
    code, number = told.get("code"), str(told["number"])
    return number if len(number) == 20 else invoice_key(str(code) if code else None, number)
