"""Numbered lines (编号行): finds what a feed left out, sent twice, sent in another order, or took back.

A feed that numbers its lines makes every fault of its delivery visible. The place kept as cursor is the highest number
seen, a mark of that line, and what is missing below it. Each visit asks for the last line again: if it reads otherwise,
the feed has begun its history anew and is read from the start — repeats change nothing.

A watermark says that everything before it was delivered. While something before it is missing that is not true of what we
have, so it is left at the source and read again when the gap is closed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from jingpiao.sync.source import SourceError

MOST_GAPS = 1_000


class Place(msgspec.Struct, kw_only=True):
    """How far a feed has been read (读取位置). ``held`` is the first number left at the source because of a gap, 0 for none."""

    at: int = 0
    mark: str = ""
    missing: list[tuple[int, int]] = []
    held: int = 0
    restarts: int = 0
    stuck: int = 0
    opaque: str = ""


class Line(NamedTuple):
    """One line as it came (一行): its number (0: not numbered), the event's bytes, whether it is void or a watermark."""

    seq: int
    body: bytes
    void: bool = False
    watermark: bool = False


class _Envelope(msgspec.Struct):
    seq: int
    event: msgspec.Raw = msgspec.Raw(b"")
    void: bool = False


class _Kind(msgspec.Struct):
    type: str = ""


def decode(cursor: str) -> Place:
    """Return the place that a cursor holds. Errors: `SourceError` ``source-cursor``."""
    try:
        return msgspec.json.decode(cursor, type=Place) if cursor else Place()
    except msgspec.DecodeError:
        raise SourceError("source-cursor", "游标读不出来", "the cursor cannot be read") from None


def encode(place: Place) -> str:
    """Return the cursor for a place."""
    return msgspec.json.encode(place).decode()


def lines_of(body: bytes) -> list[Line]:
    """Return a reply's lines; what is no numbered line comes with number 0, as it is."""
    return [_line(raw) for raw in body.splitlines() if raw.strip()]


def _line(raw: bytes) -> Line:
    try:
        told = msgspec.json.decode(raw, type=_Envelope)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Line(0, raw)
    event = bytes(told.event)
    if told.seq < 1 or not (event or told.void):
        return Line(0, raw)
    try:
        kind = msgspec.json.decode(event, type=_Kind).type if event else ""
    except msgspec.DecodeError:
        kind = ""
    return Line(told.seq, event, told.void, kind == "watermark")


def mark_of(line: Line) -> str:
    """Return a short digest of a line's content, whatever its order of keys and its ``at``."""
    try:
        told: Any = msgspec.json.decode(line.body or b"null")
    except msgspec.DecodeError:
        told = line.body.hex()
    if isinstance(told, dict):
        told.pop("at", None)
    return hashlib.sha256(msgspec.json.encode(told, order="sorted")).hexdigest()[:16]


def begun_anew(place: Place, lines: Sequence[Line], latest: int | None) -> bool:
    """Tell whether the feed's history is no longer the one we read: the last line reads otherwise or is gone."""
    if not place.at:
        return False
    if latest is not None and latest < place.at:
        return True
    if not place.mark:
        return False
    again = [line for line in lines if line.seq == place.at]
    return bool(again) and all(mark_of(line) != place.mark for line in again)


def advance(place: Place, lines: Sequence[Line]) -> tuple[Place, list[bytes]]:
    """Return the place after these lines and the events to keep, in order of their numbers.

    Errors: `SourceError` ``source-answer`` when the numbers leap about too much to be kept track of.
    """
    numbered = sorted((line for line in lines if line.seq), key=lambda line: line.seq)
    seen = {line.seq for line in numbered}
    top = max(seen, default=0)
    missing = list(_without(place.missing, seen))
    if top > place.at:
        missing += _holes(seen, place.at + 1, top)
    if len(missing) > MOST_GAPS:
        raise SourceError("source-answer", "来源的编号缺口过多", "the feed's numbers leave too many gaps")
    news = [line for line in numbered if line.seq != place.at or mark_of(line) != place.mark]
    events, held = _passed(news, missing, place.held)
    mark = mark_of(numbered[-1]) if top > place.at else place.mark
    after = Place(at=max(top, place.at), mark=mark, missing=missing, held=held)
    if held and not missing:  # the gap is closed: read again from the first watermark that was left there
        after = Place(at=held - 1)
    return after, events + [line.body for line in lines if not line.seq]


def _passed(lines: Iterable[Line], missing: list[tuple[int, int]], held: int) -> tuple[list[bytes], int]:
    """Return the events to keep now, and the first watermark left at the source."""
    first = min((low for low, _ in missing), default=None)
    events = []
    for line in lines:
        if line.watermark and first is not None and line.seq > first:
            held = min(held or line.seq, line.seq)
        elif not line.void:
            events.append(line.body)
    return events, held


def _holes(seen: set[int], low: int, top: int) -> list[tuple[int, int]]:
    holes: list[tuple[int, int]] = []
    expected = low
    for number in sorted(each for each in seen if each >= low):
        if number > expected:
            holes.append((expected, number - 1))
        expected = number + 1
    return holes


def _without(ranges: Iterable[tuple[int, int]], seen: set[int]) -> Iterator[tuple[int, int]]:
    """Yield what is left of ranges when the numbers seen are taken out."""
    for low, high in ranges:
        inside = sorted(each for each in seen if low <= each <= high)
        start = low
        for number in inside:
            if number > start:
                yield start, number - 1
            start = number + 1
        if start <= high:
            yield start, high


def named(ranges: Iterable[tuple[int, int]]) -> tuple[str, ...]:
    """Return gaps as people write them."""
    return tuple(str(low) if low == high else f"{low}–{high}" for low, high in ranges)
