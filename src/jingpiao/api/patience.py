"""Patience (慢速请求): whoever sends bodies slowly holds a few of the service's threads, never all of them.

A thread that reads a body waits for whoever sends it, for as long as he likes. So one address may have only so many bodies
on their way at once; a further one is refused before anything of it is read. Bodies that come at once never notice.
"""

from __future__ import annotations

import io
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from jingpiao.api.problem import PROBLEMS

MOST_OPEN = 8
"""Bodies of one address on their way at once; the service has twice as many threads."""
SMALL = 64 * 2**10
"""Bytes up to which a body is read before the application begins; a longer one is on its way until it is answered."""
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Patience:
    """The application with its bodies counted (请求正文计数)."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._open: Counter[str] = Counter()
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        length = environ.get("CONTENT_LENGTH") or ""
        if length in ("", "0") and "HTTP_TRANSFER_ENCODING" not in environ:
            return self._application(environ, start_response)
        address = environ.get("REMOTE_ADDR", "")
        if not self._begin(address):
            return _refused(start_response)
        try:
            if length.isdigit() and int(length) <= SMALL:
                body = environ["wsgi.input"].read(int(length))
            else:
                return self._application(environ, start_response)
        finally:
            self._end(address)
        return self._application({**environ, "wsgi.input": io.BytesIO(body)}, start_response)

    def _begin(self, address: str) -> bool:
        with self._lock:
            if self._open[address] >= MOST_OPEN:
                return False
            self._open[address] += 1
            return True

    def _end(self, address: str) -> None:
        with self._lock:
            self._open[address] -= 1
            if not self._open[address]:
                del self._open[address]


def _refused(start_response: Callable[..., Any]) -> list[bytes]:
    kind = PROBLEMS["rate-limited"]
    body = msgspec.json.encode(
        {
            "type": f"/docs/errors/{kind.code}",
            "status": kind.status,
            "code": kind.code,
            "title": kind.title,
            "detail": "Too many bodies of this address are still on their way.",
            "retryable": True,
            "request_id": None,
        }
    )
    heads = [("Content-Type", "application/problem+json"), ("Content-Length", str(len(body)))]
    start_response("429 Too Many Requests", [*heads, ("Retry-After", "2"), ("Connection", "close")])
    return [body]
