"""http (HTTP 拉取): a feed of numbered event lines behind a URL, read from a cursor on; gaps are asked for again."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Annotated
from urllib.parse import urlencode

import msgspec

from jingpiao.outbound.http import Reply
from jingpiao.sync import numbered
from jingpiao.sync.fetching import fetch
from jingpiao.sync.numbered import Line, Place
from jingpiao.sync.source import Arrivals, Health, Source, SourceError, asks

KINDS = ("application/jsonl", "application/x-ndjson")
CLOCK_SLACK_SECONDS = 300
PATIENCE = 3
"""Visits in a row that may come no further before the source is asked more slowly."""


class HttpSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of an HTTP feed (HTTP 来源设置)."""

    url: Annotated[
        str,
        asks(
            "接口地址",
            "Address of the feed",
            hint="例如 https://feed.example.org/events",
            hint_en="For example https://feed.example.org/events",
        ),
        msgspec.Meta(pattern="^https?://[^\\s]+$", max_length=500),
    ]
    token: Annotated[str, asks("访问令牌", "Access token", secret=True)] = ""
    limit: Annotated[int, asks("每次最多行数", "Most lines a visit"), msgspec.Meta(ge=1, le=10_000)] = 2_000


def collect(settings: HttpSettings, cursor: str) -> Arrivals:
    """Make one visit: what is missing first, then what is new. Errors: `SourceError`."""
    place = numbered.decode(cursor)
    notes: list[str] = []
    found: list[Line] = []
    if place.missing:
        found, told = _ask_again(settings, place.missing[0])
        notes += told
    reply = _ask(settings, place)
    latest = _number(reply, "jingpiao-latest")
    lines = _believable(numbered.lines_of(reply.body), latest)
    notes += _clock(reply)
    if numbered.begun_anew(place, lines, latest):
        return _from_the_start(place, notes)
    if place.opaque or (lines and not any(line.seq for line in lines)):
        return _opaque(place, reply, lines, notes)
    after, events = numbered.advance(place, [*found, *lines])
    if lines and max(line.seq for line in lines) < place.at:
        notes.append(f"cursor: asked after {place.at}, got older lines; kept our place")
    moved = after.at != place.at or after.missing != place.missing
    behind = after.at < latest if latest is not None else len(lines) > settings.limit
    after.stuck = _stuck(place, stands=behind and not moved)
    after.missing = after.missing[1:] + after.missing[:1]  # every gap gets its turn
    return Arrivals(
        cursor=numbered.encode(after),
        lines=tuple(events),
        more=behind or (moved and bool(after.missing)),
        notes=tuple(notes),
        gaps=numbered.named(sorted(after.missing)),
    )


def _believable(lines: list[Line], latest: int | None) -> list[Line]:
    """Take the number away from lines that claim one beyond the feed's newest: it must not carry our place along."""
    if latest is None:
        return lines
    return [line if line.seq <= latest else line._replace(seq=0) for line in lines]


def _stuck(place: Place, *, stands: bool) -> int:
    """Count visits that came no further although there is more. Errors: `source-cursor` after a few."""
    if stands and place.stuck >= PATIENCE:
        raise SourceError(
            "source-cursor",
            f"来源说后面还有，却一直不给第 {place.at} 行之后的内容",
            f"the source says there is more after line {place.at} and does not give it",
        )
    return place.stuck + 1 if stands else 0


def _ask(settings: HttpSettings, place: Place) -> Reply:
    """Ask for what comes after the place, and for its last line again."""
    if place.opaque:
        return _get(settings, {"after": place.opaque, "limit": settings.limit})
    return _get(settings, {"after": max(0, place.at - 1), "limit": settings.limit + 1})


def _ask_again(settings: HttpSettings, gap: tuple[int, int]) -> tuple[list[Line], list[str]]:
    low, high = gap[0], min(gap[1], gap[0] + settings.limit - 1)
    reply = _get(settings, {"from": low, "to": high})
    found = [line for line in numbered.lines_of(reply.body) if low <= line.seq <= high]
    return found, [f"gap: asked again for {low}–{high}, got {len(found)}"]


def _get(settings: HttpSettings, asked: dict[str, int | str]) -> Reply:
    glue = "&" if "?" in settings.url else "?"
    reply = fetch(f"{settings.url}{glue}{urlencode(asked)}", token=settings.token, accept=KINDS)
    counted = _number(reply, "jingpiao-count")
    held = sum(1 for raw in reply.body.splitlines() if raw.strip())
    if counted is not None and counted != held:
        raise SourceError(
            "source-answer",
            f"来源说有 {counted} 行，只收到 {held} 行",
            f"the source announced {counted} lines, {held} came",
        )
    told = reply.headers.get("jingpiao-digest", "")
    if told and told.lower() != hashlib.sha256(reply.body).hexdigest():
        raise SourceError(
            "source-answer", "答复内容与其摘要不符", "the reply does not match the digest that came with it"
        )
    return reply


def _number(reply: Reply, name: str) -> int | None:
    text = reply.headers.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _from_the_start(place: Place, notes: list[str]) -> Arrivals:
    """Begin again: the feed's history is another one. Once at once, afterwards at the usual rhythm."""
    note = f"cursor: the feed no longer tells line {place.at} as it did; reading it from the start"
    anew = Place(restarts=place.restarts + 1)
    return Arrivals(cursor=numbered.encode(anew), notes=(*notes, note), more=place.restarts == 0)


def _opaque(place: Place, reply: Reply, lines: list[Line], notes: list[str]) -> Arrivals:
    """Read a feed that does not number its lines: its own cursor is all there is to go by."""
    cursor = reply.headers.get("jingpiao-cursor", "")
    if not cursor:
        raise SourceError(
            "source-answer",
            "答复既没有行号也没有游标",
            "the reply has neither numbered lines nor a cursor",
        )
    moved = cursor != place.opaque
    return Arrivals(
        cursor=numbered.encode(Place(opaque=cursor)),
        lines=tuple(line.body for line in lines),
        more=moved and reply.headers.get("jingpiao-more") == "1",
        notes=tuple(notes),
    )


def _clock(reply: Reply) -> list[str]:
    """Say when the source's clock is off."""
    try:
        told = parsedate_to_datetime(reply.headers.get("date", ""))
    except (ValueError, TypeError):
        return []
    off = (told - datetime.now(UTC)).total_seconds()
    return [f"clock: the source's clock is off by {off:.0f} s"] if abs(off) > CLOCK_SLACK_SECONDS else []


def probe(settings: HttpSettings) -> Health:
    """Ask for one line."""
    try:
        reply = _get(settings, {"after": 0, "limit": 1})
    except SourceError as slip:
        return Health(ok=False, message=slip.message, message_en=slip.message_en)
    lines = numbered.lines_of(reply.body)
    way = (
        ("行有编号", "lines are numbered")
        if any(line.seq for line in lines)
        else ("行无编号", "not numbered")
    )
    return Health(
        ok=True,
        message=f"连接正常，{way[0]}",
        message_en=f"The feed answers; {way[1]}",
        took_ms=reply.took_ms,
    )


SOURCE = Source(
    key="http",
    label="HTTP 拉取",
    label_en="HTTP feed (pull)",
    what="对方有接口：我们按游标去取事件，断了能续，缺了会补问",
    what_en="They have an interface: we fetch events from a cursor on, and ask again for what is missing",
    settings=HttpSettings,
    collect=collect,
    probe=probe,
)
