"""A live world (实时世界): goes on in real time, posting what its feeds tell to a platform's API."""

from __future__ import annotations

import json
import random
import time
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from bureau.habits import HABITS, FeedHabit
from bureau.issue import issue
from bureau.people import make_party, make_sellers
from bureau.world import BEIJING

BEAT = 5.0
"""Seconds between deliveries; the feeds of the demonstration speak faster than their rhythm, so that one can watch."""


def run_live(url: str, token: str, seed: int, home: Path, seconds: float) -> int:
    """Post events until told to stop. Feeds named in ``home/outage`` keep silent, and deliver all of it afterwards."""
    dice = random.Random(f"{seed}-live-{datetime.now(BEIJING):%Y%m%d%H%M%S}")
    feeds = [feed for feed in HABITS["a"].feeds if feed.key != "rail"]
    sellers = make_sellers(
        dice, [region for feed in feeds for region in feed.regions], 40, datetime.now(BEIJING).year
    )
    buyers = [make_party(dice, "11", 900 + number) for number in range(20)]
    waiting: dict[str, list[dict[str, Any]]] = {feed.key: [] for feed in feeds}
    stop_at = time.monotonic() + seconds if seconds else float("inf")
    count = 0
    while time.monotonic() < stop_at:
        silent = set((home / "outage").read_text("utf-8").split()) if (home / "outage").exists() else set()
        for feed in feeds:
            now = datetime.now(BEIJING)
            for seller in [each for each in sellers if each.region in feed.regions and dice.random() < 0.1]:
                issued = now - timedelta(minutes=dice.uniform(1, 20))
                invoice, _ = issue(dice, seller, dice.choice(buyers), dice.choice(("81", "82")), issued)
                waiting[feed.key].append({"type": "invoice", "invoice": invoice})
            if feed.key not in silent:
                count += 1
                _deliver(url, token, feed, waiting[feed.key], now, f"{now:%Y%m%d%H%M%S}-{count}")
                waiting[feed.key] = []
        time.sleep(min(BEAT, max(0.0, stop_at - time.monotonic())))
    return 0


def _deliver(
    url: str, token: str, feed: FeedHabit, events: list[dict[str, Any]], now: datetime, mark: str
) -> None:
    behind = now - timedelta(minutes=feed.delay)
    told = [*events, {"type": "watermark", "complete_to": behind.isoformat(timespec="seconds")}]
    lines = [
        {
            "feed": feed.key,
            "at": now.isoformat(timespec="seconds"),
            "id": f"{feed.key}-live-{mark}-{number}",
            **event,
        }
        for number, event in enumerate(told)
    ]
    body = b"\n".join(msgspec.json.encode(line) for line in lines)
    request = urllib.request.Request(  # noqa: S310
        f"{url}/api/v1/feeds/{feed.key}/events",
        data=body,
        method="POST",
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/jsonl"},
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:  # noqa: S310
            json.load(reply)
    except (urllib.error.URLError, OSError, ValueError):
        time.sleep(1)  # the platform is away: the next delivery goes on; ids make repeats harmless
