"""The API of sync (同步接口): feed events pushed in, imports and their progress."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Router

from jingpiao.api.bodies import lines_body
from jingpiao.api.declaring import lines, one, says, uploads
from jingpiao.api.idempotency import once
from jingpiao.api.problem import ApiProblem
from jingpiao.api.tokens import Asker, require
from jingpiao.ledger.own import is_canary
from jingpiao.sync import selectors, services
from jingpiao.sync.pushing import take_delivery

router = Router(tags=["feeds"])


@router.post(
    "/feeds/{feed}/events",
    summary="feed events, JSON Lines / 推送来源事件",
    openapi_extra=says(
        "接收来源事件（约定第 5 节），需要该来源的令牌；按事件 `id` 幂等。读不懂的行带行号说明，单独留存。",
        takes=lines("event"),
        gives={200: one("load-summary")},
        refuses=("unauthorized", "forbidden", "too-large", "paused", "storage-full"),
        who=("feed", "operator"),
    ),
)
def push_events(request: HttpRequest, feed: str) -> HttpResponse:
    """Take feed events in (contract §5); needs a token of that feed. Idempotent by event id."""
    asker = require(request, "feed", "operator", "canary")
    if is_canary(feed) != (asker.role == "canary"):
        raise ApiProblem("forbidden", "Only the platform itself speaks there, and nowhere else.")
    if asker.role == "feed" and asker.feed not in ("", feed):
        raise ApiProblem("forbidden", "This token is another feed's.")
    summary = take_delivery(lines_body(request), feed=feed, now=datetime.now(UTC))
    return HttpResponse(msgspec.json.encode(summary), content_type="application/json")


@router.post(
    "/imports",
    tags=["imports"],
    summary="bring files into the ledger / 导入文件",
    openapi_extra=says(
        "先保存上传的文件，再逐张入账；回复 202 和这一批的进度。",
        takes=uploads(),
        gives={202: one("import")},
        refuses=("unauthorized", "forbidden", "invalid", "storage-full"),
        who=("operator", "party"),
        keyed=True,
    ),
)
def start_import(request: HttpRequest) -> HttpResponse:
    """Keep the uploaded files and start bringing their invoices in; answers 202 with the batch."""
    asker = require(request, "operator", "party")
    files = [file for _, group in request.FILES.lists() for file in group]
    if not files:
        raise ApiProblem("invalid", "Send at least one file as multipart/form-data.")

    def act() -> HttpResponse:
        batch = services.start_import(files, by=_name(asker), now=datetime.now(UTC))
        body = msgspec.json.encode(selectors.import_progress(batch.pk))
        return HttpResponse(body, status=202, content_type="application/json")

    return once(request, asker, datetime.now(UTC), act)


@router.get(
    "/imports/{batch}",
    tags=["imports"],
    summary="progress of an import / 导入进度",
    openapi_extra=says(
        "给出一次导入的进度。",
        gives={200: one("import")},
        refuses=("unauthorized", "forbidden", "not-found", "invalid"),
        who=("operator", "party"),
    ),
)
def import_progress(request: HttpRequest, batch: int) -> HttpResponse:
    """Tell how far an import has come."""
    asker = require(request, "operator", "party")
    progress = selectors.import_progress(batch) if _may_see(asker, batch) else None
    if progress is None:
        raise ApiProblem("not-found")
    return HttpResponse(msgspec.json.encode(progress), content_type="application/json")


@router.get(
    "/imports/{batch}/rows",
    tags=["imports"],
    summary="row results of an import / 导入逐行结果",
    openapi_extra=says(
        "按顺序给出逐行结果（约定第 6 节），从行编号 `after` 之后开始。",
        gives={200: lines("import-row")},
        refuses=("unauthorized", "forbidden", "not-found", "invalid"),
        who=("operator", "party"),
    ),
)
def import_rows(request: HttpRequest, batch: int, after: int = 0, limit: int = 1000) -> HttpResponse:
    """Give row results (contract §6) as JSON Lines, in order, from row id ``after`` on."""
    asker = require(request, "operator", "party")
    if not _may_see(asker, batch) or selectors.import_progress(batch) is None:
        raise ApiProblem("not-found")
    rows = selectors.import_row_results(batch, after=after, limit=max(1, min(limit, 10_000)))
    body = b"".join(msgspec.json.encode(row) + b"\n" for row in rows)
    return HttpResponse(body, content_type="application/jsonl")


def _name(asker: Asker) -> str:
    """Return under which name an import stands: a party's is that of its taxpayers, whatever its token is called."""
    return asker.name if asker.tax_ids is None else "party:" + ",".join(sorted(asker.tax_ids))


def _may_see(asker: Asker, batch: int) -> bool:
    """Tell whether an import is the asker's; operators see all, and what is another's is not there for a party."""
    return asker.tax_ids is None or selectors.imported_by(batch) == _name(asker)
