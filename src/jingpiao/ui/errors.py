"""Error pages (错误页): what went wrong and what to do next; the API gets its own form."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jingpiao.api.problem import RETRY_AFTER, ApiProblem, database_problem, problem_response

API = "/api/"


class GoneError(Http404):
    """What stood at this address was deleted on purpose (已删除): ``template`` says so, with its ``context``."""

    def __init__(self, template: str, context: Mapping[str, Any]) -> None:
        self.template, self.context = template, dict(context)
        super().__init__(template)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere, or where something was once."""
    if request.path.startswith(API):
        return problem_response(request, ApiProblem("not-found"))
    if isinstance(exception, GoneError):
        return render(request, exception.template, exception.context, status=410)
    return render(request, "ui/error.html", {"lost": True}, status=404)


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what cannot be read as a request at all: a form that is too large, a host that is not ours."""
    large = isinstance(exception, RequestDataTooBig)
    if request.path.startswith(API):
        return problem_response(request, ApiProblem("too-large" if large else "invalid"))
    if large:
        return HttpResponse(_page("内容太大", _LARGE), status=413)
    return HttpResponse(_page("请求不合要求", _ODD), status=400)


def slow_down(request: HttpRequest, headers: Mapping[str, str]) -> HttpResponse:
    """Answer somebody who asks faster than the public doors allow."""
    reply = render(request, "ui/slow.html", status=429)
    for name, value in headers.items():
        reply.headers[name] = value
    return reply


def locked_out(request: HttpRequest, response: HttpResponse | None = None, *_: Any) -> HttpResponse:
    """Answer somebody who got a password wrong too often."""
    return render(request, "ui/slow.html", {"locked": True}, status=429)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose session has run out: nothing was done, and how to go on."""
    return render(request, "ui/expired.html", status=403)


def failed(request: HttpRequest) -> HttpResponse:
    """Answer when something broke here. Needs no database."""
    slip = sys.exc_info()[1]
    away = isinstance(slip, OperationalError | InterfaceError)
    if request.path.startswith(API):
        problem = database_problem(slip) if isinstance(slip, Exception) and away else ApiProblem("internal")
        return problem_response(request, problem)
    reply = HttpResponse(_AWAY if away else _page("出错了", _FAILED, request), status=503 if away else 500)
    if away:
        reply.headers["Retry-After"] = str(RETRY_AFTER)
    return reply


def _page(title: str, text: str, request: HttpRequest | None = None) -> str:
    number = getattr(request, "request_id", "")
    return (
        "<!doctype html><html lang=zh-Hans><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>错误：{title} · 京票</title><link rel=stylesheet href=/static/built/main.css>"
        f"<main class=inner><h1>{title}</h1><p>{text.format(number=number)}</p>"
        "<p><a class=button href=/>回到首页 Home</a></p></main></html>"
    )


_LARGE = "粘贴的内容太大，请存成文件再选择它。 The text is too large: save it as a file and choose the file."
_ODD = "这个请求读不懂。 This request cannot be read."
_FAILED = (
    "系统这边出了问题，已记录（编号 {number}）。请稍后再试。 Something failed here; please try again later."
)
_AWAY = _page(
    "数据库暂时连不上",
    "您的查询没有丢失任何东西，请过几秒再试。 The database does not answer just now; nothing is lost. Please try again"
    " in a few seconds.",
)
