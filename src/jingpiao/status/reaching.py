"""Reaching the database (数据库可达性): a question for the public pages that gives up soon and does not insist.

A database that is away must cost these pages a moment, not a minute; for a few seconds after it failed it is not asked.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from django.db import Error, connection

from jingpiao import sql

Told = TypeVar("Told")
PATIENCE_MS = 2_000
LEFT_ALONE = 5.0
_failed_at = float("-inf")
_lock = threading.Lock()


class DatabaseAwayError(Exception):
    """The database does not answer (数据库没有回应)."""


def ask(question: Callable[[], Told]) -> Told:
    """Return what the question gives. Errors: `DatabaseAwayError` when the database fails it, or did so a moment ago."""
    if time.monotonic() - _failed_at < LEFT_ALONE:
        raise DatabaseAwayError
    return _beside.ask(question) if sql.is_postgres() else _here(question)


def _here(question: Callable[[], Told]) -> Told:
    try:
        with _HurriedConnection():
            return question()
    except Error as slip:
        _note_failure()
        connection.close()
        raise DatabaseAwayError(str(slip)) from slip


class _Beside:
    """A thread that asks a server in the visitor's stead (旁路线程): a server that is frozen would keep whoever asks it.

    One that did not come back in time is left waiting, and nobody asks until it has come back.
    """

    def __init__(self) -> None:
        self._questions: queue.SimpleQueue[tuple[Callable[[], Any], Future[Any]]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._late: Future[Any] | None = None

    def ask(self, question: Callable[[], Told]) -> Told:
        """Return what the question gives, within the patience there is. Errors: `DatabaseAwayError`."""
        if self._late is not None and not self._late.done():
            raise DatabaseAwayError("it has not come back yet")
        self._begin()
        reply: Future[Told] = Future()
        self._questions.put((question, reply))
        try:
            return reply.result(PATIENCE_MS / 1000 + 1)
        except TimeoutError:
            self._late = reply
            _note_failure()
            raise DatabaseAwayError("no reply in time") from None

    def _begin(self) -> None:
        with _lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="status-beside", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while True:
            question, reply = self._questions.get()
            try:
                reply.set_result(_here(question))
            except BaseException as slip:  # whatever it is belongs to whoever asked
                reply.set_exception(slip)


_beside = _Beside()


def _note_failure() -> None:
    global _failed_at
    with _lock:
        _failed_at = time.monotonic()


class _HurriedConnection:
    """This thread's connection, for a while with little patience for locks and slow statements."""

    def __enter__(self) -> None:
        if connection.connection is None:
            self._connect()
        statement = "SET statement_timeout = %s" if sql.is_postgres() else "PRAGMA busy_timeout = %s"
        _run(statement % PATIENCE_MS)

    @staticmethod
    def _connect() -> None:
        """Connect with little patience too; the settings are this thread's own for the while, others keep theirs."""
        kept = connection.settings_dict
        name = "connect_timeout" if sql.is_postgres() else "timeout"
        options = {**kept.get("OPTIONS", {}), name: PATIENCE_MS // 1000}
        connection.settings_dict = {**kept, "OPTIONS": options}
        try:
            connection.ensure_connection()
        finally:
            connection.settings_dict = kept

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            timeout = int(connection.settings_dict.get("OPTIONS", {}).get("timeout", 20) * 1000)
            _run("RESET statement_timeout" if sql.is_postgres() else f"PRAGMA busy_timeout = {timeout}")


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
