"""The web process dies or hangs while the worker lives: our own path turns, an incident opens, and closes after three good canaries."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from telling.story import event, lines

pytestmark = pytest.mark.drill
BEAT = "3"
"""Seconds: three missed canaries are an outage, a canary that hangs does so for half a second."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Service:
    """Commands of one platform, each a process of its own group, ended whatever happens."""

    def __init__(self, platform: Any, port: int, log: Path) -> None:
        self.platform, self.port, self._log, self._running = platform, port, log, []
        self.environment = platform.environment | {"JINGPIAO_STATUS_BEAT": BEAT}

    def start(self, *words: str, **settings: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "jingpiao.cli", *words],
            env=self.environment | settings,
            stdout=self._log.open("ab"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._running.append(process)
        return process

    def serve(self) -> subprocess.Popen[bytes]:
        return self.start("serve", "--port", str(self.port))

    def stop(self) -> None:
        for process in self._running:
            for told in (signal.SIGCONT, signal.SIGTERM):
                try:
                    os.killpg(process.pid, told)
                except ProcessLookupError:
                    break
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(20)

    def path(self) -> dict[str, Any]:
        [row] = self.platform.lines("status", "--json")
        return row

    def until(self, what: str, seen: Callable[[dict[str, Any]], bool], seconds: float = 90) -> dict[str, Any]:
        """Look until it is seen."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            row = self.path()
            if seen(row):
                return row
            time.sleep(0.5)
        raise AssertionError(f"{what}: {row['path']} {row['incidents']}\n{self._log.read_text()[-3000:]}")


@pytest.fixture
def service(platform: Any, tmp_path: Path) -> Iterator[Service]:
    platform.run(
        "load",
        "-",
        stdin=lines([event("feed", "01T00:00", label="北京", regions=["11"], kinds=[], every_seconds=None)]),
    )
    platform.environment["JINGPIAO_STATUS_BEAT"] = BEAT  # those who look count by the same beat
    made = Service(platform, free_port(), tmp_path / "log")
    yield made
    made.stop()


def web_process(master: int) -> int:
    """The child of a served master that is not its worker."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status, command = (folder / "status").read_text(), (folder / "cmdline").read_bytes()
        except OSError:
            continue
        parent = re.search(r"PPid:\s+(\d+)", status)
        is_helper = b"\x00worker\x00" in command or b"resource_tracker" in command
        if parent and int(parent[1]) == master and not is_helper:
            return int(folder.name)
    raise AssertionError("no web process")


def is_well(row: dict[str, Any]) -> bool:
    return row["path"]["state"] == "current" and not open_of_path(row)


def open_of_path(row: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for each in row["incidents"] if each["component"] == "path" and not each["closed_at"]]


def is_outage(row: dict[str, Any]) -> bool:
    return row["path"]["state"] == "outage" and len(open_of_path(row)) == 1


def closed(service: Service) -> str:
    """What is on record of the incident: its worst state, whether it closed, the canaries found since the last that was not."""
    return service.platform.python(
        "from jingpiao.status.models import Canary, Incident\n"
        "row = Incident.objects.get(component='path')\n"
        "missed = Canary.objects.filter(seen_at=None, sent_at__lt=row.closed_at).order_by('-sent_at')[0]\n"
        "good = Canary.objects.filter(sent_at__gt=missed.sent_at, sent_at__lte=row.closed_at).exclude(seen_at=None)\n"
        "print(row.worst, row.reason, good.count() >= 3)\n"
    )


def test_a_web_process_that_hangs_and_is_killed_is_seen_and_replaced(service: Service):
    master = service.serve()
    service.until("well at first", is_well)
    web = web_process(master.pid)
    os.kill(web, signal.SIGSTOP)
    service.until("outage", is_outage)
    os.kill(web, signal.SIGKILL)
    service.until("well again", is_well)
    assert web_process(master.pid) != web
    assert master.poll() is None
    assert closed(service) == "outage canary True"


def test_a_service_that_is_killed_whole_is_an_outage_to_a_worker_that_lives(service: Service):
    served = service.serve()
    worker = service.start("worker", JINGPIAO_DOOR=f"http://127.0.0.1:{service.port}")
    service.until("well at first", is_well)
    os.killpg(served.pid, signal.SIGKILL)
    served.wait(20)
    service.until("outage", is_outage)
    service.serve()
    service.until("well again", is_well)
    assert worker.poll() is None
    assert closed(service) == "outage canary True"


def test_a_worker_alone_measures_feeds_and_says_that_nothing_is_served(service: Service):
    service.start("worker")
    row = service.until("not served", lambda row: row["path"]["reason"] == "not-served")
    assert (row["path"]["state"], row["incidents"]) == ("unknown", [])
    assert (
        service.platform.python("from jingpiao.status.models import Canary\nprint(Canary.objects.count())")
        == "0"
    )


def test_what_flies_through_a_served_door_is_in_nobodys_sight(service: Service):
    service.serve()
    service.until("well", is_well)
    number = service.platform.python(
        "from jingpiao.status.models import Canary\nprint(Canary.objects.exclude(seen_at=None)[0].number)"
    )
    with urllib.request.urlopen(f"http://127.0.0.1:{service.port}/") as page:
        assert number not in page.read().decode()
    counts = (
        "from jingpiao.ledger.models import Invoice\nfrom jingpiao.inquiry.models import KeptAnswer\n"
        "from jingpiao.sync.models import Visit, UnreadLine\n"
        "print(Invoice.objects.count(), KeptAnswer.objects.count(), Visit.objects.count(), UnreadLine.objects.count())"
    )
    assert service.platform.python(counts) == "0 0 0 0"
