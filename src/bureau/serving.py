"""Serving a feed over HTTP (供数服务): the pull protocol of docs/sources/http.md, and the ways in which it is broken."""

from __future__ import annotations

import hashlib
import json
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import msgspec

from bureau.feed import Feed, Page

_HTML = "<!doctype html><title>登录</title><p>会话已过期，请重新登录。</p>".encode()
_YEAR_2031 = 1_924_963_200.0


class FeedServer(ThreadingHTTPServer):
    """The server and what it serves (供数服务器)."""

    def __init__(self, feed: Feed, *, port: int, token: str) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.feed, self.token = feed, token

    def handle_error(self, request: object, client_address: object) -> None:
        """Count a visitor who went away in the middle."""
        self.feed.counts["visitor-gone"] += 1


def serve_feed(feed: Feed, *, port: int, token: str, ready: Path | None) -> int:
    """Serve until told to stop; the address is printed, and written to ``ready`` where one is named."""
    server = FeedServer(feed, port=port, token=token)
    address = f"http://127.0.0.1:{server.server_port}"
    if ready:
        ready.with_suffix(".part").write_text(address, "ascii")
        ready.with_suffix(".part").replace(ready)
    print(address, flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    return 0


class _Handler(BaseHTTPRequestHandler):
    """Answers one request (应答)."""

    protocol_version = "HTTP/1.1"
    server: FeedServer

    @property
    def feed(self) -> Feed:
        """The feed that is served."""
        return self.server.feed

    def do_GET(self) -> None:
        """Give lines, counts or the log."""
        parts = urlsplit(self.path)
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/counts":
            self._give(json.dumps({**self.feed.counts, "released": self.feed.released}).encode())
        elif parts.path == "/log":
            self._give(b"\n".join(self.feed.log()))
        elif self.server.token and self.headers.get("Authorization") != f"Bearer {self.server.token}":
            self._give(b"", status=401)
        elif self.feed.down:
            self._give(b"", status=503, headers={"Retry-After": "1"})
        elif "from" in asked:
            self._tell(self.feed.span(int(asked["from"]), int(asked["to"])))
        else:
            self._tell(self.feed.page(int(asked.get("after", 0)), int(asked.get("limit", 1000))))

    def do_POST(self) -> None:
        """Take orders."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.feed.control(json.loads(body or b"{}"))
        self._give(b"{}")

    def _tell(self, page: Page) -> None:
        if "error" in page.misdeeds:
            self._give(b"", status=500)
        elif "html" in page.misdeeds:
            self._give(_HTML, kind="text/html; charset=utf-8")
        else:
            self._lines(page)

    def _lines(self, page: Page) -> None:
        rows = [
            msgspec.json.encode({"seq": number, "event": msgspec.Raw(line)}) for number, line in page.lines
        ]
        body = b"".join(row + b"\n" for row in rows)
        headers = {
            "Jingpiao-Count": str(len(rows)),
            "Jingpiao-Latest": str(page.latest),
            "Jingpiao-Digest": hashlib.sha256(body).hexdigest(),
        }
        half = "half" in page.misdeeds and len(body) > 100
        if half and not page.cut:  # a whole reply of half a batch, cut inside a line
            headers.pop("Jingpiao-Digest")
            headers.pop("Jingpiao-Count")
            self._give(body[: len(body) // 2], headers=headers)
        else:  # or the line goes dead in the middle
            date = _YEAR_2031 if "clock" in page.misdeeds else None
            self._give(body, headers=headers, send=len(body) // 2 if half else None, date=date)

    def _give(
        self,
        body: bytes,
        *,
        status: int = 200,
        kind: str = "application/jsonl",
        headers: dict[str, str] | None = None,
        send: int | None = None,
        date: float | None = None,
    ) -> None:
        self.send_response_only(status)
        given = {"Date": formatdate(date, usegmt=True), "Content-Type": kind, **(headers or {})}
        for name, value in (given | {"Content-Length": str(len(body))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[:send])
        if send is not None:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: requests are counted."""
