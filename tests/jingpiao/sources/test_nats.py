"""The source "nats", against a real server: durable consumer, message ids, redelivery, kills, a stream made anew."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from visiting import events

from drills.streaming import Stream, stream_server
from jingpiao.ledger.models import JournalEntry
from jingpiao.sync import connecting, polling
from jingpiao.sync.leasing import take_over
from jingpiao.sync.models import Connection, Visit
from jingpiao.sync.source import SOURCES, SourceError
from jingpiao.sync.sources.nats import NatsSettings
from telling.story import event, lines

NATS = SOURCES["nats"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with stream_server(tmp_path_factory.mktemp("nats")) as address:
        yield address


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JINGPIAO_OUTBOUND_ALLOW", "127.0.0.1")


class Ours(Stream):
    """A stream, and our settings for it."""

    def settings(self, **more: Any) -> NatsSettings:
        given = {"url": f"nats://{self.server}", "stream": self.name, "user": "u", "password": "p"}
        return NatsSettings(**(given | more))


@pytest.fixture
def stream(server: str, request: pytest.FixtureRequest) -> Ours:
    stream = Ours(server, f"s{abs(hash(request.node.name)):x}")
    stream.make()
    return stream


def collect(place: Ours, cursor: str = "", **more: Any):
    assert NATS.collect
    return NATS.collect(place.settings(**more), cursor)


def acknowledge(stream: Ours, cursor: str) -> None:
    assert NATS.acknowledge
    NATS.acknowledge(stream.settings(), cursor)


def test_messages_are_taken_in_order_and_acknowledged_after_the_commit(stream: Ours):
    stream.publish(events(1, 7))
    first = collect(stream, limit=5)
    assert (list(first.lines), first.more) == (events(1, 5), True)
    assert stream.consumer().ack_floor.stream_seq == 0
    acknowledge(stream, first.cursor)
    assert stream.consumer().ack_floor.stream_seq == 5
    second = collect(stream, first.cursor, limit=5)
    assert (list(second.lines), second.more) == (events(6, 7), False)


def test_what_a_killed_visit_had_been_handed_is_fetched_again_before_anything_newer(stream: Ours):
    stream.publish(events(1, 5))
    collect(stream)  # killed before its commit: nothing kept, nothing acknowledged
    stream.publish(events(6, 8))
    again = collect(stream)
    assert (list(again.lines), again.more) == (events(1, 5), True)
    newer = collect(stream, again.cursor)
    assert list(newer.lines) == events(6, 8)
    acknowledge(stream, newer.cursor)
    assert stream.consumer().num_ack_pending == 0


def test_what_is_delivered_again_after_the_commit_is_known_by_its_number(stream: Ours):
    stream.publish(events(1, 3))
    kept = collect(stream)  # committed, then killed before it could acknowledge
    stream.do(lambda js: js.delete_consumer(stream.name, "jingpiao"))  # the server begins its delivery anew
    again = collect(stream, kept.cursor)
    assert again.lines == ()
    assert any("already kept" in note for note in again.notes)
    acknowledge(stream, again.cursor)
    assert stream.consumer().ack_floor.stream_seq == 3


def test_a_message_id_is_the_id_of_an_event_without_one(stream: Ours):
    bare = lines([event("heartbeat", "10T11:00")]).strip()
    own = lines([event("heartbeat", "10T11:05", id="own")]).strip()
    stream.publish([bare, bare, own], ids=["m1", "m1", "m2"])  # the server drops the repeat
    got = [json.loads(line)["id"] for line in collect(stream).lines]
    assert got == ["m1", "own"]


def test_a_stream_made_anew_is_read_from_its_start(stream: Ours):
    stream.publish(events(1, 5))
    first = collect(stream)
    stream.do(lambda js: js.delete_stream(stream.name))
    stream.make()
    stream.publish(events(11, 12))
    again = collect(stream, first.cursor)
    assert list(again.lines) == events(11, 12)
    assert any("anew" in note for note in again.notes)


def test_what_the_stream_threw_away_is_a_gap(stream: Ours):
    stream.publish(events(1, 2))
    first = collect(stream)
    acknowledge(stream, first.cursor)
    stream.publish(events(3, 6))
    stream.do(lambda js: js.purge_stream(stream.name, seq=6))
    again = collect(stream, first.cursor)
    assert (again.gaps, again.more) == (("3–5",), True)
    newer = collect(stream, again.cursor)
    assert (list(newer.lines), newer.gaps) == (events(6, 6), ("3–5",))


def test_only_the_subjects_asked_for_are_taken(stream: Ours):
    stream.publish(events(1, 1), place="js")
    stream.publish(events(2, 2))
    stream.publish(events(3, 3), place="js")
    subject = f"{stream.name}.bj"
    page = collect(stream, subject=subject)
    assert list(page.lines) == events(2, 2)
    assert list(collect(stream, subject=subject).lines) == events(2, 2)
    assert collect(stream, page.cursor, subject=subject).lines == ()


def test_wrong_credentials_an_absent_stream_and_an_absent_server_are_told_apart(
    stream: Ours, monkeypatch: pytest.MonkeyPatch
):
    def refused(**more: Any) -> str:
        with pytest.raises(SourceError) as slip:
            collect(stream, **more)
        return slip.value.code

    assert refused(password="wrong") == "source-refused"
    assert refused(stream="absent") == "source-not-found"
    assert refused(url="nats://127.0.0.1:1") == "source-unreachable"
    assert not NATS.probe(stream.settings(stream="absent")).ok
    assert NATS.probe(stream.settings()).ok
    monkeypatch.setenv("JINGPIAO_OUTBOUND_ALLOW", "")
    assert refused() == "source-address"


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_or_doubled_whatever_a_visit_dies_of(stream: Ours, monkeypatch: pytest.MonkeyPatch):
    given = {
        "url": f"nats://{stream.server}",
        "stream": stream.name,
        "user": "u",
        "password": "p",
        "limit": "4",
    }
    connecting.add(key="bj", member="nats", feed="bj", given=given, now=datetime.now(UTC))

    def visit() -> Visit | None:
        return polling.visit(take_over("bj", datetime.now(UTC)))

    def die(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    for place, step in enumerate(("_commit", "_acknowledge", "_commit", "queue")):
        stream.publish(events(10 * place + 1, 10 * place + 10))
        whole = getattr(polling, step)
        monkeypatch.setattr(polling, step, die)
        with pytest.raises(KeyboardInterrupt):
            visit()
        monkeypatch.setattr(polling, step, whole)
        made = visit()
        assert made is not None
        assert made.error is None
    while Connection.objects.get().due_at <= datetime.now(UTC):
        assert visit() is not None
    visit()
    assert JournalEntry.objects.count() == 40
    assert not JournalEntry.objects.filter(flagged=True).exists()
    assert stream.consumer().ack_floor.stream_seq == 40


def test_credentials_never_stand_in_an_error(stream: Ours):
    with pytest.raises(SourceError) as slip:
        collect(stream, password="hunter2-very-secret")
    assert "hunter2" not in str(slip.value) + slip.value.message_en
