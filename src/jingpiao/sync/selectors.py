"""Selectors of sync (同步): feeds as they stand, imports and their rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from fapiao import feeds
from fapiao.situation import FeedFacts
from fapiao.wording import moment, moment_en
from jingpiao.columns import to_micros
from jingpiao.sync.models import ImportBatch, ImportedRow, ImportFile, UnreadLine
from jingpiao.sync.series import Series
from jingpiao.sync.timeline import Timeline, last_spoken


def feed_rows(timeline: Timeline, now: datetime, lines: feeds.Lines = feeds.LINES) -> list[dict[str, Any]]:
    """Return every feed with watermark, lag, state and open faults, those in trouble first."""
    order = {"outage": 0, "delayed": 1, "unknown": 2, "current": 3}
    rows = [
        _feed_row(feed, now, lines)
        for feed in timeline.feeds(now, last_spoken(list(timeline.declarations), now))
    ]
    return sorted(rows, key=lambda row: (order[row["state"]], row["feed"]))


def _feed_row(feed: FeedFacts, now: datetime, lines: feeds.Lines) -> dict[str, Any]:
    return {
        "feed": feed.feed,
        "label": feed.label or feed.feed,
        "regions": list(feed.regions),
        "kinds": list(feed.kinds),
        "watermark": feed.watermark,
        "lag_seconds": feeds.lag(feed, now),
        "state": feeds.state(feed, now, lines),
        "spoke_at": feed.spoke_at,
        "complete": feed.complete,
        "same_day": feed.same_day,
        "faults": [
            {
                "component": each.component,
                "message": each.message,
                "since": each.since,
                "batch": each.batch or None,
            }
            for each in feed.faults
        ],
    }


LINES = 50
SAMPLES = 48
"""How many measurements a sparkline shows over its hours."""


def lag_samples(timeline: Timeline, feed: str, now: datetime, hours: int = 24) -> list[float | None]:
    """Return a feed's lag in seconds, sampled over the last hours, oldest first; ``None`` before its first watermark."""
    marks, last = timeline.watermarks[feed], to_micros(now)
    step = hours * 3_600_000_000 // (SAMPLES - 1)
    return [_lag_at(marks, last - step * back) for back in range(SAMPLES - 1, -1, -1)]


def _lag_at(marks: Series[int], micros: int) -> float | None:
    place = marks.until(micros)
    if not place:
        return None
    newest = max(marks.rows[max(0, place - 20) : place])
    return max(0.0, (micros - newest) / 1e6)


def lag_alarm(feed: FeedFacts) -> float | None:
    """Return the lag in seconds from which a feed is out of its own rhythm, ``None`` without one."""
    usual = feed.usual_gap or (2.0 * feed.every_seconds if feed.every_seconds else None)
    return 1.5 * usual if usual else None


def feed_rows_with_past(timeline: Timeline, now: datetime) -> list[dict[str, Any]]:
    """Return `feed_rows`, each with its lag over the last day and its alarm line."""
    spoke = last_spoken(list(timeline.declarations), now)
    facts = {feed.feed: feed for feed in timeline.feeds(now, spoke)}
    return [
        row | {"lags": lag_samples(timeline, row["feed"], now), "alarm": lag_alarm(facts[row["feed"]])}
        for row in feed_rows(timeline, now)
    ]


def import_progress(batch: int) -> dict[str, Any] | None:
    """Return how far an import has come, ``None`` when there is no such import."""
    found = ImportBatch.objects.filter(pk=batch).first()
    if found is None:
        return None
    names = ("new", "duplicate", "conflict", "quarantined", "failed")
    files = list(found.files.order_by("id"))
    return {
        "id": found.pk,
        "state": found.state,
        "made_at": found.made_at,
        "finished_at": found.finished_at,
        "files": [
            {
                "name": file.name,
                "finished": file.finished,
                "rows": file.done,
                "expected": file.expected,
                "exports": [_export_words(each) for each in file.understood or ()],
            }
            for file in files
        ],
        "percent": 100 if found.state == "done" else _percent(files),
        "rows": found.counts.get("rows", 0),
        "counts": {name: found.counts.get(name, 0) for name in names},
    }


_MADE_BY = {
    "created": ("文件属性里的创建时间", "the file's property created"),
    "modified": ("文件属性里的保存时间", "the file's property modified"),
    "name": ("文件名", "the file's name"),
    "arrival": ("收到的时间，文件里没有可信的导出时间", "its arrival: the file tells no moment that can be"),
}


def _export_words(told: dict[str, Any]) -> dict[str, str]:
    """Return in both languages what an official export was taken for, and where its moment was read."""
    if "doubt" in told:
        return {
            "message": "像是官方导出，但看不出是哪个纳税人的（一列里的税号不止一个，或两列都只有一个）：行已导入，没有记为导出。"
            "把纳税人的税号写进文件名，再导入一次即可",
            "message_en": "looks like an official export, but not whose: rows were taken in, no export was noted. "
            "Put the taxpayer's number into the file's name and import it again",
        }
    made = datetime.fromisoformat(told["exported_at"])
    way, way_en = ("取得发票", "received") if told["direction"] == "received" else ("开具发票", "issued")
    by, by_en = _MADE_BY[told["exported_by"]]
    return {
        "message": f"官方导出：{told['name'] or told['tax_id']} {way}，{told['period_from']} 至 {told['period_to']}，"
        f"导出于 {moment(made)}（依据{by}）",
        "message_en": f"official export: {told['tax_id']}, {way_en}, {told['period_from']} to {told['period_to']}, "
        f"exported {moment_en(made)} (by {by_en})",
    }


def imported_by(batch: int) -> str | None:
    """Return who began an import, ``None`` when there is no such import."""
    return ImportBatch.objects.filter(pk=batch).values_list("by", flat=True).first()


NEED_A_LOOK = ("conflict", "quarantined", "failed")
"""Results of a row that somebody should look at."""


def imports(most: int = 20) -> list[tuple[ImportBatch, int]]:
    """Return the newest imports, each with how many of its rows need a look."""
    newest = ImportBatch.objects.order_by("-id").prefetch_related("files")[:most]
    return [(batch, sum(batch.counts.get(name, 0) for name in NEED_A_LOOK)) for batch in newest]


def _percent(files: list[ImportFile]) -> int | None:
    """How far all files are, each counting alike; ``None`` where the only one does not tell its length beforehand."""
    if len(files) == 1 and not files[0].expected:
        return None
    done = sum(
        1.0 if file.finished else min(0.99, file.done / file.expected) if file.expected else 0.0
        for file in files
    )
    return int(100 * done / len(files)) if files else None


def import_row_results(
    batch: int, *, after: int = 0, limit: int | None = None, result: str = ""
) -> Iterator[dict[str, Any]]:
    """Yield row results (contract §6) in order, from row id ``after`` on."""
    rows = ImportedRow.objects.filter(batch_id=batch, pk__gt=after).order_by("pk")
    if result:
        rows = rows.filter(result=result)
    for row in (rows[:limit] if limit else rows).iterator(chunk_size=2000):
        yield {
            "ref": str(row.pk),
            "file": row.file,
            "row": row.row,
            "result": row.result,
            "number": row.number or None,
            "code": row.code or None,
            "original": row.original,
            "findings": row.findings,
            "error": row.error,
        }


def unread_lines(number: int = 1) -> tuple[list[UnreadLine], bool]:
    """Return a page of the lines that still cannot be read, newest first, and whether more follows."""
    waiting = UnreadLine.objects.filter(corrected_at=None).order_by("-id")
    rows = list(waiting[(number - 1) * LINES : number * LINES + 1])
    return rows[:LINES], len(rows) > LINES
