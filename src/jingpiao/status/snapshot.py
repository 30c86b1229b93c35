"""The snapshot (状态快照): the whole public status, written to the home at every beat, so that it can be read without a database."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from jingpiao.home import home


def place() -> Path:
    """Return where the snapshot lies."""
    return home() / "status" / "snapshot.json"


def write(body: dict[str, Any]) -> None:
    """Write the snapshot in one step: a reader sees the old one or the new one, never half of one."""
    path = place()
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}")
    with fresh.open("wb") as file:
        file.write(msgspec.json.encode(body))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def read() -> dict[str, Any] | None:
    """Return the newest snapshot with its moments as such, ``None`` when there is none that can be read."""
    try:
        told = msgspec.json.decode(place().read_bytes(), type=dict[str, Any])
        told["as_of"] = datetime.fromisoformat(told["as_of"])
    except (OSError, msgspec.DecodeError, KeyError, TypeError, ValueError):
        return None
    return told
