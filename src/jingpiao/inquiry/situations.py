"""Kept situations (情形留存): what an answer rests on, so small and so cheap that every kept answer has it.

Most of a situation is the same for thousands of claims: the feeds as they stood, and each feed's past. Those parts are kept
once, under their digest; an answer's own part names them. What a near miss's invoice holds beyond its columns no
diagnosis reads, and is left out.
"""

from __future__ import annotations

import hashlib
import zlib
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

import msgspec
from django.db import connection, transaction

from fapiao.delay import DelayCurve
from fapiao.situation import FeedFacts, Held, Learned, Situation, Statement
from jingpiao import sql
from jingpiao.inquiry.models import KeptAnswer

FORM, PLAIN = b"\x01", b"\x02"
"""The first byte of a kept situation says how the rest is to be read: compressed, or as it is."""
SHORT = 4096
"""Bytes under which compressing costs more time than it saves room."""
DIGEST = 16
MOST_BYTES = 256 * 1024
"""A situation that is larger when compressed is not kept; no ordinary claim comes near."""
MOST_OPENED = 32 * 2**20
MOST_KNOWN = 4096
NOTED_EVERY = 24 * 3600 * 1_000_000
"""Microseconds after which a part that is still named by answers is noted as used once more."""
LEVEL = 1


class _Past(msgspec.Struct, frozen=True):
    """What a feed's past taught (来源的过往)."""

    pace: DelayCurve | None
    mended: tuple[tuple[str, float], ...]


class _Background(msgspec.Struct, frozen=True):
    """What a situation shares with others (公共背景); ``pasts`` are digests, one a feed."""

    feeds: tuple[FeedFacts, ...]
    pasts: tuple[str, ...]
    statements: tuple[Statement, ...]
    learned: Learned


class MissingPartError(LookupError):
    """A part that a kept situation names is no longer there (情形缺件)."""


_known: OrderedDict[tuple[str, str], int] = OrderedDict()
_pasts: OrderedDict[tuple[int, int], tuple[str, bytes, Any]] = OrderedDict()


def kept_situation(situation: Situation, now: int) -> bytes:
    """Return a situation as it is kept beside its answer; empty when it is too large. Keeps its shared parts on the way.

    ``now`` in microseconds since 1970, as the answer's ``asked_at``.
    """
    digest = _keep_background(situation, now)
    own = msgspec.structs.replace(
        situation,
        feeds=(),
        statements=(),
        learned=_NOTHING_LEARNED,
        near=_without_bodies(situation.near),
        offered=_without_bodies(situation.offered),
    )
    told = msgspec.json.encode(own)
    if len(told) < SHORT:
        return PLAIN + digest + told
    body = zlib.compress(told, LEVEL)
    return b"" if len(body) > MOST_BYTES else FORM + digest + body


_NOTHING_LEARNED = Learned()


def opened_situation(kept: KeptAnswer) -> Situation | None:
    """Return the situation of a kept answer, ``None`` where none was kept. Errors: `MissingPartError`."""
    data = bytes(kept.situation)
    if not data:
        return None
    background = msgspec.json.decode(_part(data[1 : 1 + DIGEST].hex()), type=_Background)
    rest = data[1 + DIGEST :]
    own = msgspec.json.decode(rest if data[:1] == PLAIN else _open(rest), type=Situation)
    pasts = {name: msgspec.json.decode(_part(name), type=_Past) for name in set(background.pasts) if name}
    feeds = tuple(
        msgspec.structs.replace(feed, pace=pasts[name].pace, mended=pasts[name].mended) if name else feed
        for feed, name in zip(background.feeds, background.pasts, strict=True)
    )
    return msgspec.structs.replace(
        own, feeds=feeds, statements=background.statements, learned=background.learned
    )


def forget() -> None:
    """Forget which parts are kept (after the database was emptied under a living process)."""
    _known.clear()


def _without_bodies(found: tuple[Held, ...]) -> tuple[Held, ...]:
    return tuple(msgspec.structs.replace(held, body="{}") for held in found)


def _keep_background(situation: Situation, now: int) -> bytes:
    feeds, pasts = [], []
    for feed in situation.feeds:
        if feed.pace is None and not feed.mended:
            feeds.append(feed)
            pasts.append("")
            continue
        feeds.append(msgspec.structs.replace(feed, pace=None, mended=()))
        pasts.append(_keep_past(feed, now))
    background = _Background(tuple(feeds), tuple(pasts), situation.statements, situation.learned)
    body = msgspec.json.encode(background)
    digest = hashlib.blake2b(body, digest_size=DIGEST)
    _keep(digest.hexdigest(), body, now)
    return digest.digest()


def _keep_past(feed: FeedFacts, now: int) -> str:
    """Keep a feed's past. The timeline hands out the same values all day long, so they are known by identity."""
    place = (id(feed.pace), id(feed.mended))
    found = _pasts.get(place)
    if found is None:
        body = msgspec.json.encode(_Past(feed.pace, feed.mended))
        digest = hashlib.blake2b(body, digest_size=DIGEST).hexdigest()
        found = _pasts[place] = (digest, body, (feed.pace, feed.mended))  # holds them: an id is not reused
        if len(_pasts) > MOST_KNOWN // 8:
            _pasts.popitem(last=False)
    _keep(found[0], found[1], now)
    return found[0]


def _keep(digest: str, body: bytes, now: int) -> None:
    """Keep a part and note that it is used: what nobody used for long goes with the answers that named it."""
    place = (_database(), digest)
    noted = _known.get(place)
    if noted is not None and now - noted < NOTED_EVERY:
        return
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [digest, zlib.compress(body, LEVEL), now])
    transaction.on_commit(lambda: _note(place, now))


_KEEP = (
    "INSERT INTO inquiry_keptpart (digest, body, used_at) VALUES (%s, %s, %s) ON CONFLICT (digest)"
    " DO UPDATE SET used_at = excluded.used_at WHERE inquiry_keptpart.used_at < excluded.used_at"
)


def parts_of(backgrounds: Iterable[bytes]) -> set[str]:
    """Return the digests of all parts that backgrounds, given by their digests, name; of one that is gone nothing but its own."""
    named = {each.hex() for each in backgrounds}
    for digest in tuple(named):
        try:
            background = msgspec.json.decode(_part(digest), type=_Background)
        except MissingPartError:
            continue
        named.update(name for name in background.pasts if name)
    return named


def _note(place: tuple[str, str], now: int) -> None:
    _known[place] = now
    if len(_known) > MOST_KNOWN:
        _known.popitem(last=False)


def _database() -> str:
    told = connection.settings_dict
    return f"{told['HOST']}/{told['NAME']}"


def _part(digest: str) -> bytes:
    found = sql.rows("SELECT body FROM inquiry_keptpart WHERE digest = %s", [digest])
    if not found:
        raise MissingPartError(digest)
    return _open(bytes(found[0][0]))


def _open(body: bytes) -> bytes:
    opening = zlib.decompressobj()
    data = opening.decompress(body, MOST_OPENED)
    if opening.unconsumed_tail:
        raise MissingPartError("too large")
    return data
