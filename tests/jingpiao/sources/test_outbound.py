"""The only way out: private addresses, redirects, slow and oversized replies."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from jingpiao.outbound.addresses import OutboundError, vetted
from jingpiao.outbound.http import send


@contextmanager
def answering(*blocks: bytes, pause: float = 0.0) -> Iterator[int]:
    """A listener that sends these bytes to whoever connects, block by block."""
    server = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def talk() -> None:
        line, _ = server.accept()
        with line:
            line.recv(65_536)
            try:
                for block in blocks:
                    line.sendall(block)
                    if pause and stop.wait(pause):
                        return
            except OSError:
                return

    thread = threading.Thread(target=talk, daemon=True)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        stop.set()
        server.close()
        thread.join(5)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "10.0.0.8",
        "169.254.169.254",
        "192.168.1.1",
        "::1",
        "::ffff:10.0.0.1",
        "0.0.0.0",
    ],
)
def test_a_private_address_is_refused(host: str):
    with pytest.raises(OutboundError) as slip:
        vetted(host, 80)
    assert slip.value.code == "address"


def test_a_private_address_may_be_listed_with_its_port(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("JINGPIAO_OUTBOUND_ALLOW", "127.0.0.1:9000, 10.1.0.0/16,[::1]:7")
    assert vetted("127.0.0.1", 9000).address == "127.0.0.1"
    assert vetted("10.1.2.3", 80).address == "10.1.2.3"
    assert vetted("::1", 7).address == "::1"
    for host, port in (("127.0.0.1", 9001), ("10.2.0.1", 80), ("::1", 8)):
        with pytest.raises(OutboundError):
            vetted(host, port)


@pytest.mark.parametrize(
    "url",
    ["ftp://a/", "http://", "file:///etc/passwd", "http://u:p@example.org/", "http://[", "http://a:99999/"],
)
def test_an_address_of_another_kind_is_refused(url: str):
    with pytest.raises(OutboundError) as slip:
        send("GET", url)
    assert slip.value.code == "address"


def code_of(port: int, **more: float) -> str:
    with pytest.raises(OutboundError) as slip:
        send("GET", f"http://127.0.0.1:{port}/", **more)  # type: ignore[arg-type]
    return slip.value.code


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JINGPIAO_OUTBOUND_ALLOW", "127.0.0.0/8")


@pytest.mark.usefixtures("here")
def test_a_redirect_is_not_followed():
    with answering(
        b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"
    ) as port:
        assert send("GET", f"http://127.0.0.1:{port}/").status == 302


@pytest.mark.usefixtures("here")
def test_a_reply_that_is_cut_short_is_an_error():
    with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf") as port:
        assert code_of(port) == "answer"


@pytest.mark.usefixtures("here")
def test_an_oversized_reply_is_stopped():
    with answering(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 300_000) as port:
        assert code_of(port, most=100_000) == "too-large"


@pytest.mark.usefixtures("here")
def test_a_dripping_reply_is_cut_at_the_deadline():
    with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", *[b"x"] * 100, pause=0.1) as port:
        assert code_of(port, deadline=0.4) == "timeout"


@pytest.mark.usefixtures("here")
def test_what_is_not_http_is_an_error_and_a_closed_port_is_unreachable():
    with answering(b"SSH-2.0-OpenSSH\r\n") as port:
        assert code_of(port) == "answer"
    assert code_of(port) == "unreachable"
