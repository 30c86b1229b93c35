"""SIGKILL in the web worker, between commit and answer and before the commit: a retry with the same key is as if nothing was."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from telling.story import claim, lines, told

pytestmark = pytest.mark.drill
TESTS = Path(__file__).resolve().parents[1]
FORM = "----drill"
FILE = (
    f'--{FORM}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    f"发票号码\n26112000000219700048\n\r\n--{FORM}--\r\n"
).encode()
REQUESTS: dict[str, tuple[bytes, str]] = {
    "imports": (FILE, f"multipart/form-data; boundary={FORM}"),
    "checks": (json.dumps(claim(48)).encode(), "application/json"),
}
COUNTED = {"imports": "ImportBatch", "checks": "KeptAnswer"}


@pytest.fixture
def address(platform: Any, tmp_path: Path) -> Iterator[str]:
    """A service whose worker can be killed by a request; the master starts another."""
    platform.run("load", "-", stdin=lines(told()))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = platform.environment | {
        "PYTHONPATH": os.pathsep.join([str(TESTS.parent / "src"), str(TESTS)])
    }
    master = subprocess.Popen(
        [sys.executable, "-m", "drills.dying", str(port)],
        env=environment,
        stdout=(tmp_path / "log").open("wb"),
        stderr=subprocess.STDOUT,
    )
    yield f"http://127.0.0.1:{port}"
    master.send_signal(signal.SIGTERM)
    master.wait(20)


def post(url: str, body: bytes, kind: str, token: str, **headers: str) -> tuple[int, bytes] | None:
    """Send, and return status and body; ``None`` where the connection broke."""
    sent = {"Content-Type": kind, "Authorization": f"Bearer {token}", "Idempotency-Key": "k1", **headers}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, sent), timeout=20) as reply:
            return reply.status, reply.read()
    except urllib.error.HTTPError as slip:
        return slip.code, slip.read()
    except OSError:
        return None


def until_answered(url: str, body: bytes, kind: str, token: str) -> tuple[int, bytes]:
    """Send again and again, as a client does whose connection broke."""
    for _ in range(100):
        reply = post(url, body, kind, token)
        if reply:
            return reply
        time.sleep(0.2)
    raise AssertionError("the service did not come back")


@pytest.mark.parametrize("route", sorted(REQUESTS))
@pytest.mark.parametrize("moment", ["before the answer", "before the commit"])
def test_a_retry_after_a_kill_gives_the_one_reply(platform: Any, address: str, route: str, moment: str):
    token = platform.run("token", "--role", "operator").stdout.decode().strip()
    url, (body, kind) = f"{address}/api/v1/{route}", REQUESTS[route]
    until_answered(f"{address}/api/v1/checks", b"{}", "application/json", "wrong")
    assert post(url, body, kind, token, **{"X-Die": moment}) is None
    models = "from jingpiao.sync.models import ImportBatch\nfrom jingpiao.inquiry.models import KeptAnswer\n"
    count = f"{models}print({COUNTED[route]}.objects.count())\n"
    assert platform.python(count) == ("1" if moment == "before the answer" else "0")
    first = until_answered(url, body, kind, token)
    again = until_answered(url, body, kind, token)
    assert first == again
    assert first[0] == (202 if route == "imports" else 200)
    assert platform.python(count) == "1"
    kept = "from jingpiao.api.models import KeptReply\nprint(bytes(KeptReply.objects.get().body).decode())\n"
    assert platform.python(kept) == first[1].decode()
