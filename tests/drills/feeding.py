"""A feed in a process of its own, and the words to order it about."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class Served:
    """The address of a served feed."""

    def __init__(self, address: str) -> None:
        self.address = address

    def order(self, **told: Any) -> None:
        body = json.dumps(told).encode()
        with urllib.request.urlopen(f"{self.address}/control", data=body, timeout=10):
            pass

    def counts(self) -> dict[str, int]:
        with urllib.request.urlopen(f"{self.address}/counts", timeout=10) as reply:
            return dict(json.load(reply))

    def log(self) -> bytes:
        with urllib.request.urlopen(f"{self.address}/log", timeout=10) as reply:
            return bytes(reply.read())


@contextmanager
def served(folder: Path, *words: str) -> Iterator[Served]:
    """Run `bureau serve-feed` until the block ends."""
    ready = folder / "address"
    command = [
        sys.executable,
        "-m",
        "bureau.cli",
        "serve-feed",
        "--ready",
        str(ready),
        "--token",
        "open",
        *words,
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while not ready.exists():
            assert process.poll() is None, "the feed did not start"
            assert time.monotonic() < deadline, "the feed did not say its address"
            time.sleep(0.05)
        yield Served(ready.read_text("ascii"))
    finally:
        process.kill()
        process.wait()


def environment(platform: Any) -> dict[str, str]:
    """What our own processes need to work on a platform: its home, its database, and leave to visit this machine."""
    tests = str(Path(__file__).resolve().parents[1])
    return {
        **platform.environment,
        "JINGPIAO_OUTBOUND_ALLOW": "127.0.0.1",
        "PYTHONPATH": os.pathsep.join([tests, *sys.path]),
    }


def run(platform: Any, *words: str, stdin: bytes = b"") -> dict[str, Any]:
    """Run one of our Python modules on a platform and return the JSON object that it prints."""
    done = subprocess.run(
        [sys.executable, "-m", *words],
        input=stdin,
        capture_output=True,
        env=environment(platform),
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    return dict(json.loads(done.stdout.splitlines()[-1]))
