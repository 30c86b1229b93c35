"""Blocks (号段): how complete each feed's dense number blocks are, counted now and then from what is held."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from fapiao.completeness import Gap, Numbered, gaps, measure, series_of
from fapiao.wording import BEIJING
from jingpiao import sql
from jingpiao.columns import from_micros
from jingpiao.ledger.own import CANARY
from jingpiao.status.models import BlockCount
from jingpiao.sync.timeline import last_spoken
from jingpiao.sync.timelines import current_timeline

LOOKS_BACK = timedelta(days=7)
MOST_ROWS = 300_000
"""At most so many of the newest invoices are looked at: a look has to stay cheap beside a large ledger."""
KEPT = timedelta(days=400)
_HELD = (
    "SELECT key, seller_tax_id, issued_at, CAST(issued_on AS TEXT), feed FROM ledger_invoice"
    f" WHERE issued_on >= %s AND version = 1 AND feed NOT LIKE '{CANARY}%%' ORDER BY issued_on DESC, id DESC LIMIT {MOST_ROWS}"
)
_ASIDE = "SELECT key FROM ledger_quarantined WHERE known_at >= %s AND released_at IS NULL AND key <> ''"


def count_blocks(now: datetime) -> bool:
    """Count every feed's blocks and keep the counts; false, because nothing more waits."""
    marks = _watermarks(now)
    found = measure(_held(now), _aside(now), marks)
    BlockCount.objects.bulk_create(
        [
            BlockCount(feed=feed, at=now, held=each.held, missing=each.missing, pending=each.pending)
            for feed, each in sorted(found.items())
        ]
    )
    BlockCount.objects.filter(at__lt=now - KEPT).delete()
    return False


def open_gaps(now: datetime, feed: str = "") -> list[Gap]:
    """Return the gaps that watermarks have passed, of one feed or of all: what operators ask the feeds for again."""
    marks = _watermarks(now)
    return [
        gap
        for gap in gaps(_held(now), _aside(now))
        if gap.feed in marks and gap.issued_to <= marks[gap.feed] and feed in ("", gap.feed)
    ]


def _watermarks(now: datetime) -> dict[str, datetime]:
    timeline = current_timeline()
    feeds = timeline.feeds(now, last_spoken(list(timeline.declarations), now))
    return {feed.feed: feed.watermark for feed in feeds if feed.watermark and feed.complete}


def _held(now: datetime) -> Sequence[Numbered]:
    since = (now - LOOKS_BACK).astimezone(BEIJING).date()
    return list(_numbered(sql.rows(_HELD, [since.isoformat()])))


def _numbered(rows: Sequence[tuple[str, str, int | None, str, str]]) -> Iterator[Numbered]:
    for key, seller, issued_at, issued_on, feed in rows:
        place = series_of(key)
        if place is None:
            continue
        moment = from_micros(issued_at) if issued_at is not None else _end_of(date.fromisoformat(issued_on))
        yield Numbered(series=place[0], seller=seller, place=place[1], issued_at=moment, feed=feed)


def _end_of(day: date) -> datetime:
    """A day without a time of issue is over only when the day is: until then its numbers are not due."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), BEIJING).astimezone(UTC)


def _aside(now: datetime) -> set[tuple[str, int]]:
    since = int((now - 2 * LOOKS_BACK).timestamp() * 1_000_000)
    places = (series_of(key) for (key,) in sql.rows(_ASIDE, [since]))
    return {place for place in places if place}
