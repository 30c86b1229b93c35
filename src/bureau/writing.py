"""Writing a world down (落盘): its events as JSON Lines, and what is still to come."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from bureau.issue import Issued
from bureau.world import World


def write_events(world: World, path: str, until: datetime | None = None) -> int:
    """Write the events as JSON Lines; those after ``until`` go into a file of their own, ``later.jsonl`` beside it."""
    later = Path(path).with_name("later.jsonl")
    with open(path, "wb") as file, later.open("wb") as waiting:
        for event in world.events:
            due = datetime.fromisoformat(event["at"].replace("Z", "+00:00"))
            (file if until is None or due <= until else waiting).write(msgspec.json.encode(event) + b"\n")
    return len(world.events)


def on_their_way(world: World, now: datetime) -> list[Issued]:
    """Return the invoices that will be uploaded and yet to be delivered at some moment from now on, in order of delivery.

    Those that a trouble of their feed touches are left out: an example should come when it is expected.
    """
    coming = [
        one
        for one in world.issued
        if one.fate == "normal"
        and one.uploaded_at
        and one.delivered_at
        and one.feed != "rail"
        and one.delivered_at > max(now, one.uploaded_at) + timedelta(minutes=4)
        and one.invoice["kind"] in ("81", "82")
        and not any(
            each.feed == one.feed
            and each.begin - timedelta(hours=1) <= one.delivered_at
            and one.uploaded_at <= each.end + timedelta(hours=2)
            for each in world.troubles
        )
    ]
    return sorted(coming, key=lambda one: one.delivered_at or now)
