"""A live world (实时世界): posts what is still to come of a world to a platform's API, each line when its time has come."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections import defaultdict
from datetime import datetime
from pathlib import Path

import msgspec

from bureau.world import BEIJING

BEAT = 2.0
"""Seconds between deliveries."""
MOST_LINES = 2_000


def run_live(url: str, token: str, home: Path, seconds: float) -> int:
    """Post due events until told to stop. Feeds named in ``home/outage`` keep silent, and deliver all of it afterwards."""
    waiting = _waiting(home / "later.jsonl")
    stop_at = time.monotonic() + seconds if seconds else float("inf")
    while time.monotonic() < stop_at:
        silent = set((home / "outage").read_text("utf-8").split()) if (home / "outage").exists() else set()
        now = datetime.now(BEIJING)
        for feed, lines in waiting.items():
            due = [line for moment, line in lines[:MOST_LINES] if moment <= now]
            if due and feed not in silent and _deliver(url, token, feed, due):
                del lines[: len(due)]
        time.sleep(min(BEAT, max(0.0, stop_at - time.monotonic())))
    return 0


def _waiting(path: Path) -> dict[str, list[tuple[datetime, bytes]]]:
    waiting: dict[str, list[tuple[datetime, bytes]]] = defaultdict(list)
    for line in path.read_bytes().splitlines() if path.exists() else ():
        event = msgspec.json.decode(line)
        waiting[event["feed"]].append((datetime.fromisoformat(event["at"].replace("Z", "+00:00")), line))
    return waiting


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
