"""Turns (合并作答): guests who ask at the same moment are answered together, by whichever of their threads comes first.

A database that takes one writer at a time makes threads wait for each other anyway. So one thread answers for all who wait: it
reads once, writes once, and the others find their answers made. Nobody waits for company: who comes alone is answered at once.
They share one connection too: SQLite throws away what a connection has read whenever another one has written.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

from fapiao.claim import Claim
from jingpiao.inquiry.services import Answered, answer_strangers

MOST_TOGETHER = 32


class _Place:
    """One guest's place in the queue (排队位置)."""

    __slots__ = ("answered", "claim", "failed", "now")

    def __init__(self, claim: Claim, now: datetime) -> None:
        self.claim, self.now = claim, now
        self.answered: Answered | None = None
        self.failed: Exception | None = None


class Turns:
    """The queue before the one door to an answer (排队作答)."""

    def __init__(self) -> None:
        self._waiting: deque[_Place] = deque()
        self._turn = threading.Lock()
        self._shared: Any = None

    def __len__(self) -> int:
        """Return how many wait to be answered."""
        return len(self._waiting)

    def answer(self, claim: Claim, *, now: datetime) -> Answered:
        """Answer a guest's claim, and keep the answer. Errors: what answering raises; those who were answered together share it."""
        place = _Place(claim, now)
        self._waiting.append(place)
        while place.answered is None and place.failed is None:
            with self._turn:
                if place.answered is None and place.failed is None:
                    self._answer_waiting()
        if place.answered is None:
            raise place.failed or RuntimeError
        return place.answered

    def _answer_waiting(self) -> None:
        places = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_TOGETHER))]
        try:
            with self._on_shared_connection():
                answers = answer_strangers([(place.claim, place.now) for place in places])
        except Exception as slip:  # each of them raises it in his own thread
            for place in places:
                place.failed = slip
            return
        for place, answered in zip(places, answers, strict=True):
            place.answered = answered

    @contextmanager
    def _on_shared_connection(self) -> Iterator[None]:
        """Let this thread's statements go through the queue's connection, unless it is amid a transaction of its own."""
        own = connections[DEFAULT_DB_ALIAS]
        if own.in_atomic_block:
            yield
            return
        if self._shared is None:
            self._shared = connections.create_connection(DEFAULT_DB_ALIAS)
            self._shared.inc_thread_sharing()
        connections[DEFAULT_DB_ALIAS] = self._shared
        try:
            self._shared.close_if_unusable_or_obsolete()
            yield
        finally:
            connections[DEFAULT_DB_ALIAS] = own
