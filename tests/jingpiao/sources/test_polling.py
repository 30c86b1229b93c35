"""One visit: data and cursor in one transaction, one poller a cursor, failures later and later, our own clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec
import pytest
from visiting import events, visit_now

from fapiao.einvoice import write_element
from jingpiao.ledger.models import Invoice, JournalEntry
from jingpiao.schedule import take_up_import
from jingpiao.sync import connecting, leasing, pausing, polling
from jingpiao.sync.connections import row, throughput
from jingpiao.sync.leasing import take_due, take_over
from jingpiao.sync.models import Connection, Declaration, Fault, ImportBatch, UnreadLine, Visit, Watermark
from jingpiao.sync.source import SOURCES, Arrivals, Document, Health, Source, SourceError, asks
from making.plain import one
from telling.story import event, lines

pytestmark = pytest.mark.django_db(transaction=True)


class Scripted(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of a source that does what a test says."""

    password: Annotated[str, asks("口令", "Password", secret=True)] = ""


class Script:
    """What the source does at its next visits."""

    def __init__(self) -> None:
        self.visits: list[Callable[[str], Arrivals]] = []
        self.acknowledged: list[str] = []

    def collect(self, settings: Scripted, cursor: str) -> Arrivals:
        return self.visits.pop(0)(cursor)

    def brings(self, cursor: str, *told: bytes, **more: object) -> None:
        self.visits.append(lambda _: Arrivals(cursor=cursor, lines=told, **more))  # type: ignore[arg-type]

    def fails(self, code: str, **more: float) -> None:
        def fail(_: str) -> Arrivals:
            raise SourceError(code, **more)

        self.visits.append(fail)


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Script:
    script = Script()
    source = Source(
        what="测试",
        what_en="test",
        key="scripted",
        label="脚本",
        label_en="Scripted",
        settings=Scripted,
        collect=script.collect,
        probe=lambda settings: Health(ok=True, message="好", message_en="well"),
        acknowledge=lambda settings, cursor: script.acknowledged.append(cursor),
    )
    dict(SOURCES)
    monkeypatch.setitem(SOURCES._members(), "scripted", source)
    connecting.add(
        key="bj", member="scripted", feed="bj", given={"password": "open sesame"}, now=datetime.now(UTC)
    )
    return script


def held() -> Connection:
    return Connection.objects.get(key="bj")


def test_data_and_cursor_move_together_and_are_acknowledged_afterwards(script: Script):
    script.brings("c1", *events(1, 3))
    visit = visit_now()
    assert (visit.lines, visit.fresh, visit.error) == (3, 3, None)
    assert (held().cursor, held().caught_up) == ("c1", True)
    assert JournalEntry.objects.count() == Invoice.objects.count() == 3
    assert script.acknowledged == ["c1"]


def test_a_failure_inside_the_transaction_keeps_neither(script: Script, monkeypatch: pytest.MonkeyPatch):
    script.brings("c1", *events(1, 3))

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(polling, "queue", fail)
        with pytest.raises(RuntimeError):
            visit_now()
    assert held().cursor == ""
    assert not JournalEntry.objects.exists()
    assert script.acknowledged == []


def test_a_holder_whose_cursor_was_taken_over_commits_nothing(script: Script):
    slow = take_over("bj", datetime.now(UTC))
    script.brings("fast", *events(1, 2))
    visit_now()
    script.brings("slow", *events(1, 9))
    assert polling.visit(slow) is None
    assert held().cursor == "fast"
    assert JournalEntry.objects.count() == 2
    script.fails("source-timeout")
    assert polling.visit(slow) is None
    assert held().failures == 0


def test_nobody_takes_a_lease_that_is_held_until_it_runs_out(script: Script):
    now = datetime.now(UTC)
    lease = take_due(now)
    assert lease is not None
    assert take_due(now) is None
    after = now + leasing.LEASE + timedelta(seconds=1)
    again = take_due(after)
    assert again is not None
    assert again.fence == lease.fence + 1


def test_a_long_visit_keeps_its_lease(script: Script, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(leasing, "LEASE", timedelta(seconds=0.6))
    seen = []

    def slow(cursor: str) -> Arrivals:
        for _ in range(12):
            time.sleep(0.1)
            seen.append(held().lease_until)
        return Arrivals(cursor="c1")

    script.visits.append(slow)
    assert visit_now().error is None
    assert len(set(seen)) > 1
    assert seen[-1] > seen[0]


def test_a_paused_source_is_not_visited(script: Script):
    connecting.pause("bj", now=datetime.now(UTC))
    assert take_due(datetime.now(UTC)) is None
    connecting.resume("bj", now=datetime.now(UTC))
    assert take_due(datetime.now(UTC)) is not None


def test_failures_wait_longer_and_longer_then_open_the_circuit_and_one_success_closes_it(script: Script):
    waits = []
    for count in range(1, pausing.OPENS_AFTER + 1):
        script.fails("source-timeout")
        visit_now()
        assert held().failures == count
        waits.append((held().due_at - datetime.now(UTC)).total_seconds())
    assert held().opened_until is not None
    assert waits[0] <= 2.0 < 60 < waits[-1]
    assert take_due(datetime.now(UTC) + timedelta(seconds=60)) is None
    script.brings("c1")
    visit_now()
    assert (held().failures, held().opened_until, held().last_error) == (0, None, None)


def test_a_source_that_cannot_be_read_is_a_fault_of_its_feed_until_it_can(script: Script):
    for _ in range(pausing.OPENS_AFTER + 2):
        script.fails("source-timeout")
        visit_now()
    assert [(each.feed, each.component, each.cleared) for each in Fault.objects.all()] == [
        ("bj", "feed", False)
    ]
    connecting.retry("bj", now=datetime.now(UTC))
    script.fails("source-timeout")
    visit_now()
    assert Fault.objects.count() == 1
    script.brings("c1")
    script.brings("c2")
    visit_now()
    visit_now()
    assert [each.cleared for each in Fault.objects.order_by("id")] == [False, True]


def test_a_refused_password_is_not_tried_over_and_over(script: Script):
    script.fails("source-refused")
    visit = visit_now()
    assert visit.error["code"] == "source-refused"
    assert visit.error["next_step"]
    assert held().opened_until > datetime.now(UTC) + timedelta(hours=1)
    assert take_due(datetime.now(UTC) + timedelta(hours=1)) is None


def test_a_source_that_asks_for_time_gets_it(script: Script):
    script.fails("source-busy", wait_seconds=300)
    visit_now()
    assert held().due_at > datetime.now(UTC) + timedelta(seconds=290)


def test_a_fault_in_a_member_is_that_sources_failure_alone(script: Script):
    script.visits.append(lambda cursor: Arrivals(cursor=1 / 0))  # type: ignore[arg-type]
    visit = visit_now()
    assert visit.error["code"] == "source-fault"


def test_a_failed_acknowledgement_changes_nothing(script: Script, monkeypatch: pytest.MonkeyPatch):
    def away(settings: Scripted, cursor: str) -> None:
        raise OSError

    source = SOURCES["scripted"]
    monkeypatch.setitem(SOURCES._members(), "scripted", replace(source, acknowledge=away))
    script.brings("c1", *events(1, 1))
    assert visit_now().error is None
    assert held().cursor == "c1"


def test_a_line_that_cannot_be_read_is_kept_aside_and_the_rest_is_taken_in(script: Script):
    another, own = (events(3, 3)[0].replace(b'"bj"', name) for name in (b'"js"', b'"here"'))
    script.brings("c1", b"<html>", *events(1, 2), another, own)
    visit = visit_now()
    assert (visit.lines, visit.fresh, visit.unread) == (5, 2, 3)
    assert {each.source for each in UnreadLine.objects.all()} == {"source:bj"}


def test_history_is_as_old_as_it_says_and_afterwards_our_clock_counts(script: Script):
    script.brings("c1", *events(1, 1), more=True)
    script.brings("c2", *events(2, 2))
    script.brings("c3", *events(3, 3))
    for _ in range(3):
        visit_now()
    known = list(JournalEntry.objects.order_by("id").values_list("known_at", flat=True))
    assert known[0] == known[1] == datetime(2026, 7, 10, 3, 30, tzinfo=UTC)
    assert datetime.now(UTC) - known[2] < timedelta(minutes=1)


def test_a_clock_that_is_ahead_dates_nothing_into_the_future_and_promises_nothing(script: Script):
    ahead = "2099-01-01T00:00:00+08:00"
    mark = lines([event("watermark", "10T12:00", id="w", complete_to=ahead)]).strip()
    script.brings("c1", events(1, 1)[0].replace(b"2026-07-10T11:30:00+08:00", ahead.encode()), mark)
    visit = visit_now()
    assert JournalEntry.objects.get().known_at <= datetime.now(UTC)
    assert not Watermark.objects.exists()
    assert visit.unread == 1
    assert sum("clock" in note for note in visit.notes) == 2


def test_documents_become_an_import_of_that_feed_and_its_watermark_waits_for_them(script: Script):
    mark = lines([event("watermark", "10T12:00", id="w", complete_to="2026-07-10T11:00:00+08:00")]).strip()
    documents = (
        Document(name="a.xml", data=write_element(one(1)), tax_id="91110000600037341L", note="邮件"),
        Document(name="broken.pdf", data=b"%PDF-broken"),
    )
    script.brings("c1", mark, documents=documents)
    visit = visit_now()
    assert visit.documents == 2
    assert not Watermark.objects.exists()
    assert take_up_import(datetime.now(UTC))
    batch = ImportBatch.objects.get()
    assert (batch.feed, batch.state, batch.counts["new"], batch.counts["failed"]) == ("bj", "done", 1, 1)
    assert Invoice.objects.get().feed == "bj"
    assert Watermark.objects.count() == 1
    assert Declaration.objects.get().complete is False
    assert set(batch.files.values_list("tax_id", "note")) == {("91110000600037341L", "邮件"), ("", "")}


def test_the_same_document_again_is_not_imported_again(script: Script):
    document = Document(name="a.xml", data=write_element(one(1)))
    script.brings("c1", documents=(document,))
    script.brings("c2", documents=(document, document))
    visit_now()
    assert visit_now().documents == 0
    assert ImportBatch.objects.count() == 1


def test_reading_again_from_the_start_changes_nothing_and_fences_off_a_visit_under_way(script: Script):
    script.brings("c1", *events(1, 3))
    visit_now()
    under_way = take_over("bj", datetime.now(UTC))
    connecting.rewind("bj", now=datetime.now(UTC))
    script.brings("c9")
    assert polling.visit(under_way) is None
    assert held().cursor == ""
    script.brings("c1", *events(1, 3))
    visit = visit_now()
    assert (visit.repeats, visit.fresh) == (3, 0)


def test_secrets_are_sealed_when_kept_and_masked_when_shown(script: Script):
    assert "open sesame" not in str(held().settings)
    told = row(held(), datetime.now(UTC))
    assert "open sesame" not in str(told)
    assert told["settings"]["password"]
    connecting.change(key="bj", given={"password": ""}, now=datetime.now(UTC))
    from jingpiao.sync.configuration import opened

    assert opened(SOURCES["scripted"], held().settings).password == "open sesame"


def test_throughput_adds_up_by_the_hour(script: Script):
    script.brings("c1", *events(1, 3))
    script.fails("source-timeout")
    visit_now()
    visit_now()
    hours = throughput(held(), datetime.now(UTC))
    assert len(hours) == 24
    assert (hours[-1]["lines"], hours[-1]["failed"], hours[-1]["share"]) == (3, 1, 100)
    assert Visit.objects.count() == 2
