"""The API of status (状态接口): feeds, raw lag series, announcements."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Router

from jingpiao.api.problem import ApiProblem
from jingpiao.columns import from_micros
from jingpiao.sync.selectors import feed_rows
from jingpiao.sync.timelines import current_timeline

router = Router(tags=["status"])


@router.get("/status", summary="feeds, watermarks, lag / 来源状态")
def status(request: HttpRequest) -> HttpResponse:
    """Give every feed as it stands; no token needed."""
    now = datetime.now(UTC)
    body = {"as_of": now, "feeds": feed_rows(current_timeline(), now)}
    return HttpResponse(msgspec.json.encode(body), content_type="application/json")


@router.get("/status/feeds/{feed}/lag.csv", summary="the raw series behind a feed's state / 原始延迟序列")
def lag_series(request: HttpRequest, feed: str) -> HttpResponse:
    """Give each watermark of a feed with the moment it was learnt, so that others can compute the state themselves."""
    timeline = current_timeline()
    if feed not in timeline.declarations:
        raise ApiProblem("not-found")
    marks = timeline.watermarks[feed]
    lines = ["known_at,complete_to,lag_seconds"]
    for known_at, complete_to in zip(marks.moments[-5000:], marks.rows[-5000:], strict=True):
        lines.append(
            f"{from_micros(known_at).isoformat()},{from_micros(complete_to).isoformat()},{(known_at - complete_to) // 10**6}"
        )
    return HttpResponse("\n".join(lines) + "\n", content_type="text/csv")


@router.get("/announcements", summary="announcements in force / 有效公告")
def announcements(request: HttpRequest) -> HttpResponse:
    """Give the announcements in force now; no token needed."""
    now = datetime.now(UTC)
    known = current_timeline().known_statements(now)
    rows = [each for each in known if each.starts_at <= now and (each.ends_at is None or now < each.ends_at)]
    return HttpResponse(
        msgspec.json.encode({"as_of": now, "announcements": rows}), content_type="application/json"
    )
