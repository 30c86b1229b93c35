"""federation (另一个京票): the journal of another Jingpiao for the feeds it shares, page by signed page.

Events keep the feed they came from, so each region keeps a watermark of its own; what two platforms tell differently
is kept from both and flagged, as everywhere.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec

from jingpiao.outbound.http import Reply
from jingpiao.sync import numbered, signed_pages
from jingpiao.sync.fetching import fetch
from jingpiao.sync.source import Arrivals, Health, Source, SourceError, asks

PURPOSE = "federation-page"


class FederationSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of a peer (联邦设置)."""

    url: Annotated[
        str,
        asks(
            "对方网址",
            "The peer's address",
            hint="例如 https://js.example.org",
            hint_en="For example https://js.example.org",
        ),
        msgspec.Meta(pattern="^https?://[^\\s]+$", max_length=500),
    ]
    token: Annotated[str, asks("对方发给我们的令牌", "Token that the peer gave us", secret=True)]
    feeds: Annotated[
        tuple[str, ...],
        asks("接受哪些来源，每行一个", "Feeds accepted, one a line"),
        msgspec.Meta(min_length=1),
    ]
    fingerprints: Annotated[
        tuple[str, ...],
        asks(
            "对方公钥指纹，每行一个",
            "Fingerprints of the peer's keys, one a line",
            hint="对方运行 jingpiao fingerprint 得到，请用另一条途径核对",
            hint_en="What jingpiao fingerprint prints there; compare it by another way",
        ),
        msgspec.Meta(min_length=1),
    ]
    limit: Annotated[int, asks("每次最多行数", "Most lines a visit"), msgspec.Meta(ge=1, le=5_000)] = 1_000


class _Cursor(msgspec.Struct):
    """How far a peer has been read (联邦游标): its number, and the digest of that entry."""

    after: int = 0
    mark: str = ""
    restarts: int = 0


class _Statement(msgspec.Struct):
    """What the peer signs for a page (页声明)."""

    purpose: str
    after: int
    before: str
    cursor: int
    mark: str
    count: int
    more: bool
    sha256: str


def collect(settings: FederationSettings, cursor: str) -> Arrivals:
    """Take one page. Errors: `SourceError`; a page that does not verify brings nothing."""
    place = _decode(cursor)
    reply, told = _page(settings, place.after, settings.limit)
    if place.after and told.before != place.mark:
        note = f"cursor: the peer no longer has entry {place.after} as it was; reading it from the start"
        anew = _Cursor(restarts=place.restarts + 1)
        return Arrivals(cursor=_encode(anew), notes=(note,), more=place.restarts == 0)
    lines = numbered.lines_of(reply.body)
    if len(lines) != told.count or any(not place.after < line.seq <= told.cursor for line in lines):
        raise SourceError("source-answer", "页内的行与声明不符", "the page's lines do not fit its statement")
    after = _Cursor(after=told.cursor, mark=told.mark or place.mark)
    return Arrivals(
        cursor=_encode(after), lines=tuple(line.body for line in lines), more=told.more and bool(lines)
    )


def _page(settings: FederationSettings, after: int, limit: int) -> tuple[Reply, _Statement]:
    asked = urlencode({"after": after, "limit": limit})
    address = settings.url.rstrip("/")
    reply = fetch(
        f"{address}/api/v1/federation/events?{asked}", token=settings.token, accept=("application/jsonl",)
    )
    jws = reply.headers.get("jingpiao-signature", "")
    signed_pages.key_id(jws)  # before anything more is asked: is there a signature at all
    told = signed_pages.statement(jws, _keys(address), settings.fingerprints)
    try:
        stated = msgspec.convert(told, _Statement)
    except msgspec.ValidationError:
        raise SourceError(
            "source-signature", "签名的声明不完整", "the signed statement is incomplete"
        ) from None
    asked_for = stated.purpose == PURPOSE and stated.after == after
    if not asked_for or stated.sha256 != hashlib.sha256(reply.body).hexdigest():
        raise SourceError(
            "source-signature", "签名的声明说的不是这一页", "the signed statement is about another page"
        )
    return reply, stated


def _keys(address: str) -> list[dict[str, Any]]:
    reply = fetch(
        f"{address}/.well-known/jwks.json",
        accept=("application/json", "application/jwk-set+json"),
        most=100_000,
    )
    try:
        told = msgspec.json.decode(reply.body, type=dict[str, list[dict[str, Any]]])
    except msgspec.DecodeError:
        raise SourceError(
            "source-answer", "对方公布的公钥读不出来", "the published keys cannot be read"
        ) from None
    return told.get("keys", [])


def feeds(settings: FederationSettings) -> tuple[str, ...]:
    """Return the feeds that this peer may speak for."""
    return settings.feeds


def _decode(cursor: str) -> _Cursor:
    try:
        return msgspec.json.decode(cursor, type=_Cursor) if cursor else _Cursor()
    except msgspec.DecodeError:
        raise SourceError("source-cursor", "游标读不出来", "the cursor cannot be read") from None


def _encode(place: _Cursor) -> str:
    return msgspec.json.encode(place).decode()


def probe(settings: FederationSettings) -> Health:
    """Ask for one entry and verify it; a key that is not pinned is told with its fingerprint."""
    try:
        reply, _ = _page(settings, 0, 1)
    except SourceError as slip:
        return Health(ok=False, message=slip.message, message_en=slip.message_en)
    return Health(
        ok=True,
        message="连接正常，签名已核对",
        message_en="The peer answers; its signature verifies",
        took_ms=reply.took_ms,
    )


SOURCE = Source(
    key="federation",
    label="另一个京票",
    label_en="Another Jingpiao",
    what="别处也有一个京票：取它签名的流水",
    what_en="Another Jingpiao elsewhere: its signed journal is read",
    settings=FederationSettings,
    collect=collect,
    probe=probe,
    feeds=feeds,
)
