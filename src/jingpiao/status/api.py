"""The API of status (状态接口): feeds, incidents, the raw series behind every state, announcements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Router

from jingpiao.api.declaring import one, says, table, text
from jingpiao.api.problem import ApiProblem
from jingpiao.api.rates import Bucket, per_second, spend
from jingpiao.api.tokens import require
from jingpiao.inquiry.expired import for_api
from jingpiao.status import atom, board, reaching, series, telling
from jingpiao.status.blocks import open_gaps
from jingpiao.status.lines import measuring
from jingpiao.status.marking import incidents_touching
from jingpiao.sync.timelines import current_timeline

router = Router(tags=["status"])
_looks = Bucket(per_second("STATUS", 20), burst=100)


@router.get(
    "/status",
    summary="feeds, watermarks, lag, incidents / 运行状态",
    openapi_extra=says(
        "给出全部公开状态，不需要令牌；数据库不应答时用快照答复并写明其时间。",
        gives={200: one("status")},
        refuses=("rate-limited",),
    ),
)
def status(request: HttpRequest) -> HttpResponse:
    """Give the whole public status; no token needed. Answers from a snapshot, with its age, without the database."""
    return _json(_seen(request))


@router.get(
    "/status/incidents",
    summary="incidents, open ones first / 故障事件",
    openapi_extra=says(
        "给出未关闭的故障事件和近 30 天的，不需要令牌。",
        gives={200: one("incidents")},
        refuses=("rate-limited",),
    ),
)
def incident_list(request: HttpRequest) -> HttpResponse:
    """Give the open incidents and those of the last 30 days; no token needed."""
    told = _seen(request)
    return _json({name: told[name] for name in ("as_of", "measured_at", "source", "incidents")})


@router.get(
    "/status/answers/{token}",
    summary="incidents that touched an answer / 答复的故障标记",
    openapi_extra=says(
        "给出作答时影响到这个答复的故障事件。",
        gives={200: one("answer-marks")},
        refuses=("not-found", "answer-expired"),
    ),
)
def answer_marks(request: HttpRequest, token: str) -> HttpResponse:
    """Give the incidents that were open and touched a kept answer; needs its token, as the answer itself does."""
    for_api(token)
    return _json({"id": token, "incidents": [telling.told(row) for row in incidents_touching(token)]})


@router.get(
    "/status/feeds/{feed}/lag.csv",
    summary="the raw series behind a feed's state / 原始延迟序列",
    openapi_extra=says(
        "给出对一个来源的每一次测量，任何人都能据此重算它的状态。",
        gives={200: table(*series.LAG)},
        refuses=("not-found",),
    ),
)
def lag_series(request: HttpRequest, feed: str) -> HttpResponse:
    """Give every look at a feed, with all that its state hangs on, so that others can work the state out themselves."""
    return _series(feed, series.LAG, series.lag_rows)


@router.get(
    "/status/feeds/{feed}/canary.csv",
    summary="canaries of our own path / 探针序列",
    openapi_extra=says(
        "给出为一个来源发出的每一个探针：何时发出，何时被公开查询找到。",
        gives={200: table(*series.CANARIES)},
        refuses=("not-found",),
    ),
)
def canary_series(request: HttpRequest, feed: str) -> HttpResponse:
    """Give every canary sent for a feed: when it was sent and when the public question found it."""
    return _series(feed, series.CANARIES, series.canary_rows)


@router.get(
    "/status/feeds/{feed}/watermarks.csv",
    summary="a feed's watermarks / 水位序列",
    openapi_extra=says(
        "给出一个来源的每一个水位及得知它的时间。",
        gives={200: table(*series.WATERMARKS)},
        refuses=("not-found",),
    ),
)
def watermark_series(request: HttpRequest, feed: str) -> HttpResponse:
    """Give each watermark of a feed with the moment it was learnt."""
    return _series(feed, series.WATERMARKS, series.watermark_rows)


@router.get(
    "/status/feeds/{feed}/gaps",
    summary="numbers missing in dense blocks / 号段缺口",
    openapi_extra=says(
        "给出水位已经越过的号段缺口；缺口会指明销方，只给运维人员。",
        gives={200: one("gaps")},
        refuses=("unauthorized", "forbidden"),
        who=("operator",),
    ),
)
def gap_list(request: HttpRequest, feed: str) -> HttpResponse:
    """Give the gaps that the feed's watermark has passed; for operators, because they name sellers."""
    require(request, "operator")
    return _json({"feed": feed, "gaps": open_gaps(datetime.now(UTC), feed)})


@router.get(
    "/announcements",
    summary="announcements in force / 有效公告",
    openapi_extra=says(
        "给出现在有效的公告，不需要令牌；数据库不应答时用快照。",
        gives={200: one("announcements")},
        refuses=("rate-limited",),
    ),
)
def announcements(request: HttpRequest) -> HttpResponse:
    """Give the announcements in force now; no token needed. Answers from the snapshot without the database."""
    told = _seen(request)
    return _json({name: told[name] for name in ("as_of", "source", "announcements")})


@router.get(
    "/announcements.atom",
    summary="announcements in force as Atom / 公告订阅",
    openapi_extra=says(
        "以 Atom 给出现在有效的公告，不需要令牌。",
        gives={200: text("application/atom+xml", "Atom (RFC 4287)")},
        refuses=("rate-limited",),
    ),
)
def announcements_atom(request: HttpRequest) -> HttpResponse:
    """Give the announcements in force as an Atom feed; no token needed."""
    told = _seen(request)
    rows = [msgspec.to_builtins(each) for each in told["announcements"]]
    body = atom.announcements(rows, base=request.build_absolute_uri("/"), now=told["now"])
    return HttpResponse(body, content_type=atom.CONTENT_TYPE)


def _seen(request: HttpRequest) -> dict[str, Any]:
    spend(_looks, request)
    return board.seen_now(now=datetime.now(UTC), how=measuring())


def _series(
    feed: str, heading: Sequence[str], rows: Callable[[str], Iterable[Sequence[Any]]]
) -> HttpResponse:
    try:
        told = reaching.ask(lambda: _csv(feed, heading, rows))
    except reaching.DatabaseAwayError:
        raise ApiProblem("unavailable") from None
    if told is None:
        raise ApiProblem("not-found")
    return HttpResponse(told, content_type="text/csv; charset=utf-8")


def _csv(feed: str, heading: Sequence[str], rows: Callable[[str], Iterable[Sequence[Any]]]) -> str | None:
    if feed not in current_timeline().declarations:
        return None
    return series.as_csv(heading, rows(feed))


def _json(body: Any) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(body), content_type="application/json")
