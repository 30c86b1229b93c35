"""Arrivals (到件): raw bytes kept under their digest before anything is parsed."""

from __future__ import annotations

import hashlib
import os
from datetime import datetime
from pathlib import Path

from jingpiao.home import home
from jingpiao.ledger.models import Arrival


def keep(data: bytes, *, name: str, source: str, now: datetime) -> Arrival:
    """Keep bytes once and return their arrival; the same bytes again give the first one."""
    digest = hashlib.sha256(data).hexdigest()
    path = place(digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}")
        with fresh.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    arrival, _ = Arrival.objects.get_or_create(
        sha256=digest, defaults={"name": name[:500], "size": len(data), "source": source, "received_at": now}
    )
    return arrival


def place(digest: str) -> Path:
    """Return where the bytes of a digest lie."""
    return home() / "arrivals" / digest[:2] / digest


def read(arrival: Arrival) -> bytes:
    """Return an arrival's bytes."""
    return place(arrival.sha256).read_bytes()
