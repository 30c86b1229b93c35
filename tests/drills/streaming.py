"""A real nats-server with JetStream in a process of its own, and the publisher's side of one stream."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nats
from nats.js.api import StreamConfig


@contextmanager
def stream_server(folder: Path) -> Iterator[str]:
    """Run a server that asks for the user ``u`` with password ``p``, and give its host and port."""
    program = shutil.which("nats-server")
    assert program, "nats-server is missing: apt-get install nats-server (tools/install-test-needs does it)"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [program, "-js", "-a", "127.0.0.1", "-p", str(port), "-sd", str(folder)]
    process = subprocess.Popen([*words, "--user", "u", "--pass", "p"], stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert time.monotonic() < deadline, "nats-server did not start"
            time.sleep(0.05)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


class Stream:
    """The publisher's side of one stream."""

    def __init__(self, server: str, name: str) -> None:
        self.server, self.name = server, name

    def do(self, work: Callable[[Any], Awaitable[Any]]) -> Any:
        async def all_of_it() -> Any:
            client = await nats.connect(f"nats://u:p@{self.server}")
            try:
                return await work(client.jetstream())
            finally:
                await client.close()

        return asyncio.run(all_of_it())

    def make(self, **more: Any) -> None:
        config = StreamConfig(name=self.name, subjects=[f"{self.name}.>"], **more)
        self.do(lambda js: js.add_stream(config))

    def publish(self, bodies: list[bytes], *, place: str = "bj", ids: list[str] | None = None) -> None:
        async def send(js: Any) -> None:
            for number, body in enumerate(bodies):
                headers = {"Nats-Msg-Id": ids[number]} if ids else None
                await js.publish(f"{self.name}.{place}", body, headers=headers)

        self.do(send)

    def consumer(self) -> Any:
        return self.do(lambda js: js.consumer_info(self.name, "jingpiao"))


class Released:
    """A stream that lets the lines of a file out when told to, as a served feed does."""

    def __init__(self, address: str, path: str) -> None:
        server, _, name = address.removeprefix("nats://").partition("/")
        self.stream = Stream(server, name)
        self.waiting = Path(path).read_bytes().splitlines()

    def order(self, *, release: int) -> None:
        self.stream.publish(self.waiting[:release])
        del self.waiting[:release]
