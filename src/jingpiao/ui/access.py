"""Access (访问控制): every page says who may open it; a page that says nothing is refused."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden

from jingpiao.api.problem import ApiProblem, problem_response

View = TypeVar("View", bound=Callable[..., Any])
API = "/api/"
SAFE = ("GET", "HEAD", "OPTIONS")


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


def _is_forged(request: HttpRequest) -> bool:
    """Tell whether another site has a signed-in browser send this: a session counts only from pages of this site."""
    if request.method in SAFE or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin")
    elsewhere = origin is not None and urlsplit(origin).netloc != request.get_host()
    return elsewhere or site not in ("same-origin", "none")


class DenyByDefaultMiddleware:
    """Refuses views that declare no access, and forged calls of the API, which else has its own door-keeper."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Refuse a view without a declared access."""
        if "\x00" in request.path or any("\x00" in each for row in request.GET.lists() for each in row[1]):
            raise Http404  # no address of ours holds one, and PostgreSQL would not take it as a text
        if request.path.startswith(API) and _is_forged(request):
            return problem_response(request, ApiProblem("forbidden", "Another site sent this; use a token."))
        if hasattr(view, "access") or request.path.startswith(API):
            return None
        return HttpResponseForbidden("access not declared")
