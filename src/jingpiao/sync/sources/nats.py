"""nats (NATS JetStream): a durable consumer of a stream of feed events; acknowledged only when its data is safe here.

The cursor is the stream's own sequence, kept with the data. What the server has handed out beyond it (to a visit that was
killed) is fetched again by its number before anything newer; what it delivers twice is known by its number and left out.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Annotated, Any, TypeVar
from urllib.parse import SplitResult, urlsplit

import msgspec
import nats
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import APIError, NotFoundError, ServiceUnavailableError

from jingpiao.outbound.addresses import OutboundError, vetted
from jingpiao.sync.fetching import OUTBOUND
from jingpiao.sync.source import Arrivals, Health, Source, SourceError, asks

T = TypeVar("T")
CONNECT_SECONDS, VISIT_SECONDS, WAIT_SECONDS = 5, 30, 1.0
SHORT_WAIT_SECONDS = 0.1
ACK_WAIT_SECONDS = 60
BATCH, MOST_BYTES = 100, 32 * 2**20
"""Messages asked for at once, and about how much a visit brings at most."""
MESSAGE_ID = "Nats-Msg-Id"


class NatsSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of a JetStream source (NATS 设置)."""

    url: Annotated[
        str,
        asks("服务器地址", "Server", hint="nats://主机:4222 或 tls://主机:4222", hint_en="nats:// or tls://"),
        msgspec.Meta(pattern="^(nats|tls)://[^\\s/@]+$"),
    ]
    stream: Annotated[str, asks("流名称", "Stream"), msgspec.Meta(pattern="^[^\\s.*>/\\\\]+$")]
    durable: Annotated[
        str, asks("持久消费者名称", "Durable consumer"), msgspec.Meta(pattern="^[^\\s.*>/\\\\]+$")
    ] = "jingpiao"
    subject: Annotated[
        str, asks("只要这些主题", "Only these subjects", hint="留空为全部", hint_en="Empty for all")
    ] = ""
    user: Annotated[str, asks("用户名", "User")] = ""
    password: Annotated[str, asks("密码", "Password", secret=True)] = ""
    token: Annotated[str, asks("令牌（代替用户名）", "Token, in place of a user", secret=True)] = ""
    limit: Annotated[int, asks("每次最多消息数", "Most messages a visit"), msgspec.Meta(ge=1, le=5_000)] = 500


class _Cursor(msgspec.Struct):
    """How far a stream has been read (流游标): the stream's birth, the last sequence kept, what acknowledges it."""

    born: str = ""
    seq: int = 0
    ack: str = ""
    lost: list[tuple[int, int]] = []


class _Message(msgspec.Struct):
    """One message (消息)."""

    seq: int
    data: bytes
    message_id: str = ""
    ack: str = ""


def collect(settings: NatsSettings, cursor: str) -> Arrivals:
    """Take the next messages. Errors: `SourceError`."""
    return _run(_collect(settings, _decode(cursor)))


async def _collect(settings: NatsSettings, place: _Cursor) -> Arrivals:
    async with _stream(settings) as stream:
        info = await stream.stream_info(settings.stream)
        born, notes = str(info.created), []
        if place.born and place.born != born:
            notes.append("cursor: the stream was made anew; reading it from its start")
            place = _Cursor()
        place.born = born
        consumer = await _consumer(stream, settings)
        lost = _expired(place, info.state.first_seq, settings)
        handed_out = consumer.delivered.stream_seq if consumer.delivered else 0
        if handed_out > place.seq:
            found, end = await _again(stream, settings, place.seq + 1, handed_out)
            notes.append(f"gap: {place.seq + 1}–{end} had been handed out and not kept; fetched again")
            return _arrivals(place, found, [*place.lost, *lost], notes, end=end, more=True)
        found = await _next(stream, settings)
    fresh = [each for each in found if each.seq > place.seq]
    if len(fresh) < len(found):
        notes.append(f"repeat: {len(found) - len(fresh)} messages delivered again, already kept")
    full = len(found) >= settings.limit or sum(len(each.data) for each in found) >= MOST_BYTES
    end = max((each.seq for each in found), default=0)
    return _arrivals(place, fresh, [*place.lost, *lost], notes, end=end, more=full, told=found)


def _arrivals(
    place: _Cursor,
    fresh: list[_Message],
    lost: list[tuple[int, int]],
    notes: list[str],
    *,
    end: int,
    more: bool,
    told: list[_Message] | None = None,
) -> Arrivals:
    newest = max(told or [], key=lambda each: each.seq, default=None)
    after = _Cursor(
        born=place.born,
        seq=max(place.seq, end),
        ack=newest.ack if newest else "",
        lost=lost[-20:],
    )
    fresh.sort(key=lambda each: each.seq)
    return Arrivals(
        cursor=msgspec.json.encode(after).decode(),
        lines=tuple(line for each in fresh for line in _lines(each)),
        more=more,
        notes=tuple(notes),
        gaps=tuple(f"{low}–{high}" for low, high in after.lost),
    )


def _lines(message: _Message) -> list[bytes]:
    """Return a message's event lines; one without an id of its own gets the message's."""
    lines = [line for line in message.data.splitlines() if line.strip()]
    if len(lines) != 1 or not message.message_id:
        return lines
    try:
        told = msgspec.json.decode(lines[0])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return lines
    if not isinstance(told, dict) or told.get("id") not in (None, ""):
        return lines
    return [msgspec.json.encode({**told, "id": message.message_id})]


async def _next(stream: JetStreamContext, settings: NatsSettings) -> list[_Message]:
    """Fetch what the consumer has to give, waiting a moment for the first."""
    pulled = await stream.pull_subscribe_bind(consumer=settings.durable, stream=settings.stream)
    found: list[_Message] = []
    size, wait = 0, WAIT_SECONDS
    while len(found) < settings.limit and size < MOST_BYTES:
        try:
            more = await pulled.fetch(min(BATCH, settings.limit - len(found)), timeout=wait)
        except TimeoutError:
            break
        for each in more:
            told = (each.headers or {}).get(MESSAGE_ID, "")
            found.append(_Message(each.metadata.sequence.stream, each.data, told, each.reply))
            size += len(each.data)
        wait = SHORT_WAIT_SECONDS
    return found


async def _again(
    stream: JetStreamContext, settings: NatsSettings, low: int, high: int
) -> tuple[list[_Message], int]:
    """Fetch messages by their numbers, as many as a visit may bring; returns them and the last number looked at."""
    found: list[_Message] = []
    size = 0
    while low <= high:
        try:
            each = await stream.get_msg(settings.stream, seq=low, subject=settings.subject or ">", next=True)
        except NotFoundError:
            return found, high
        seq = int(each.seq or 0)
        if not low <= seq <= high:
            return found, high
        found.append(_Message(seq, each.data or b"", (each.headers or {}).get(MESSAGE_ID, "")))
        low, size = seq + 1, size + len(found[-1].data)
        if len(found) >= settings.limit or size >= MOST_BYTES:
            return found, seq
    return found, high


def _expired(place: _Cursor, first: int, settings: NatsSettings) -> list[tuple[int, int]]:
    """Return what the stream threw away before we had it; with a subject chosen nobody can tell whether it was ours."""
    if not place.seq or settings.subject or first <= place.seq + 1:
        return []
    return [(place.seq + 1, first - 1)]


async def _consumer(stream: JetStreamContext, settings: NatsSettings) -> Any:
    try:
        return await stream.consumer_info(settings.stream, settings.durable)
    except NotFoundError:
        return await stream.add_consumer(
            settings.stream,
            ConsumerConfig(
                durable_name=settings.durable,
                ack_policy=AckPolicy.ALL,
                ack_wait=ACK_WAIT_SECONDS,
                deliver_policy=DeliverPolicy.ALL,
                filter_subject=settings.subject or None,
                max_ack_pending=20_000,
            ),
        )


def acknowledge(settings: NatsSettings, cursor: str) -> None:
    """Tell the server that everything up to the cursor is safe."""
    place = _decode(cursor)
    if place.ack:
        _run(_acknowledge(settings, place.ack))


async def _acknowledge(settings: NatsSettings, subject: str) -> None:
    async with _client(settings) as client:
        await client.publish(subject, b"+ACK")
        await client.flush(timeout=CONNECT_SECONDS)


def _run(work: Awaitable[T]) -> T:
    async def bounded() -> T:
        return await asyncio.wait_for(work, VISIT_SECONDS)

    try:
        return asyncio.run(bounded())
    except (TimeoutError, nats.errors.TimeoutError):
        raise SourceError("source-timeout") from None
    except NotFoundError as slip:
        raise SourceError("source-not-found", message_en=f"NATS: {slip.description}") from None
    except ServiceUnavailableError:
        raise SourceError(
            "source-fault", "服务器没有启用 JetStream", "JetStream is not enabled there"
        ) from None
    except APIError as slip:
        raise SourceError("source-fault", message_en=f"NATS: {slip.description}") from None
    except nats.errors.Error as slip:
        raise _refusal(slip) from None
    except OSError as slip:
        raise SourceError("source-unreachable", message_en=f"NATS: {slip.strerror or slip}") from None


def _refusal(slip: Exception) -> SourceError:
    text = str(slip).lower()
    if "authorization" in text or "authentication" in text or "permissions" in text:
        return SourceError("source-refused", message_en=f"NATS: {slip}")
    return SourceError("source-unreachable", message_en=f"NATS: {slip or type(slip).__name__}")


@asynccontextmanager
async def _stream(settings: NatsSettings) -> AsyncIterator[JetStreamContext]:
    async with _client(settings) as client:
        yield client.jetstream(timeout=CONNECT_SECONDS)


@asynccontextmanager
async def _client(settings: NatsSettings) -> AsyncIterator[Client]:
    """Connect to the vetted address alone: servers that it tells of are not followed."""
    parts = urlsplit(settings.url)
    place = _vetted(parts)
    host = f"[{place.address}]" if ":" in place.address else place.address
    secure = parts.scheme == "tls"
    client = Client()
    told: list[Exception] = []

    async def note(slip: Exception) -> None:
        told.append(slip)

    try:
        await client.connect(
            f"{parts.scheme}://{host}:{place.port}",
            name="jingpiao",
            allow_reconnect=False,
            max_reconnect_attempts=1,
            reconnect_time_wait=0,
            connect_timeout=CONNECT_SECONDS,
            error_cb=note,
            tls=ssl.create_default_context() if secure else None,
            tls_hostname=parts.hostname if secure else None,
            user=settings.user or None,
            password=settings.password or None,
            token=settings.token or None,
        )
    except nats.errors.NoServersError:
        raise told[0] if told else SourceError("source-unreachable") from None
    try:
        yield client
    finally:
        await client.close()


def _vetted(parts: SplitResult) -> Any:
    try:
        return vetted(parts.hostname or "", parts.port or 4222)
    except OutboundError as slip:
        raise SourceError(OUTBOUND[slip.code], message_en=str(slip)) from None
    except ValueError:
        raise SourceError("source-settings", "服务器地址写法不对", "the address cannot be read") from None


def _decode(cursor: str) -> _Cursor:
    try:
        return msgspec.json.decode(cursor, type=_Cursor) if cursor else _Cursor()
    except msgspec.DecodeError:
        raise SourceError("source-cursor", "游标读不出来", "the cursor cannot be read") from None


def probe(settings: NatsSettings) -> Health:
    """Ask the server about the stream."""
    try:
        count = _run(_count(settings))
    except SourceError as slip:
        return Health(ok=False, message=slip.message, message_en=slip.message_en)
    return Health(
        ok=True,
        message=f"连接正常，流里现有 {count} 条消息",
        message_en=f"The server answers; messages in the stream: {count}",
    )


async def _count(settings: NatsSettings) -> int:
    async with _stream(settings) as stream:
        info = await stream.stream_info(settings.stream)
    return int(info.state.messages)


SOURCE = Source(
    key="nats",
    label="NATS JetStream 消息流",
    label_en="NATS JetStream",
    what="对方用 NATS JetStream 发消息：持久消费，逐条确认",
    what_en="They publish on NATS JetStream: a durable consumer that acknowledges what is kept",
    settings=NatsSettings,
    collect=collect,
    probe=probe,
    acknowledge=acknowledge,
)
