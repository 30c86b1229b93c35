"""Slow senders: whoever begins many bodies and ends none keeps nobody else from being served."""

from __future__ import annotations

import io
import json
import select
import socket
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from jingpiao.api.patience import MOST_OPEN, SMALL, Patience
from journeys.serving import Server
from telling.story import number

HEAD = b"POST /api/v1/checks HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"


def ask(server: Server) -> int:
    body = json.dumps({"number": number(48)}).encode()
    request = urllib.request.Request(
        f"{server.url}/api/v1/checks", data=body, headers={"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:
            return int(reply.status)
    except urllib.error.HTTPError as slip:
        return slip.code


def test_a_hundred_unfinished_bodies_keep_nobody_from_being_served(tmp_path: Path):
    server = Server(tmp_path / "home")
    try:
        slow = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(100)]
        for each in slow:
            each.sendall(HEAD)
        refused: set[socket.socket] = set()
        while len(refused) < 100 - MOST_OPEN:
            ready, _, _ = select.select([each for each in slow if each not in refused], [], [], 60)
            assert ready
            assert all(each.recv(16) == b"HTTP/1.1 429 Too" for each in ready)
            refused.update(ready)
        with urllib.request.urlopen(f"{server.url}/guide", timeout=60) as reply:
            assert reply.status == 200
        assert ask(server) == 429
        for each in slow:
            each.close()
        while ask(server) == 429:
            pass
        assert ask(server) == 200
    finally:
        assert server.stop() == 0


def call(application: Patience, body: Any, length: int, address: str = "10.0.0.1") -> str:
    told: list[str] = []
    environ = {"REMOTE_ADDR": address, "CONTENT_LENGTH": str(length), "wsgi.input": body}
    list(application(environ, lambda status, headers: told.append(status)))
    return told[0]


@pytest.mark.parametrize("length", [10, SMALL + 1])
def test_the_bodies_of_one_address_are_counted_while_they_are_on_their_way(length: int):
    def answer(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        body = environ["wsgi.input"].read(length)
        start_response(f"200 {len(body)}", [])
        return [b""]

    application = Patience(answer)

    class Nested:
        """A body whose reading lets further requests of the same address come meanwhile."""

        def __init__(self, left: int) -> None:
            self.left = left

        def read(self, size: int) -> bytes:
            deeper = call(application, Nested(self.left - 1), length) if self.left else ""
            statuses.append(deeper)
            return b"x" * size

    statuses: list[str] = []
    assert call(application, Nested(MOST_OPEN), length) == f"200 {length}"
    assert [each[:3] for each in statuses if each] == ["429", *["200"] * (MOST_OPEN - 1)]
    assert call(application, io.BytesIO(b"y" * length), length) == f"200 {length}"
