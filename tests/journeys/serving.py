"""A real server process on a home of its own, and a browser (helpers of the journeys)."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]


def browser_path() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    assert found, "chromium is missing: run `make test` as root, or apt-get install chromium"
    return found


class Server:
    """`jingpiao serve` as a process."""

    def __init__(self, home: Path, url: str = "", **settings: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {**os.environ, "JINGPIAO_HOME": str(home), "JINGPIAO_CHECK_RATE": "0", **settings}
        self.environment["JINGPIAO_DATABASE_URL"] = url
        self.log = home.parent / "server.log"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "jingpiao.cli", "serve", "--port", str(self.port)],
            env=self.environment,
            stdout=self.log.open("wb"),
            stderr=subprocess.STDOUT,
        )
        self._wait()

    def _wait(self) -> None:
        for _ in range(150):
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=1):
                    return
            except OSError:
                assert self._process.poll() is None, self.log.read_text()
                time.sleep(0.2)
        raise AssertionError(self.log.read_text())

    @property
    def code(self) -> str:
        found = re.search(r"code: (\S+)", self.log.read_text())
        assert found
        return found[1]

    def stop(self) -> int:
        self._process.terminate()
        return self._process.wait(20)
