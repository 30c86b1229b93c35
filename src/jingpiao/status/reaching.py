"""Reaching the database (数据库可达性): a question for the public pages that gives up soon and does not insist.

A database that is away must cost these pages a moment, not a minute; for a few seconds after it failed it is not asked.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

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
    try:
        with _HurriedConnection():
            return question()
    except Error as slip:
        _note_failure()
        raise DatabaseAwayError(str(slip)) from slip


def _note_failure() -> None:
    global _failed_at
    with _lock:
        _failed_at = time.monotonic()
    connection.close()


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
