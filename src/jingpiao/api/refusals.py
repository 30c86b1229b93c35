"""Refusals (框架拒绝): what the framework refuses before a room sees it leaves the API as a problem too."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from jingpiao.api.problem import ApiProblem, problem_response

API = "/api/"
CODES = {
    400: "invalid",
    401: "unauthorized",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
    500: "internal",
}
"""What a bare status means; any other 4xx is `invalid`."""


class ProblemMiddleware:
    """Gives every error of the API its code: a method that is not offered, a body that is too large, a wrong host."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code < 400 or not request.path_info.startswith(API):
            return response
        if response.headers.get("Content-Type", "").startswith("application/problem+json"):
            return response
        return _problem(request, response)


def _problem(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    code = CODES.get(response.status_code, "invalid" if response.status_code < 500 else "internal")
    allowed = response.headers.get("Allow")
    told = problem_response(
        request, ApiProblem(code, headers={"Allow": allowed} if allowed is not None else None)
    )
    for name, value in response.headers.items():
        if name not in ("Content-Type", "Content-Length"):
            told.headers.setdefault(name, value)
    return told
