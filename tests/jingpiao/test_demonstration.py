"""The demonstration's three examples are what they are called, at every hour, also after its first days are over."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import urllib.request
from bisect import bisect_right
from datetime import datetime, timedelta
from operator import itemgetter
from pathlib import Path

import msgspec
import pytest

from bureau.lasting import Plan, begin, go_on
from bureau.world import BEIJING
from fapiao.claim import Claim
from jingpiao.inquiry import examples
from jingpiao.inquiry.services import answer_claim
from jingpiao.ledger.models import Invoice
from jingpiao.service.demonstration import following
from jingpiao.sync.services import load_events

pytestmark = pytest.mark.django_db(transaction=True)
BEGIN = datetime(2026, 6, 18, tzinfo=BEIJING)
MADE = BEGIN + timedelta(days=4, hours=1)
HOURS = (1, 4, 5.5, 7, 8, 12, 16.5, 21, 23.9, 24 * 9 + 5, 24 * 9 + 15)
"""Hours after midnight of the day on which the demonstration was begun; the last lie beyond its first stretch."""


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JINGPIAO_HOME", str(tmp_path))
    folder = tmp_path / "world"
    begin(Plan(seed=1, habit="a", invoices=6_000, days=6, begin=BEGIN), folder, MADE)
    return folder


def events(folder: Path) -> list[tuple[datetime, bytes]]:
    told = [*(folder / "events.jsonl").read_bytes().splitlines()]
    told += (folder / "later.jsonl").read_bytes().splitlines()
    whens = (datetime.fromisoformat(msgspec.json.decode(line)["at"]) for line in told)
    return sorted(zip(whens, told, strict=True), key=itemgetter(0))


def test_one_is_found_one_mistyped_and_one_on_its_way_at_every_hour(world: Path):
    loaded = 0
    for hour in HOURS:
        now = MADE.replace(hour=0) + timedelta(hours=hour)
        go_on(world, now)
        told = events(world)
        due = bisect_right(told, now, key=itemgetter(0))
        load_events([line for _, line in told[loaded:due]], source="demonstration", now=now)
        loaded = due
        rows = examples.examples(now)
        assert [row.title_en for row in rows] == ["found", "mistyped", "on its way"], now
        found, mistyped, coming = [
            answer_claim(Claim(text=row.text, as_of=now), now=now).answer for row in rows
        ]
        assert (found.existence, found.agreement) == ("found", "full"), now
        assert mistyped.causes[0].code == "typed-wrong", now
        assert coming.existence == "not-found", now
        assert coming.causes[0].code == "sync-delay", (now, coming.causes[0])


def test_another_is_named_when_the_one_shown_has_come(world: Path):
    now = MADE + timedelta(hours=4)
    shown = examples.on_its_way(now)
    assert shown
    assert following(None, now) == shown
    assert following(shown, now) is None
    assert following(shown, shown.delivered_at - timedelta(seconds=1)) is None
    fresh = following(shown, shown.delivered_at + timedelta(seconds=15))
    assert fresh
    assert fresh != shown
    assert fresh.delivered_at > shown.delivered_at


def test_the_command_prints_its_address_and_three_examples_at_every_start(tmp_path: Path):
    for _ in range(2):
        told = demo(tmp_path)
        assert "京票 http://127.0.0.1:" in told
        for words in ("在账 found: ", "输错一位 mistyped: ", "还在路上 on its way: "):
            assert words in told
    assert "making the demonstration world" not in told


def demo(folder: Path) -> str:
    """Start the demonstration as a process, stop it when it serves, and return what it printed."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "JINGPIAO_HOME": str(folder / "home")}
    words = [sys.executable, "-m", "jingpiao.cli", "demo", "--port", str(port)]
    log = folder / "demo.log"
    with log.open("wb") as told:
        running = subprocess.Popen(words, env=environment, stdout=told, stderr=subprocess.STDOUT)
    try:
        for _ in range(600):
            if running.poll() is not None or _answers(port):
                break
            threading.Event().wait(0.2)
    finally:
        running.terminate()
        assert running.wait(30) == 0
    return log.read_text("utf-8")


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1):
            return True
    except OSError:
        return False


def test_nothing_is_an_example_where_no_demonstration_was_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("JINGPIAO_HOME", str(tmp_path))
    assert examples.examples(MADE) == []
    assert examples.on_its_way(MADE) is None
    assert following(None, MADE) is None
    assert not Invoice.objects.exists()
