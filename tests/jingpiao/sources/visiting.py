"""A feed in a thread of this process, and connections to it, for tests that look at single visits."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from bureau.feed import Feed
from bureau.serving import FeedServer
from jingpiao.sync import connecting
from jingpiao.sync.leasing import take_over
from jingpiao.sync.models import Connection, Visit
from jingpiao.sync.polling import visit
from telling.story import event, invoice, lines

NOW = datetime(2026, 7, 14, 12, 5, tzinfo=UTC)


def events(first: int, last: int) -> list[bytes]:
    """Return invoice events of the feed ``bj``, one a number."""
    told = [event("invoice", "10T11:30", id=f"n{n}", invoice=invoice(n)) for n in range(first, last + 1)]
    return lines(told).splitlines()


@contextmanager
def serving(feed: Feed, token: str = "") -> Iterator[str]:
    """Serve a feed until the block ends, and give its address."""
    server = FeedServer(feed, port=0, token=token)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/events"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def connected(url: str, **more: Any) -> Connection:
    """Add a connection called ``bj`` to an HTTP feed."""
    given = {"url": url, **more}
    return connecting.add(key="bj", member="http", feed="bj", given=given, now=datetime.now(UTC))


def visit_now(key: str = "bj") -> Visit:
    """Make one visit, whoever has the lease."""
    made = visit(take_over(key, datetime.now(UTC)))
    assert made is not None
    return made
