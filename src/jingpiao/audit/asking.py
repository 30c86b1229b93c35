"""Who asks (操作者): the person, token or command that this thread works for just now, for whatever it does to be put down to.

A request is noted when it comes in and forgotten when it is answered; who sent it is looked up only when something is recorded.
"""

from __future__ import annotations

import getpass
from collections.abc import Callable
from contextvars import ContextVar

import msgspec
from django.http import HttpRequest, HttpResponse

from jingpiao.api.problem import ApiProblem
from jingpiao.api.tokens import asker_of

_request: ContextVar[HttpRequest | None] = ContextVar("asking", default=None)
GUEST = "guest"


class Present(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody at work (操作者): name, role, network address, and the id of his request."""

    who: str
    role: str
    address: str = ""
    request_id: str = ""


def job(name: str) -> Present:
    """Return a piece of scheduled work as the one that acts."""
    return Present(who=f"job:{name}", role="job")


def present() -> Present:
    """Return who is at work: who sent the request, else whoever runs the command."""
    request = _request.get()
    if request is None:
        return Present(who=f"command:{_person()}", role="operator")
    who, role = _sender(request)
    return Present(
        who=who,
        role=role,
        address=request.META.get("REMOTE_ADDR", ""),
        request_id=getattr(request, "request_id", ""),
    )


def _sender(request: HttpRequest) -> tuple[str, str]:
    if request.headers.get("Authorization"):
        try:
            asker = asker_of(request)
        except ApiProblem:
            return GUEST, GUEST
        return f"token:{asker.name}", asker.role
    if request.user.is_authenticated:
        return request.user.get_username(), "operator"
    return GUEST, GUEST


def _person() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "?"


class AskingMiddleware:
    """Notes the request that this thread works on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _request.set(request)
        try:
            return self.get_response(request)
        finally:
            _request.reset(token)
