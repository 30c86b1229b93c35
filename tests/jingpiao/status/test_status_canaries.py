"""Canaries: through the true path, and out of everybody's sight."""

from __future__ import annotations

from typing import Any

import pytest

from fapiao.claim import Claim
from jingpiao import sql
from jingpiao.inquiry.services import answer_claim
from jingpiao.ledger import selectors as ledger
from jingpiao.ledger.models import Invoice, JournalEntry, Quarantined
from jingpiao.status import canaries
from jingpiao.status.models import Canary, Incident
from jingpiao.sync.models import DelayCount
from jingpiao.sync.selectors import feed_rows
from jingpiao.sync.timelines import current_timeline
from telling.beats import World
from telling.story import event, invoice

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_canary_flies_the_whole_way_each_beat_for_each_feed():
    world = World()
    world.declare()
    world.declare("js", "32")
    world.beats(3, "bj", "js")
    rows = Canary.objects.order_by("sent_at")
    assert [row.feed for row in rows] == ["bj", "js"] * 3
    assert all(row.seen_at and row.seen_at > row.sent_at and not row.slip for row in rows)


def test_canaries_are_in_nobodys_way():
    world = World()
    world.declare()
    world.tell(*(event("invoice", "14T11:00", id=f"i{n}", invoice=invoice(n)) for n in range(40, 50)))
    delays, spoke = (
        list(DelayCount.objects.values()),
        feed_rows(current_timeline(), world.clock.now)[0]["spoke_at"],
    )
    world.beat()
    flown = Canary.objects.get().number
    assert Invoice.everything.filter(key=flown).exists()
    assert not Invoice.objects.filter(key=flown).exists()
    listed = ledger.invoices(ledger.LedgerFilter())
    assert listed.count() == 10
    assert not ledger.invoices(ledger.LedgerFilter(text=flown)).exists()
    assert list(DelayCount.objects.values()) == delays
    assert [row["feed"] for row in feed_rows(current_timeline(), world.clock.now)] == ["bj"]
    assert feed_rows(current_timeline(), world.clock.now)[0]["spoke_at"] == spoke
    answer = answer_claim(Claim(number="2611" + flown[4:]), now=world.clock()).answer
    assert answer.candidates == ()
    assert answer.coverage[0].feed == "bj"


def test_canaries_are_pruned_and_the_newest_journal_entry_stays():
    world = World()
    world.declare()
    world.beats(6)
    assert Invoice.everything.filter(feed__startswith="canary:").count() <= 2
    assert JournalEntry.objects.filter(feed="canary:bj").count() <= 2
    newest = sql.rows("SELECT MAX(id) FROM ledger_journalentry")[0][0]
    world.beat()
    assert sql.rows("SELECT MAX(id) FROM ledger_journalentry")[0][0] > newest
    assert Canary.objects.count() == 7


def test_a_broken_path_misses_canaries_opens_one_incident_and_closes_it(monkeypatch: pytest.MonkeyPatch):
    world = World()
    world.declare()
    world.declare("js", "32")
    world.beats(2, "bj", "js")
    monkeypatch.setattr(canaries, "SELLER", {"name": "没有税号"})  # the door now sets every canary aside
    world.beats(2, "bj", "js")
    assert not Incident.objects.exists()
    world.beat("bj", "js")
    row = Incident.objects.get()
    assert (row.component, row.worst, row.functions) == ("path", "outage", ["query", "verify", "import"])
    assert Canary.objects.filter(seen_at=None).count() == 6
    assert "quarantined" in Canary.objects.filter(seen_at=None)[0].slip
    assert not Quarantined.objects.exists()
    monkeypatch.undo()
    world.beats(2, "bj", "js")
    assert Incident.objects.get().closed_at is None
    world.beat("bj", "js")
    assert Incident.objects.get().closed_at is not None
    world.clock.move(1200)
    world.beats(3, "bj", "js")
    assert not Quarantined.everything.exists()


def test_a_beat_cut_off_leaves_no_canary_behind(monkeypatch: pytest.MonkeyPatch):
    world = World()
    world.declare()
    world.beat("bj")

    def cut(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(Canary.objects, "bulk_create", cut)  # after the ledger has it, before anybody noted it
        with pytest.raises(KeyboardInterrupt):
            world.beat("bj")
    assert Invoice.everything.filter(feed="canary:bj").count() == 2
    world.beats(3, "bj")
    assert Invoice.everything.filter(feed="canary:bj").count() <= 2
    assert Canary.objects.count() == Canary.objects.exclude(seen_at=None).count() == 4
