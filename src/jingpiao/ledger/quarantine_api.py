"""The API of the quarantine (隔离区接口): list, one row, how it would read, correct, shelve, take back, try again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Router

from fapiao.errors import FapiaoError
from fapiao.reasons import explained
from jingpiao.api.declaring import Content, both, one, says
from jingpiao.api.idempotency import once
from jingpiao.api.problem import ApiProblem
from jingpiao.api.shapes.quarantine import QuarantineCorrection, Retries, Why
from jingpiao.api.tokens import Asker, require
from jingpiao.ledger import quarantine_lists as lists
from jingpiao.ledger import quarantining
from jingpiao.ledger.models import Quarantined
from jingpiao.ledger.quarantine_lists import QuarantineFilter

router = Router(tags=["quarantine"])
MOST = 500
Body = TypeVar("Body")
_FILTERS = {
    "text": ("号码、税号或出处", "number, tax number or origin"),
    "feed": ("来源", "feed"),
    "reason": ("原因代码", "code of a reason"),
    "state": ("waiting、shelved 或 released", "waiting, shelved or released"),
}
FILTERS = [
    {"in": "query", "name": name, "required": False, "schema": {"type": "string"}, **both(*words)}
    for name, words in _FILTERS.items()
]


def _body(shape: str) -> Content:
    return one(shape)


@router.get(
    "/quarantine",
    summary="what waits in quarantine / 隔离区",
    openapi_extra=says(
        "按到达顺序列出隔离区，从编号 `after` 之后开始。",
        gives={200: one("quarantine-page")},
        refuses=("unauthorized", "forbidden", "invalid"),
        who=("operator",),
    )
    | {"parameters": FILTERS},
)
def list_quarantine(request: HttpRequest, after: int = 0, limit: int = 100) -> HttpResponse:
    """List what was set aside in order of arrival, from id ``after`` on."""
    require(request, "operator")
    limit = max(1, min(limit, MOST))
    told = request.GET.dict() | {"sort": "old"}
    found = [_told(row) for row in lists.rows(QuarantineFilter(told)).filter(pk__gt=after)[:limit]]
    body = {"rows": found, "next": found[-1]["id"] if len(found) == limit else None}
    return HttpResponse(msgspec.json.encode(body), content_type="application/json")


@router.post(
    "/quarantine/retries",
    summary="try many again / 批量重试",
    openapi_extra=says(
        "把同一原因或同一来源的全部重试，一次最多 1000 条。",
        takes=_body("quarantine-retries"),
        gives={200: one("quarantine-retried")},
        refuses=("unauthorized", "forbidden", "invalid"),
        who=("operator",),
        keyed=True,
    ),
)
def retry_many(request: HttpRequest) -> HttpResponse:
    """Try all again that wait for a reason or from a feed, at most a thousand at once."""
    asker, told = require(request, "operator"), _decoded(request, Retries)

    def act() -> HttpResponse:
        found = lists.rows(QuarantineFilter({"reason": told.reason, "feed": told.feed}))
        numbers = list(found.values_list("pk", flat=True)[: quarantining.MOST_AT_ONCE])
        counts = quarantining.retry_many(numbers, now=datetime.now(UTC))
        return HttpResponse(msgspec.json.encode(counts), content_type="application/json")

    return once(request, asker, datetime.now(UTC), act)


@router.get(
    "/quarantine/{row}",
    summary="one row of the quarantine / 隔离区的一条",
    openapi_extra=says(
        "给出一条的原样内容、原因和经过。",
        gives={200: one("quarantined")},
        refuses=("unauthorized", "forbidden", "not-found", "invalid"),
        who=("operator",),
    ),
)
def one_quarantined(request: HttpRequest, row: int) -> HttpResponse:
    """Give one row as it came, with its reasons and what was done to it."""
    require(request, "operator")
    return _reply(_row(row))


@router.post(
    "/quarantine/{row}/reading",
    summary="how it would read with corrections / 更正后的读取结果",
    openapi_extra=says(
        "按更正重读一条，说明会怎样入账；什么也不保存。",
        takes=_body("quarantine-correction"),
        gives={200: one("quarantine-reading")},
        refuses=("unauthorized", "forbidden", "not-found", "invalid", "correction-over"),
        who=("operator",),
    ),
)
def read_again(request: HttpRequest, row: int) -> HttpResponse:
    """Read a row again with corrections and say what would become of it; nothing is kept."""
    require(request, "operator")
    _row(row)
    told = _decoded(request, QuarantineCorrection)
    read, taken = quarantining.look(quarantined=row, fields=told.fields)
    body = {
        "row": row,
        "result": taken.result,
        "changed": read.changed,
        "reasons": [_reason(code) for code in (taken.reasons or read.reasons)],
        "slips": read.slips,
    }
    return HttpResponse(msgspec.json.encode(body), content_type="application/json")


@router.post(
    "/quarantine/{row}/correction",
    summary="take in as corrected / 更正后入账",
    openapi_extra=says(
        "按更正入账；原样内容不变，更正另记一笔，写明谁、何时、为什么。",
        takes=_body("quarantine-correction"),
        gives={200: one("quarantined")},
        refuses=(
            "unauthorized",
            "forbidden",
            "not-found",
            "invalid",
            "correction-faulty",
            "correction-over",
            "why-missing",
        ),
        who=("operator",),
        keyed=True,
    ),
)
def correct(request: HttpRequest, row: int) -> HttpResponse:
    """Take a row in as corrected."""
    asker, told = require(request, "operator"), _decoded(request, QuarantineCorrection)
    return _acted(
        request,
        asker,
        row,
        lambda now: quarantining.correct(
            quarantined=row, fields=told.fields, actor=asker.name, why=told.why, now=now
        ),
    )


@router.post(
    "/quarantine/{row}/shelving",
    summary="set aside for good / 搁置",
    openapi_extra=says(
        "把没有希望的一条放到一边；仍保留，可以撤销。",
        takes=_body("quarantine-why"),
        gives={200: one("quarantined")},
        refuses=("unauthorized", "forbidden", "not-found", "invalid", "correction-over", "why-missing"),
        who=("operator",),
        keyed=True,
    ),
)
def shelve(request: HttpRequest, row: int) -> HttpResponse:
    """Set a hopeless row aside; it is kept."""
    asker, told = require(request, "operator"), _decoded(request, Why)
    return _acted(
        request,
        asker,
        row,
        lambda now: quarantining.shelve(quarantined=row, actor=asker.name, why=told.why, now=now),
    )


@router.post(
    "/quarantine/{row}/undoing",
    summary="take the last step back / 撤销上一步",
    openapi_extra=says(
        "撤销更正（24 小时内）或搁置，这一条回到待处理。",
        takes=_body("quarantine-why"),
        gives={200: one("quarantined")},
        refuses=("unauthorized", "forbidden", "not-found", "invalid", "correction-over", "why-missing"),
        who=("operator",),
        keyed=True,
    ),
)
def undo(request: HttpRequest, row: int) -> HttpResponse:
    """Take back a correction (within 24 hours) or a shelving."""
    asker, told = require(request, "operator"), _decoded(request, Why)
    return _acted(
        request,
        asker,
        row,
        lambda now: quarantining.undo(quarantined=row, actor=asker.name, why=told.why, now=now),
    )


def _acted(request: HttpRequest, asker: Asker, row: int, deed: Callable[[datetime], Any]) -> HttpResponse:
    _row(row)

    def act() -> HttpResponse:
        deed(datetime.now(UTC))
        return _reply(_row(row))

    return once(request, asker, datetime.now(UTC), act)


def _decoded(request: HttpRequest, shape: type[Body]) -> Body:
    try:
        return msgspec.json.decode(request.body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as slip:
        raise ApiProblem("invalid", str(slip)) from None


def _row(number: int) -> Quarantined:
    try:
        return quarantining.row_of(number)
    except (FapiaoError, OverflowError):
        raise ApiProblem("not-found") from None


def _reply(row: Quarantined) -> HttpResponse:
    body = _told(row) | {"body": row.body, "story": [_chapter(each) for each in lists.story(row)]}
    return HttpResponse(msgspec.json.encode(body), content_type="application/json")


def _told(row: Quarantined) -> dict[str, Any]:
    return {
        "id": row.pk,
        "number": row.key or None,
        "state": lists.state_of(row),
        "feed": row.feed,
        "origin": row.origin,
        "known_at": row.known_at,
        "reasons": [_reason(code) for code in row.reasons],
    }


def _reason(code: str) -> dict[str, str]:
    told = explained(code)
    return {"code": code, "message": told.text, "message_en": told.text_en}


def _chapter(told: dict[str, Any]) -> dict[str, Any]:
    return {name: told[name] for name in ("what", "when", "who", "why")}
