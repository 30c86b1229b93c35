"""Problems (错误回复): every HTTP error is `application/problem+json` (RFC 9457) with a stable code."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse

from fapiao.errors import ERRORS, FapiaoError

RETRY_AFTER = 5
"""Seconds after which to try again when the database is away."""
log = logging.getLogger("jingpiao.database")


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """One code of the HTTP face (错误代码): status, Chinese title, English detail, whether trying again helps."""

    code: str
    status: int
    title: str
    detail: str
    retryable: bool = False


PROBLEMS: dict[str, ProblemKind] = {
    kind.code: kind
    for kind in (
        ProblemKind("unauthorized", 401, "需要访问令牌", "Send a token: Authorization: Bearer …"),
        ProblemKind("forbidden", 403, "没有权限", "This token or session may not do this."),
        ProblemKind("not-found", 404, "没有这个地址或记录", "There is nothing at this address."),
        ProblemKind("method-not-allowed", 405, "不支持这种请求方法", "This method is not offered here."),
        ProblemKind(
            "conflict",
            409,
            "同一个 Idempotency-Key 用于不同的内容",
            "The Idempotency-Key was used before with other content.",
        ),
        ProblemKind(
            "in-progress", 409, "同一请求正在处理", "The same request is still being worked on.", True
        ),
        ProblemKind(
            "answer-expired",
            410,
            "这份答复已按保留期删除，请重新查询",
            "This answer was deleted after its retention; ask again.",
        ),
        ProblemKind(
            "watch-limit",
            409,
            "同时守候的发票已到上限，请等一张到了，或停止一个守候",
            "Too many invoices are waited for at once.",
        ),
        ProblemKind("too-large", 413, "请求内容过大", "The request body is too large."),
        ProblemKind("invalid", 422, "请求内容不合要求", "The request does not have the documented form."),
        ProblemKind(
            "rate-limited", 429, "请求太快，请稍后再试", "Too many requests; wait and try again.", True
        ),
        ProblemKind("internal", 500, "系统出错，已记录", "Something failed here; it has been logged.", True),
        ProblemKind(
            "unavailable",
            503,
            "数据库暂时连不上，请稍后再试",
            "The database does not answer; try again later.",
            True,
        ),
        ProblemKind(
            "paused",
            503,
            "这个来源已被暂停接收，请保留数据稍后再送",
            "This source is paused; keep the events and send them again later.",
            True,
        ),
        ProblemKind("storage-full", 507, "存储空间不足", "There is no space left to store this.", True),
    )
}


class ApiProblem(Exception):
    """An error that an API call answers with (接口错误). ``detail`` replaces the kind's English sentence."""

    def __init__(self, code: str, detail: str = "", *, headers: dict[str, str] | None = None) -> None:
        self.kind = PROBLEMS[code]
        self.detail = detail or self.kind.detail
        self.headers = headers or {}
        super().__init__(f"{code}: {self.detail}")


def database_problem(slip: Exception) -> ApiProblem:
    """Return what to answer when the database fails a request: it is away, or its disk is full."""
    log.error("%s: %s", type(slip).__name__, " ".join(str(slip).split())[:300])
    if "disk is full" in str(slip) or "No space left" in str(slip):
        return ApiProblem("storage-full")
    return ApiProblem("unavailable", headers={"Retry-After": str(RETRY_AFTER)})


def status_of(code: str) -> int:
    """Return the HTTP status of a code: its own, or for an error of the library 413 where size was the fault, else 422."""
    if code in PROBLEMS:
        return PROBLEMS[code].status
    return 413 if code in ("file-too-large", "archive-too-big") else 422


def problem_of(code: str) -> dict[str, Any]:
    """Return how a code is told when nothing particular is to be said of it."""
    if code in PROBLEMS:
        kind = PROBLEMS[code]
        return _body(kind.status, code, kind.title, kind.detail, kind.retryable, None)
    slip = ERRORS[code]
    return _body(status_of(code), code, slip.title, slip.title_en, slip.retryable, None)


def problem_response(request: HttpRequest, slip: ApiProblem) -> HttpResponse:
    """Return the reply for an API error."""
    kind = slip.kind
    reply = _reply(request, kind.status, kind.code, kind.title, slip.detail, kind.retryable)
    for name, value in slip.headers.items():
        reply.headers[name] = value
    return reply


def fapiao_response(request: HttpRequest, slip: FapiaoError) -> HttpResponse:
    """Return the reply for an error of the library: 413 where size was the fault, else 422."""
    return _reply(
        request, status_of(slip.code), slip.code, slip.message, slip.message_en, slip.kind.retryable
    )


def _reply(
    request: HttpRequest, status: int, code: str, title: str, detail: str, retryable: bool
) -> HttpResponse:
    body = _body(status, code, title, detail, retryable, getattr(request, "request_id", None))
    return HttpResponse(msgspec.json.encode(body), status=status, content_type="application/problem+json")


def _body(
    status: int, code: str, title: str, detail: str, retryable: bool, request_id: str | None
) -> dict[str, Any]:
    return {
        "type": f"/docs/errors/{code}",
        "status": status,
        "code": code,
        "title": title,
        "detail": detail,
        "retryable": retryable,
        "request_id": request_id,
    }
