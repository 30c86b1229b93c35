"""Access (访问控制): every page says who may open it; a page that says nothing is refused."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden

View = TypeVar("View", bound=Callable[..., Any])
API = "/api/"


def public(view: View) -> View:
    """Let anybody open a page."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def operator_only(view: View) -> View:
    """Let only a signed-in operator open a page; others are led to sign in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return cast(HttpResponse, view(request, *args, **kwargs))

    guarded.access = "operator"  # type: ignore[attr-defined]
    return cast(View, guarded)


class DenyByDefaultMiddleware:
    """Refuses views that declare no access; the API has its own door-keeper (`jingpiao.api.tokens`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Refuse a view without a declared access."""
        if hasattr(view, "access") or request.path.startswith(API):
            return None
        return HttpResponseForbidden("access not declared")
