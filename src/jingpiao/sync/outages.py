"""Outages told by us (来源失联): a source that cannot be read is a fault of its feeds, and its end the clearing of it.

So an answer says "the source is down" as soon as the circuit opens, and need not wait until the silence is long enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from jingpiao.ledger.own import connection_event
from jingpiao.sync.models import Connection
from jingpiao.sync.services import LoadSummary, enter, read_lines
from jingpiao.sync.source import SourceError

TOLD = "fault_told"
"""The mark in a connection's last error that its fault stands in the journal."""


def begin(
    connection: Connection, feeds: Sequence[str], slip: SourceError, *, fence: int, now: datetime
) -> None:
    """Enter a fault of these feeds. Call inside the transaction that opens the circuit."""
    message = f"{connection.label}：{slip.message}"
    _tell(connection, feeds, {"type": "fault", "message": message}, fence=fence, now=now)


def end(connection: Connection, feeds: Sequence[str], *, fence: int, now: datetime) -> None:
    """Enter that the fault is over, if one was told. Call inside the transaction of the visit that succeeded."""
    if (connection.last_error or {}).get(TOLD):
        _tell(connection, feeds, {"type": "fault-cleared"}, fence=fence, now=now)


def _tell(
    connection: Connection, feeds: Sequence[str], told: dict[str, Any], *, fence: int, now: datetime
) -> None:
    source = connection_event(connection.key)
    lines = [
        msgspec.json.encode(
            {
                "feed": feed,
                "at": now.isoformat(),
                "id": connection_event(connection.key, told["type"], fence),
                "component": "feed",
                **told,
            }
        )
        for feed in feeds
    ]
    enter(read_lines(enumerate(lines, 1), source=source, feeds=feeds, now=now), LoadSummary(), now=now)
