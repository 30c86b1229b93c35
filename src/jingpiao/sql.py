"""SQL that differs between the two databases (数据库方言): set membership, bulk insert, the one writer's lock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import Any

import msgspec
from django.db import connection

INTAKE_LOCK = 7_100_001


@cache
def is_postgres() -> bool:
    """Tell whether this process works on PostgreSQL; otherwise it is SQLite."""
    return connection.vendor == "postgresql"


def among(column: str) -> str:
    """Return a condition that the column is among the texts of one parameter (see `texts`)."""
    if is_postgres():
        return f"{column} = ANY(string_to_array(%s, E'\\x1f'))"
    return f"{column} IN (SELECT value FROM json_each(%s))"


def each(name: str) -> str:
    """Return a table of the texts of one parameter (see `texts`), under a name, with the one column ``value``."""
    if is_postgres():
        return f"unnest(string_to_array(%s, E'\\x1f')) AS {name}(value)"
    return f"(SELECT value FROM json_each(%s)) AS {name}"


def for_each(name: str, columns: str, rest: str, most: int) -> str:
    """Return a query of these columns for every text of one parameter (see `each`); ``rest`` is what follows its FROM.

    PostgreSQL gives at most ``most`` rows a text: only so does it see that each is looked up by index.
    """
    if is_postgres():
        return f"SELECT {columns} FROM {each(name)} CROSS JOIN LATERAL (SELECT {columns} FROM {rest} LIMIT {most}) AS found"
    return f"SELECT {columns} FROM {each(name)} CROSS JOIN {rest}"


def texts(values: Iterable[str]) -> Any:
    """Return the parameter for `among`."""
    if is_postgres():  # one text: the driver takes longer to write an array than the server to look it up
        return "\x1f".join(value for value in values if "\x1f" not in value and "\x00" not in value)
    return msgspec.json.encode(list(values)).decode()


def lock_intake() -> None:
    """Hold the intake lock until the transaction ends: one writer at a time decides what is new.

    SQLite needs nothing: its transactions begin IMMEDIATE.
    """
    if is_postgres():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [INTAKE_LOCK])


def bulk_insert(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert many rows: COPY on PostgreSQL, executemany on SQLite. Names come from our code, never from input.

    Rows may be made on the way: on PostgreSQL the server stores the first while the last are still to come.
    """
    coming = iter(rows)
    first = next(coming, None)
    if first is None:
        return
    names = ", ".join(f'"{name}"' for name in columns)
    if not is_postgres():
        marks = ", ".join("?" * len(columns))
        connection.ensure_connection()
        with connection.wrap_database_errors:  # the bare driver's errors are to be Django's too
            connection.connection.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({marks})", [first, *coming]
            )
        return
    from psycopg import DataError

    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy,
    ):
        for row in chain((first,), coming):
            try:
                copy.write_row(row)
            except DataError:  # PostgreSQL holds no NUL in a text; raised before anything of the row is sent
                copy.write_row(
                    [value.replace("\x00", "") if isinstance(value, str) else value for value in row]
                )


def rows(statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run one query through a bare cursor and return its rows."""
    if is_postgres():
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found
    connection.ensure_connection()
    with connection.wrap_database_errors:
        found = connection.connection.execute(_with_question_marks(statement), parameters).fetchall()
    return found  # noqa: RET504 - the rows have their type from above


def hot_rows(statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run a query that every question asks again: PostgreSQL prepares it once a connection, and is sent the values alone.

    Only for statements that never vary in text and look things up by index: a plan made for small tables is kept until they are
    analysed again.
    """
    if not is_postgres():
        return rows(statement, parameters)
    from psycopg import Cursor

    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        return cursor.execute(statement, parameters).fetchall()


@lru_cache(maxsize=512)
def _with_question_marks(statement: str) -> str:
    """Return a statement as SQLite wants it; ours contain no other per cent signs."""
    return statement.replace("%s", "?")
