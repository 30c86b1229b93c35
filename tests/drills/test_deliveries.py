"""Deliveries that go wrong in every documented way: nothing lost, nothing double, journal and ledger agree.

Each drill prints what it did as one JSON line (`pytest -rP`, or `-s`). ``JINGPIAO_DRILL_KILLS`` asks for more kills.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from drills.feeding import Served, environment, run, served

pytestmark = pytest.mark.drill
MISDEEDS = ("repeat", "reorder", "skip", "rewrite", "backwards", "html", "half", "clock", "error")
AT_LEAST = 3
"""Times that each misdeed is done."""
KILLS = int(os.environ.get("JINGPIAO_DRILL_KILLS", "20"))


def connect(platform: Any, feed: Served, *words: str) -> None:
    platform.environment = environment(platform)
    added = platform.run(
        "source", "add", "bj", "--member", "http", "--feed", "bj-dzfp",
        "--set", f"url={feed.address}/events", "--set", "token=open", *words,
    )  # fmt: skip
    assert added.returncode == 0, added.stderr.decode()


def agreed(platform: Any, feed: Served, drill: str, **more: Any) -> dict[str, Any]:
    """Compare with the truth, print the counts, and return them."""
    counts = run(platform, "drills.truth", stdin=feed.log())
    told = {"drill": drill, **more, **counts, "feed": feed.counts()}
    print(json.dumps(told))
    assert (counts["lost"], counts["strange"], counts["double"], counts["ledger_differs"]) == (0, 0, 0, 0)
    assert counts["told"] == counts["journal"] > 0
    return told


def test_visits_killed_in_mid_delivery_lose_and_double_nothing(platform, tmp_path: Path):
    with served(tmp_path, "--invoices", "3000", "--per-second", "0.001") as feed:
        connect(platform, feed, "--set", "limit=60")
        told = run(platform, "drills.killing", "bj", str(KILLS), "7", feed.address)
        assert told["kills"] >= KILLS
        assert told["settled"] == 1
        assert told["kills_after_commits"] > 0
        agreed(platform, feed, "killed", **told)


@pytest.mark.parametrize("platform", ["sqlite"], indirect=True)
def test_a_feed_that_misbehaves_in_every_way_is_read_whole_all_the_same(platform, tmp_path: Path):
    with served(tmp_path, "--invoices", "3000", "--per-second", "0.001") as feed:
        connect(platform, feed, "--set", "limit=30")
        for misdeed in MISDEEDS:
            feed.order(odds={misdeed: 0.5})
            while feed.counts().get(misdeed, 0) < AT_LEAST:
                feed.order(release=150)
                told = run(platform, "drills.driving", "bj")
                assert told["settled"]
            print(json.dumps({"drill": misdeed, "so_far": told}))
        agreed(platform, feed, "misdeeds")


def test_two_workers_and_an_outage_with_ten_times_the_load_afterwards(platform, tmp_path: Path):
    """Two workers started by mistake share the work; what piled up while the source was away comes in once."""
    with served(tmp_path, "--invoices", "6000", "--per-second", "0.001") as feed:
        connect(platform, feed, "--every", "1", "--set", "limit=100")
        with workers(platform, 2):
            for _ in range(10):
                feed.order(release=40)
                time.sleep(0.2)
            feed.order(down=True)
            time.sleep(2.0)
            feed.order(down=False, release=10 * 400)
            waited = until(lambda: journal_reaches(platform, feed))
        counts = agreed(platform, feed, "two-workers-outage-and-burst", caught_up_after=round(waited, 1))
        visits = run(platform, "drills.visits", "bj")
        print(json.dumps(visits))
        assert visits["overlapping"] == 0
        assert visits["failed"] > 0
        assert counts["journal"] > 3_000


@contextmanager
def workers(platform: Any, count: int) -> Iterator[None]:
    command = [sys.executable, "-m", "jingpiao.cli", "worker"]
    env = environment(platform)
    running = [subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL) for _ in range(count)]
    try:
        yield
        assert [each.poll() for each in running] == [None] * count
    finally:
        for each in running:
            each.kill()
            each.wait()


def journal_reaches(platform: Any, feed: Served) -> bool:
    row = platform.lines("source", "list", "--json")[0]
    return row["cursor"] != "" and json.loads(row["cursor"])["at"] >= feed.counts()["released"]


def until(done: Callable[[], bool]) -> float:
    """Wait until it is so, and return how long that took. Errors: the test fails after two minutes."""
    begun = time.monotonic()
    while not done():
        assert time.monotonic() - begun < 120, "it did not come to that"
        time.sleep(0.3)
    return time.monotonic() - begun
