"""Connections as operators see them (来源连接概况): state, cursor, throughput, gaps, quarantine."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, Sum

from jingpiao.api.models import Token
from jingpiao.ledger.models import Quarantined
from jingpiao.ledger.own import is_verification
from jingpiao.sync.configuration import shown
from jingpiao.sync.models import Connection, UnreadLine, Visit
from jingpiao.sync.selectors import feed_rows
from jingpiao.sync.source import SOURCES
from jingpiao.sync.timelines import current_timeline

COUNTS = ("lines", "fresh", "repeats", "flagged", "unread", "quarantined", "documents", "took_ms")


def state_of(connection: Connection, now: datetime) -> str:
    """Return ``paused``, ``waiting`` (nothing is fetched), ``open`` (circuit), ``failing``, ``new``, ``behind`` or ``well``."""
    source = SOURCES.get(connection.member)
    if connection.paused:
        return "paused"
    if source is None or source.collect is None:
        return "waiting"
    if connection.opened_until and connection.opened_until > now:
        return "open"
    if connection.failures:
        return "failing"
    if connection.last_ok_at is None:
        return "new"
    return "well" if connection.caught_up and not connection.gaps else "behind"


def rows(now: datetime) -> list[dict[str, Any]]:
    """Return every connection, those in trouble first."""
    order = {"open": 0, "failing": 1, "behind": 2, "paused": 3, "new": 4, "waiting": 5, "well": 6}
    found = [row(each, now) for each in Connection.objects.order_by("key")]
    return sorted(found, key=lambda each: (order[each["state"]], each["key"]))


def pulled_feeds() -> set[str]:
    """Return the feeds that this platform fetches by itself; all others are pushed, loaded or brought."""
    members = [key for key, source in SOURCES.items() if source.collect is not None]
    return set(Connection.objects.filter(member__in=members).values_list("feed", flat=True))


def unconnected(now: datetime) -> list[dict[str, Any]]:
    """Return the feeds that speak without being set up here: pushed with a token, or loaded by command."""
    known = set(Connection.objects.values_list("feed", flat=True))
    tokens = Token.objects.filter(role="feed", revoked_at=None).values_list("feed", flat=True)
    pushing = set(tokens)
    found = [each for each in feed_rows(current_timeline(), now) if each["feed"] not in known]
    return [{**each, **_way(each["feed"], pushed="" in pushing or each["feed"] in pushing)} for each in found]


def _way(feed: str, *, pushed: bool) -> dict[str, str]:
    if is_verification(feed):
        return {"way": "外部查验的答复", "way_en": "answers of the outside verifier"}
    if feed.startswith("export:"):
        return {"way": "导入的官方导出", "way_en": "official exports that were imported"}
    if pushed:
        return {"way": "自己推送到事件接口", "way_en": "pushes to the events door itself"}
    return {"way": "用命令载入", "way_en": "loaded by command"}


def row(connection: Connection, now: datetime) -> dict[str, Any]:
    """Return one connection as JSON-ready values, secrets masked, with what it brought in the last 24 hours."""
    source = SOURCES.get(connection.member)
    day = Visit.objects.filter(connection=connection, begun_at__gte=now - timedelta(days=1))
    sums = day.aggregate(
        **{name: Sum(name) for name in COUNTS}, visits=Count("id"), failed=Count("id", filter=~Q(error=None))
    )
    return {
        "key": connection.key,
        "label": connection.label,
        "member": connection.member,
        "member_label": source.label if source else connection.member,
        "member_label_en": source.label_en if source else connection.member,
        "feed": connection.feed,
        "state": state_of(connection, now),
        "every_seconds": connection.every_seconds,
        "settings": shown(source, connection.settings) if source else {},
        "cursor": connection.cursor,
        "caught_up": connection.caught_up,
        "gaps": connection.gaps,
        "failures": connection.failures,
        "due_at": connection.due_at,
        "opened_until": connection.opened_until,
        "last_ok_at": connection.last_ok_at,
        "last_error": connection.last_error,
        "day": {name: value or 0 for name, value in sums.items()},
        "quarantine": Quarantined.objects.filter(
            feed=connection.feed, released_at=None, shelved_at=None
        ).count(),
        "unread": UnreadLine.objects.filter(source=f"source:{connection.key}", corrected_at=None).count(),
    }


def throughput(connection: Connection, now: datetime, hours: int = 24) -> list[dict[str, Any]]:
    """Return what came in each of the last hours, oldest first, with its share of the busiest hour."""
    since = now - timedelta(hours=hours)
    sums: list[dict[str, Any]] = [
        {"hour": since + timedelta(hours=n), "lines": 0, "fresh": 0, "failed": 0} for n in range(hours)
    ]
    visits = Visit.objects.filter(connection=connection, begun_at__gt=since, begun_at__lte=now)
    for begun, lines, fresh, error in visits.values_list("begun_at", "lines", "fresh", "error").iterator():
        cell = sums[min(hours - 1, int((begun - since) / timedelta(hours=1)))]
        cell["lines"] += lines
        cell["fresh"] += fresh
        cell["failed"] += error is not None
    most = max(max(cell["lines"] for cell in sums), 1)
    return [{**cell, "share": round(100 * cell["lines"] / most)} for cell in sums]


def visits(connection: Connection, most: int = 30) -> list[Visit]:
    """Return the newest visits."""
    return list(Visit.objects.filter(connection=connection).order_by("-id")[:most])


def told(visit: Visit) -> dict[str, Any]:
    """Return one visit as JSON-ready values."""
    names = ("begun_at", *COUNTS, "cursor", "notes", "error")
    return {name: getattr(visit, name) for name in names}
