"""HTTP going out (出网请求): one request to a vetted address, with a deadline, a size limit and no redirect followed."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple, Protocol
from urllib.parse import SplitResult, urlsplit

from jingpiao.outbound.addresses import OutboundError, open_socket

DEADLINE_SECONDS = 30.0
MOST_BYTES = 32 * 2**20
_BLOCK = 65_536


class Opening(Protocol):
    """Makes a connection (建立连接). Errors: `OutboundError`."""

    def __call__(self, host: str, port: int, *, timeout: float) -> socket.socket:
        """Return a connected socket."""


class Reply(NamedTuple):
    """What came back (答复): status, headers by lower-case name, body, and how long it took."""

    status: int
    headers: dict[str, str]
    body: bytes
    took_ms: int


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    deadline: float = DEADLINE_SECONDS,
    most: int = MOST_BYTES,
    opening: Opening = open_socket,
) -> Reply:
    """Send one request and return the whole reply, whatever its status.

    ``deadline`` seconds cover everything from the first packet to the last; ``most`` bounds the body; ``opening`` makes the
    connection, by default to vetted addresses only.
    Errors: `OutboundError` with its code.
    """
    parts = _parts(url)
    begun = time.monotonic()
    line = _line(parts, deadline, opening)
    with _watched(line, parts, deadline) as connection:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        given = {"Accept-Encoding": "identity", "User-Agent": "jingpiao", **(headers or {})}
        connection.request(method, path, body=body, headers=given)
        reply = connection.getresponse()
        data = _body(reply, most)
        taken = {name.lower(): value for name, value in reply.getheaders()}
    return Reply(reply.status, taken, data, round((time.monotonic() - begun) * 1000))


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port_is_sound = parts.port is None or parts.port > 0
    except ValueError:
        raise OutboundError("address", "the address cannot be read") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_sound:
        raise OutboundError("address", "the address must begin with http:// or https://")
    if parts.username or parts.password:
        raise OutboundError("address", "the address must not hold a name or password")
    return parts


def _line(parts: SplitResult, deadline: float, opening: Opening) -> socket.socket:
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    raw = opening(host, port, timeout=min(deadline, 10.0))
    raw.settimeout(deadline)
    if parts.scheme == "http":
        return raw
    try:
        return ssl.create_default_context().wrap_socket(raw, server_hostname=host)
    except (OSError, ValueError) as slip:
        raw.close()
        raise OutboundError("unreachable", f"{host}: TLS failed: {slip}") from None


@contextmanager
def _watched(
    line: socket.socket, parts: SplitResult, deadline: float
) -> Iterator[http.client.HTTPConnection]:
    """Give a connection over the line, cut off at the deadline however slowly the other side drips."""
    late = threading.Event()

    def cut() -> None:
        late.set()
        try:
            line.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    connection = http.client.HTTPConnection(parts.netloc, timeout=deadline)
    connection.sock = line
    watch = threading.Timer(deadline, cut)
    watch.daemon = True
    watch.start()
    try:
        yield connection
    except TimeoutError:
        raise OutboundError("timeout", f"{parts.hostname} did not answer in {deadline:g} s") from None
    except (OSError, http.client.HTTPException, ValueError) as slip:
        if late.is_set():
            raise OutboundError("timeout", f"{parts.hostname} did not finish in {deadline:g} s") from None
        code = "answer" if isinstance(slip, (http.client.HTTPException, ValueError)) else "unreachable"
        raise OutboundError(code, f"{parts.hostname}: {type(slip).__name__}: {slip}") from None
    finally:
        watch.cancel()
        connection.close()
        line.close()


def _body(reply: http.client.HTTPResponse, most: int) -> bytes:
    """Return the body; a shorter one than announced is `http.client.IncompleteRead`."""
    blocks: list[bytes] = []
    size = 0
    while block := reply.read(_BLOCK):
        size += len(block)
        if size > most:
            raise OutboundError("too-large", f"the reply is over {most} bytes")
        blocks.append(block)
    if reply.length:
        raise http.client.IncompleteRead(b"", reply.length)
    return b"".join(blocks)
