"""Jobs (后台任务): one loop that takes up imports, including those whose worker died.

Why a table with leases and no job library: docs/decisions/0003-background-work.md.
"""

from __future__ import annotations

import signal
import threading
from datetime import UTC, datetime
from types import FrameType

PAUSE = 0.5


def work(stop: threading.Event | None = None) -> None:
    """Work until told to stop (SIGTERM, SIGINT, or ``stop``)."""
    halt = stop or threading.Event()
    if stop is None:

        def end(number: int, frame: FrameType | None) -> None:
            halt.set()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
    while not halt.is_set():
        if not work_once():
            halt.wait(PAUSE)


def work_once() -> bool:
    """Take up one import and finish it; false when there was none."""
    from jingpiao.sync.importing import claim_batch, run_batch

    batch = claim_batch(datetime.now(UTC))
    if batch is None:
        return False
    run_batch(batch)
    return True
