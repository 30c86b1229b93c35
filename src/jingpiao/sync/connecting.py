"""Connecting (来源连接): sources added, changed, probed, paused, resumed, read again from the start."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from fapiao.errors import FapiaoError
from jingpiao.audit.services import record
from jingpiao.ledger.own import is_own_feed
from jingpiao.sync.configuration import SettingsError, Slip, changed_names, opened, read, stored
from jingpiao.sync.models import Connection
from jingpiao.sync.source import SOURCES, Health, Source, SourceError

KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
RESERVED = {"add"}
SHORTEST, LONGEST = 1, 86_400
"""Seconds between two visits."""


def connection_of(key: str) -> Connection:
    """Return a connection by its key. Errors: `source-unknown`."""
    found = Connection.objects.filter(key=key).first()
    if found is None:
        raise FapiaoError("source-unknown", f"没有叫 {key} 的来源连接", f"no source is called {key}")
    return found


def member_of(key: str) -> Source[Any]:
    """Return a kind of source by its key. Errors: `source-unknown`."""
    found = SOURCES.get(key)
    if found is None:
        raise FapiaoError(
            "source-unknown",
            f"没有 {key} 这种来源，可用：{'、'.join(SOURCES)}",
            f"no such kind: {key}; there are {', '.join(SOURCES)}",
        )
    return found


def add(
    *,
    key: str,
    member: str,
    feed: str,
    given: Mapping[str, str],
    now: datetime,
    label: str = "",
    every_seconds: int = 60,
) -> Connection:
    """Add a connection; it is due at once. Errors: `SettingsError` by field, `source-unknown`."""
    source = member_of(member)
    errors = _names(key, feed, every_seconds)
    settings = None
    try:
        settings = read(source, given)
    except SettingsError as slip:
        errors |= slip.slips
    if errors or settings is None:
        raise SettingsError(errors)
    try:
        with transaction.atomic():
            made = Connection.objects.create(
                key=key,
                label=label.strip() or key,
                member=member,
                feed=feed,
                settings=stored(source, settings),
                every_seconds=every_seconds,
                made_at=now,
                due_at=now,
            )
            record("source-added", key, now=now, after=made.settings, detail={"member": member, "feed": feed})
            return made
    except IntegrityError:
        raise SettingsError({"key": Slip("这个代号已被使用", "already in use")}) from None


def _names(key: str, feed: str, every_seconds: int) -> dict[str, Slip]:
    errors = {}
    if not KEY.fullmatch(key) or key in RESERVED:
        errors["key"] = Slip("请用小写字母、数字和连字符", "use lower-case letters, digits and hyphens")
    if not KEY.fullmatch(feed) or is_own_feed(feed):
        errors["feed"] = Slip("请用小写字母、数字和连字符", "use lower-case letters, digits and hyphens")
    if not SHORTEST <= every_seconds <= LONGEST:
        errors["every_seconds"] = Slip("请填 1 到 86400 秒", "from 1 to 86400 seconds")
    return errors


def change(
    *, key: str, given: Mapping[str, str], now: datetime, label: str = "", every_seconds: int = 60
) -> Connection:
    """Change a connection's settings; secrets left empty stay. It is tried again at once. Errors: `SettingsError`."""
    connection = connection_of(key)
    errors = _names(key, connection.feed, every_seconds)
    if errors:
        raise SettingsError(errors)
    source = member_of(connection.member)
    settings = stored(source, read(source, given, connection.settings))
    changed = changed_names(source, connection.settings, settings)
    with transaction.atomic():
        record(
            "source-changed",
            key,
            now=now,
            before=connection.settings,
            after=settings,
            detail={"changed": changed},
        )
        Connection.objects.filter(pk=connection.pk).update(
            settings=settings,
            label=label.strip() or key,
            every_seconds=every_seconds,
            due_at=now,
            failures=0,
            opened_until=None,
        )
    return connection_of(key)


def probe(key: str) -> Health:
    """Ask a source how it is; nothing is kept and no cursor moves."""
    connection = connection_of(key)
    source = member_of(connection.member)
    clock = time.monotonic()
    try:
        health = source.probe(opened(source, connection.settings))
    except SourceError as slip:
        health = Health(ok=False, message=slip.message, message_en=slip.message_en)
    if health.took_ms is not None:
        return health
    took = round((time.monotonic() - clock) * 1000)
    return Health(ok=health.ok, message=health.message, message_en=health.message_en, took_ms=took)


def pause(key: str, *, now: datetime) -> None:
    """Stop visiting a source until it is resumed; a visit under way ends as it would."""
    _set("source-paused", key, now, paused=True)


def resume(key: str, *, now: datetime) -> None:
    """Visit a source again, at once, with the circuit closed."""
    _set("source-resumed", key, now, paused=False, due_at=now, failures=0, opened_until=None)


def retry(key: str, *, now: datetime) -> None:
    """Visit a source at once, with the circuit closed; a paused one stays paused."""
    _set("source-retried", key, now, due_at=now, failures=0, opened_until=None)


def rewind(key: str, *, now: datetime) -> None:
    """Read a source again from the start: what is held already comes back as repeats and changes nothing.

    The fence rises, so that a visit under way cannot put the old cursor back.
    """
    _set(
        "source-rewound",
        key,
        now,
        cursor="",
        gaps=[],
        fence=F("fence") + 1,
        lease_until=None,
        due_at=now,
        failures=0,
        opened_until=None,
    )


def _set(action: str, key: str, now: datetime, **values: Any) -> None:
    """Change what a connection does, and put down who did."""
    with transaction.atomic():
        Connection.objects.filter(pk=connection_of(key).pk).update(**values)
        record(action, key, now=now)
