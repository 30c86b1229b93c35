"""A scratch place (草稿区): empty tables of the same shape as the projected ones, where a rebuild writes.

On SQLite a file of its own, on PostgreSQL a schema of its own; gone afterwards. While it is open, this thread's statements go
there, and the platform's own tables are read through one snapshot, so that what arrives meanwhile disturbs no comparison.
"""

from __future__ import annotations

import re
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from jingpiao.home import home

ALIAS = "default"
NEEDED_INDEXES = frozenset({"invoice_alias"})
"""Indexes that taking in looks things up by; the others would only cost time here. Unique ones are always made."""

SCRATCH_PRAGMAS = (
    "foreign_keys=OFF",  # the raw files that rows point to are not projected
    "journal_mode=OFF",
    "synchronous=OFF",
    "mmap_size=0",  # a file of a million rows need not lie in memory
    "cache_size=-32768",
)


class Tables:
    """The platform's tables as one snapshot (台账快照), read beside the scratch place."""

    def __init__(self, real: BaseDatabaseWrapper) -> None:
        self._real = real

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one query on the platform's own tables."""
        with self._real.cursor() as cursor:
            cursor.execute(statement, parameters)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found


@contextmanager
def scratch(tables: Sequence[str]) -> Iterator[Tables]:
    """Open a scratch place with these tables empty; yields the platform's own ones."""
    real = connections[ALIAS]
    assert isinstance(real, BaseDatabaseWrapper)
    real.ensure_connection()
    place = _schema(real, tables) if real.vendor == "postgresql" else _file(real, tables)
    with place as draft:
        _begin(real)
        connections[ALIAS] = draft
        try:
            yield Tables(real)
        finally:
            connections[ALIAS] = real
            draft.close()
            _bare(real, "ROLLBACK")


def _begin(real: BaseDatabaseWrapper) -> None:
    """Begin a reading transaction that sees one state of the platform throughout."""
    if real.vendor == "postgresql":
        _bare(real, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    else:
        _bare(real, "BEGIN DEFERRED")
        _bare(
            real, "SELECT 1 FROM ledger_journalentry LIMIT 1"
        )  # SQLite takes its snapshot at the first read


def _bare(wrapper: BaseDatabaseWrapper, statement: str) -> None:
    """Run a statement past Django, which would keep transactions in its own way."""
    wrapper.connection.execute(statement)


def _like(real: BaseDatabaseWrapper, **changed: Any) -> BaseDatabaseWrapper:
    return type(real)({**real.settings_dict, **changed}, alias=ALIAS)


@contextmanager
def _file(real: BaseDatabaseWrapper, tables: Sequence[str]) -> Iterator[BaseDatabaseWrapper]:
    with tempfile.TemporaryDirectory(prefix="rebuild-", dir=home()) as folder:
        draft = _like(real, NAME=str(Path(folder) / "scratch.sqlite3"))
        draft.ensure_connection()
        for pragma in SCRATCH_PRAGMAS:
            _bare(draft, f"PRAGMA {pragma}")
        for statement in _shapes(real, tables):
            _bare(draft, statement)
        yield draft


def _shapes(real: BaseDatabaseWrapper, tables: Sequence[str]) -> Iterator[str]:
    """Yield what makes the tables, and those of their indexes that a rebuild needs."""
    for table in tables:
        found = real.connection.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY type DESC",
            [table],
        )
        for kind, name, statement in found.fetchall():
            if kind == "table" or name in NEEDED_INDEXES or re.match(r"CREATE UNIQUE", statement):
                yield statement


@contextmanager
def _schema(real: BaseDatabaseWrapper, tables: Sequence[str]) -> Iterator[BaseDatabaseWrapper]:
    name = f"jingpiao_rebuild_{secrets.token_hex(4)}"
    own = real.connection.execute("SELECT current_schema()").fetchone()[0]
    options = dict(real.settings_dict["OPTIONS"])
    options["options"] = f"{options.get('options', '')} -c search_path={name},{own}".strip()
    draft = _like(real, OPTIONS=options)
    _bare(real, f"CREATE SCHEMA {name}")
    try:
        for table in tables:
            shape = f"LIKE {own}.{table} INCLUDING DEFAULTS INCLUDING IDENTITY"
            _bare(real, f"CREATE UNLOGGED TABLE {name}.{table} ({shape})")
            for statement in _unique(real, own, table):
                _bare(real, statement.replace(f" ON {own}.", f" ON {name}."))
        draft.ensure_connection()
        yield draft
    finally:
        draft.close()
        _bare(real, f"DROP SCHEMA {name} CASCADE")


def _unique(real: BaseDatabaseWrapper, schema: str, table: str) -> list[str]:
    found = real.connection.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = %s AND tablename = %s", [schema, table]
    )
    return [
        statement
        for index, statement in found.fetchall()
        if statement.startswith("CREATE UNIQUE") or index in NEEDED_INDEXES
    ]
