"""Error pages (错误页): what went wrong and what to do next; the API gets its own form."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jingpiao.api.problem import ApiProblem, problem_response

API = "/api/"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere."""
    if request.path.startswith(API):
        return problem_response(request, ApiProblem("not-found"))
    return render(request, "ui/error.html", {"lost": True}, status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """Answer when something broke here. Needs no database."""
    if request.path.startswith(API):
        return problem_response(request, ApiProblem("internal"))
    number = getattr(request, "request_id", "")
    return HttpResponse(
        "<!doctype html><html lang=zh-Hans><meta charset=utf-8><title>出错了 · 京票</title><h1>出错了</h1>"
        f"<p>系统这边出了问题，已记录（编号 {number}）。请稍后再试。 Something failed here; please try again later.</p>"
        "<p><a href=/>回到首页 Home</a></p></html>",
        status=500,
    )
