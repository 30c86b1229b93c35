"""Working (执行): one thread a piece of scheduled work, leases renewed beside it, until told to stop."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from types import FrameType

from django.db import Error

from jingpiao.jobs.turns import Scheduled, end_turn, fail_turn, forget_connection, renew, take_turn

LOOK_EVERY, RENEW_EVERY = 0.5, 15.0
log = logging.getLogger("jingpiao.jobs")


def work(schedule: Sequence[Scheduled], stop: threading.Event | None = None) -> None:
    """Work until told to stop (SIGTERM, SIGINT, or ``stop``)."""
    halt = stop or threading.Event()
    if stop is None:

        def end(number: int, frame: FrameType | None) -> None:
            halt.set()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
    holder = f"{os.getpid()}-{secrets.token_hex(4)}"
    busy: set[str] = set()
    threads = [
        threading.Thread(target=_one, args=(each, holder, halt, busy), daemon=True) for each in schedule
    ]
    for thread in threads:
        thread.start()
    while not halt.wait(RENEW_EVERY):
        try:
            renew(sorted(busy), holder=holder, now=datetime.now(UTC))
        except Error:
            forget_connection()
    for thread in threads:
        thread.join(10)


def _one(work: Scheduled, holder: str, halt: threading.Event, busy: set[str]) -> None:
    while not halt.is_set():
        try:
            more = _turn(work, holder, busy)
        except Error:  # the database is away: look again later
            log.warning("%s: the database does not answer", work.name)
            forget_connection()
            more = False
            halt.wait(2.0)
        if not more:
            halt.wait(LOOK_EVERY)
    forget_connection()


def _turn(work: Scheduled, holder: str, busy: set[str]) -> bool:
    if not take_turn(work, holder=holder, now=datetime.now(UTC)):
        return False
    busy.add(work.name)
    try:
        more = work.run(datetime.now(UTC))
    except Exception as slip:
        log.exception("%s failed", work.name)
        fail_turn(work, holder=holder, now=datetime.now(UTC), error=f"{type(slip).__name__}: {slip}")
        return False
    finally:
        busy.discard(work.name)
    end_turn(work, holder=holder, now=datetime.now(UTC), more=more)
    return more
