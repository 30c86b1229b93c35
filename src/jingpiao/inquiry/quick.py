"""The quick check (快速查验): a guest's ``POST /api/v1/checks``, answered without the machinery that pages need.

Sessions, forms and language cost more than the answer itself. Whoever sends a cookie, a token or an idempotency key, a large body or
an unknown host, and whatever goes wrong, is handed on to the whole application; so the reply is the same by either way, headers included.
"""

from __future__ import annotations

import io
import secrets
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import Error
from django.http.request import split_domain_port, validate_host

from fapiao.errors import FapiaoError
from jingpiao.api.problem import ApiProblem
from jingpiao.api.rates import spend_for
from jingpiao.api.tokens import STRANGER
from jingpiao.inquiry.api import CHECKS, claim_of
from jingpiao.inquiry.turns import Turns

PATH = "/api/v1/checks"
MOST_BYTES = 65_536
OF_THE_REPLY = {"content-length", "content-type", "location", "x-request-id", "set-cookie", "retry-after"}
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class QuickCheck:
    """The application with the quick check before it (快速入口)."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._headers: list[tuple[str, str]] = []
        self._turns = Turns()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        if environ["PATH_INFO"] != PATH or not _is_plain(environ):
            return self._application(environ, start_response)
        if not self._headers:
            return self._application(environ, self._learning(start_response))
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        try:
            spend_for(CHECKS, environ.get("REMOTE_ADDR", ""))
            answered = self._turns.answer(claim_of(body, STRANGER), now=datetime.now(UTC))
        except (FapiaoError, ApiProblem, Error):
            return self._application({**environ, "wsgi.input": io.BytesIO(body)}, start_response)
        reply = answered.json()
        start_response("200 OK", [*self._headers, *_own_headers(answered.token, reply)])
        return [reply]

    def _learning(self, start_response: Callable[..., Any]) -> Callable[..., Any]:
        """Note the headers that the whole application gives, so that the quick reply carries the same."""

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            if status.startswith("200"):
                self._headers = [pair for pair in headers if pair[0].lower() not in OF_THE_REPLY]
            return start_response(status, headers, *more)

        return start


def _is_plain(environ: dict[str, Any]) -> bool:
    """Tell whether a request is a guest's and nothing about it is out of the ordinary."""
    length = environ.get("CONTENT_LENGTH") or ""
    return (
        environ["REQUEST_METHOD"] == "POST"
        and "HTTP_COOKIE" not in environ
        and "HTTP_AUTHORIZATION" not in environ
        and "HTTP_IDEMPOTENCY_KEY" not in environ
        and not environ.get("QUERY_STRING")
        and length.isdigit()
        and 0 < int(length) <= MOST_BYTES
        and _is_our_host(environ.get("HTTP_HOST", ""))
    )


@lru_cache(maxsize=64)
def _is_our_host(host: str) -> bool:
    return bool(host) and validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS)


def _own_headers(token: str, reply: bytes) -> list[tuple[str, str]]:
    return [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(reply))),
        ("Location", f"{PATH}/{token}"),
        ("X-Request-Id", secrets.token_hex(8)),
    ]
