"""A live world (实时世界): posts what is still to come of a world to a platform's API, each line when its time has come."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from operator import itemgetter
from pathlib import Path

import msgspec

from bureau.lasting import go_on
from bureau.world import BEIJING

BEAT = 2.0
"""Seconds between deliveries."""
MOST_LINES = 2_000


def run_live(url: str, token: str, home: Path, seconds: float) -> int:
    """Post due events until told to stop. Feeds named in ``home/outage`` keep silent, and deliver all of it afterwards.

    A world that was begun as a lasting one (`bureau.lasting`) goes on by itself.
    """
    waiting = _waiting(home / "later.jsonl")
    stop_at = time.monotonic() + seconds if seconds else float("inf")
    while time.monotonic() < stop_at:
        silent = set((home / "outage").read_text("utf-8").split()) if (home / "outage").exists() else set()
        now = datetime.now(BEIJING)
        if fresh := go_on(home, now):
            _take_up(fresh, waiting, home / "later.jsonl")
        for feed, lines in waiting.items():
            due = [line for moment, line in lines[:MOST_LINES] if moment <= now]
            if due and feed not in silent and _deliver(url, token, feed, due):
                del lines[: len(due)]
        time.sleep(min(BEAT, max(0.0, stop_at - time.monotonic())))
    return 0


Waiting = dict[str, list[tuple[datetime, bytes]]]


def _waiting(path: Path) -> Waiting:
    waiting: Waiting = defaultdict(list)
    for line in path.read_bytes().splitlines() if path.exists() else ():
        _put(line, waiting)
    for lines in waiting.values():
        lines.sort(key=itemgetter(0))
    return waiting


def _put(line: bytes, waiting: Waiting) -> None:
    event = msgspec.json.decode(line)
    waiting[event["feed"]].append((datetime.fromisoformat(event["at"].replace("Z", "+00:00")), line))


def _take_up(fresh: Sequence[bytes], waiting: Waiting, path: Path) -> None:
    """Put the next stretch to what waits, and let go of what was delivered."""
    for line in fresh:
        _put(line, waiting)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        for lines in waiting.values():
            lines.sort(key=itemgetter(0))
            file.writelines(line + b"\n" for _, line in lines)
    part.replace(path)


def _deliver(url: str, token: str, feed: str, lines: list[bytes]) -> bool:
    """Post lines; false when the platform is away, so that they are delivered again: ids make repeats harmless."""
    request = urllib.request.Request(  # noqa: S310
        f"{url}/api/v1/feeds/{feed}/events",
        data=b"\n".join(lines),
        method="POST",
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/jsonl"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as reply:  # noqa: S310
            json.load(reply)
    except (urllib.error.URLError, OSError, ValueError):
        return False
    return True
