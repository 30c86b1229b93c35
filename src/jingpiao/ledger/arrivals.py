"""Arrivals (到件): raw bytes kept under their digest before anything is parsed."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from jingpiao.home import home
from jingpiao.ledger.models import Arrival


def keep(data: bytes, *, name: str, source: str, now: datetime) -> Arrival:
    """Keep bytes once and return their arrival; the same bytes again give the first one."""
    return keep_blocks((data,), name=name, source=source, now=now)


def keep_blocks(blocks: Iterable[bytes], *, name: str, source: str, now: datetime) -> Arrival:
    """Keep a stream of bytes as `keep` does, never holding more of it than one block."""
    folder = home() / "arrivals"
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f".{os.getpid()}-{secrets.token_hex(8)}"
    try:
        digest, size = _write(blocks, fresh)
        path = place(digest)
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    arrival, _ = Arrival.objects.get_or_create(
        sha256=digest, defaults={"name": name[:500], "size": size, "source": source, "received_at": now}
    )
    return arrival


def _write(blocks: Iterable[bytes], path: Path) -> tuple[str, int]:
    sha, size = hashlib.sha256(), 0
    with path.open("wb") as file:
        for block in blocks:
            sha.update(block)
            size += file.write(block)
        file.flush()
        os.fsync(file.fileno())
    return sha.hexdigest(), size


def place(digest: str) -> Path:
    """Return where the bytes of a digest lie."""
    return home() / "arrivals" / digest[:2] / digest


def read(arrival: Arrival) -> bytes:
    """Return an arrival's bytes."""
    return place(arrival.sha256).read_bytes()
