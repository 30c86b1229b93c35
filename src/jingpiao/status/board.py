"""The board (状态板): the whole public status as one plain object, the same for page, API, snapshot and operators' metrics.

`whole` needs the database and is what a beat writes down; `seen_now` is what a visitor gets: the newest snapshot, with the
feeds' newest word laid over it while the database answers, and with everything ``unknown`` once measuring has stopped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db.models import Count

from fapiao.feeds import State
from jingpiao.status import hours, reaching, snapshot, telling
from jingpiao.status.lines import Measuring
from jingpiao.status.models import BlockCount, Canary, Incident, Sample
from jingpiao.status.regions import most, regions_of
from jingpiao.status.rules import Flight, path_state, worst_of
from jingpiao.sync.selectors import feed_rows
from jingpiao.sync.timelines import current_timeline

PROMISED_MS = 60_000
"""What our own path promises: 95 in 100 canaries found within a minute, over a day."""
SHOWN_INCIDENTS = timedelta(days=30)
MOST_INCIDENTS = 100
_ORDER = {"outage": 0, "delayed": 1, "unknown": 2, "current": 3}


def whole(*, now: datetime, how: Measuring) -> dict[str, Any]:
    """Return the whole status from the database."""
    board = live(now=now, how=how)
    day, month = hours.by_feed(now, hours.DAY), _months(now)
    blocks = _completeness(now)
    board["month_hour"] = hours.hour_of(now)
    for row in board["feeds"]:
        feed = row["feed"]
        row["day"] = hours.over(day.get(feed, ()))
        row["month"] = max(month.get(feed, row["day"]), row["day"], key=_looks)
        row["course"] = hours.course(day.get(feed, ()), now)
        row["completeness"] = blocks.get(feed)
    plain: dict[str, Any] = msgspec.to_builtins(board, builtin_types=(datetime,))
    return plain


def _looks(figures: dict[str, Any]) -> int:
    """A feed's first day is its month so far."""
    return int(figures["looks"])


def _months(now: datetime) -> dict[str, dict[str, Any]]:
    """Return each feed's month, worked out anew once an hour: 720 hours a feed are too many for every beat."""
    kept = snapshot.read()
    if kept and kept.get("month_hour") == hours.hour_of(now):  # a snapshot of an older release has none
        return {row["feed"]: row["month"] for row in kept["feeds"]}
    return {feed: hours.over(rows) for feed, rows in hours.by_feed(now, hours.MONTH).items()}


def live(*, now: datetime, how: Measuring) -> dict[str, Any]:
    """Return what changes from moment to moment: the feeds' word, canaries, incidents, announcements."""
    timeline = current_timeline()
    measured_at = Sample.objects.order_by("-at").values_list("at", flat=True).first()
    paths = _paths(now, how)
    looked_at = _looked_at(measured_at, now, how)
    rows = [
        _with_path(row, paths.get(row["feed"], ()), now, how, looked_at=row["feed"] in looked_at)
        for row in feed_rows(timeline, now, how.lines)
    ]
    statements = [
        each
        for each in timeline.known_statements(now)
        if each.starts_at <= now and (each.ends_at is None or now < each.ends_at)
    ]
    return {
        "as_of": now,
        "measured_at": measured_at,
        "beat_seconds": how.beat,
        "lines": {"delayed_seconds": how.lines.delayed, "outage_seconds": how.lines.outage},
        "feeds": rows,
        "incidents": [telling.told(row) for row in _incidents(now)],
        "announcements": statements,
    }


def _paths(now: datetime, how: Measuring) -> dict[str, list[Flight]]:
    found: dict[str, list[Flight]] = {}
    since = now - timedelta(seconds=how.lines.outage + 5 * how.beat)
    for feed, sent, seen in (
        Canary.objects.filter(sent_at__gte=since)
        .order_by("sent_at")
        .values_list("feed", "sent_at", "seen_at")
    ):
        found.setdefault(feed, []).append(Flight(sent_at=sent, seen_at=seen))
    return found


def _with_path(
    row: dict[str, Any], flights: Sequence[Flight], now: datetime, how: Measuring, *, looked_at: bool
) -> dict[str, Any]:
    """Add how our own path stands for a feed: one that is looked at while no canary flies has no door to fly through."""
    state, _ = path_state(flights, now, stale_after=how.stopped_after.total_seconds(), lines=how.lines)
    seen = [flight for flight in flights if flight.seen_at]
    last = round(1000 * seen[-1].lag(now)) if seen else None
    reason = "not-served" if looked_at and state == "unknown" else None
    return row | {"path": {"state": state, "last_ms": last, "reason": reason}}


def _looked_at(measured_at: datetime | None, now: datetime, how: Measuring) -> set[str]:
    """Return the feeds that the newest beat looked at, none where it is too long ago."""
    if measured_at is None or now - measured_at > how.stopped_after:
        return set()
    return set(Sample.objects.filter(at=measured_at).values_list("feed", flat=True))


def _incidents(now: datetime) -> Sequence[Incident]:
    """Return the open incidents and those of the last month, the open ones first, the newest first."""
    rows = (
        Incident.objects.prefetch_related("words")
        .annotate(marked_answers=Count("marks"))
        .order_by("-opened_at")
    )
    opened = list(rows.filter(closed_at=None))
    past = rows.filter(closed_at__gt=now - SHOWN_INCIDENTS)[:MOST_INCIDENTS]
    return [*opened, *past]


def _completeness(now: datetime) -> dict[str, dict[str, Any]]:
    found = {}
    for row in BlockCount.objects.filter(at__gt=now - timedelta(days=2)).order_by("at"):
        due = row.held + row.missing
        found[row.feed] = {
            "at": row.at,
            "held": row.held,
            "missing": row.missing,
            "pending": row.pending,
            "share": round(row.held / due, 5) if due else None,
            "share_text": f"{100 * row.held / due:.2f}%" if due else None,
        }
    return found


def seen_now(*, now: datetime, how: Measuring) -> dict[str, Any]:
    """Return what a visitor sees, whatever happened to the database or to the measuring."""
    kept = snapshot.read()
    try:
        board = reaching.ask(lambda: live(now=now, how=how) if kept else whole(now=now, how=how))
    except reaching.DatabaseAwayError:
        return _finish(kept or _EMPTY | {"as_of": None}, now, how, answers=False)
    known = {row["feed"]: row for row in kept["feeds"]} if kept else {}
    board["feeds"] = [_NEW | known.get(row["feed"], {}) | row for row in board["feeds"]]
    return _finish(board, now, how, answers=True)


_NEW: dict[str, Any] = {"day": hours.over(()), "month": hours.over(()), "course": [], "completeness": None}
"""What stands for a feed that was declared after the newest beat."""
_EMPTY: dict[str, Any] = {"measured_at": None, "feeds": [], "incidents": [], "announcements": []}


def _finish(board: Mapping[str, Any], now: datetime, how: Measuring, *, answers: bool) -> dict[str, Any]:
    """Say how old it is, and grey everything that is no longer measured."""
    told = dict(board)
    measured_at = told["measured_at"]
    if isinstance(measured_at, str):
        measured_at = datetime.fromisoformat(measured_at)
    age = None if measured_at is None else max(0, int((now - measured_at).total_seconds()))
    fresh = measured_at is not None and now - measured_at <= how.stopped_after
    rows = [row if fresh else _unmeasured(row) for row in told["feeds"]]
    told["feeds"] = sorted(rows, key=lambda row: (_ORDER[row["state"]], row["feed"]))
    told |= {
        "measured_at": measured_at,
        "age_seconds": age,
        "source": "database" if answers else "snapshot",
        "monitor": "current" if fresh else "unknown",
        "now": now,
        "components": _components(told["feeds"], fresh=fresh, answers=answers),
        "regions": regions_of(told["feeds"]),
    }
    return told


def _unmeasured(row: dict[str, Any]) -> dict[str, Any]:
    path = row.get("path") or {}
    return row | {"last_state": row["state"], "state": "unknown", "path": path | {"state": "unknown"}}


def _components(rows: Sequence[dict[str, Any]], *, fresh: bool, answers: bool) -> list[dict[str, Any]]:
    path: State = worst_of(row["path"]["state"] for row in rows) if rows else "unknown"
    promising = [row for row in rows if row["complete"]] or rows
    feeds: State = worst_of(row["state"] for row in promising) if rows else "unknown"
    slowest = most((row.get("day") or {}).get("canary_p95_ms") for row in rows)
    return [
        {"key": "feeds", "label": "来源", "label_en": "Feeds", "state": feeds},
        {
            "key": "path",
            "label": telling.PATH_LABEL,
            "label_en": telling.PATH_LABEL_EN,
            "state": path,
            "canary_p95_ms": slowest,
            "promised_ms": PROMISED_MS,
            "kept": None if slowest is None else slowest <= PROMISED_MS,
            **_note(rows),
        },
        {
            "key": "database",
            "label": "数据库",
            "label_en": "Database",
            "state": "current" if answers else "outage",
        },
        {
            "key": "monitor",
            "label": "状态测量",
            "label_en": "Measuring",
            "state": "current" if fresh else "unknown",
        },
    ]


NOT_SERVED = (
    "没有测量：后台进程不知道网页服务在哪里（没有启动 jingpiao serve，或没有设置 JINGPIAO_DOOR）",
    "not measured: the worker knows of no web service (jingpiao serve is not running, or JINGPIAO_DOOR is not set)",
)


def _note(rows: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Return why our own path is not known, where it is for want of a door."""
    if not any(row["path"].get("reason") == "not-served" for row in rows):
        return {}
    return {"note": NOT_SERVED[0], "note_en": NOT_SERVED[1]}
