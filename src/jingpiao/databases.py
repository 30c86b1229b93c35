"""Databases (数据库): SQLite in the home by default, PostgreSQL when a URL says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

SEEN_BEFORE_PREPARED = 2
"""How often a connection runs a hot query (`jingpiao.sql.hot_rows`) before PostgreSQL is to keep its plan."""


def database(url: str, home: Path) -> dict[str, Any]:
    """Return Django's settings for one database.

    ``url`` empty means SQLite in WAL mode under ``home``; ``postgresql://user:password@host:port/name?host=/socket``
    means PostgreSQL. ``jit`` is off for this role, and what is prepared is planned once for all values: either cost more than
    the near-miss query itself. ``prepared=no`` among the parameters is for poolers that give every transaction another server
    connection and know no prepared statements.
    """
    return _postgres(url) if url else _sqlite(home / "jingpiao.sqlite3")


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA wal_autocheckpoint=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;"
            " PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY",
        },
        "TEST": {"NAME": None},
    }


def _postgres(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "options": "-c jit=off -c plan_cache_mode=force_generic_plan",
            "connect_timeout": "5",
            "prepare_threshold": None if query.pop("prepared", "yes") == "no" else SEEN_BEFORE_PREPARED,
            **query,
        },
    }
