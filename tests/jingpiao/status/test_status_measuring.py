"""Measuring: canaries through the true path and out of everybody's sight, looks, incidents, marks, hours, snapshot."""

from __future__ import annotations

import time
from datetime import timedelta
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from django.test import Client

from fapiao.asking import claim_from_mapping
from jingpiao import sql
from jingpiao.inquiry.services import answer_claim
from jingpiao.status import board, marking, snapshot
from jingpiao.status.incidents import add_words
from jingpiao.status.models import Hour, Incident, IncidentMark, Sample
from jingpiao.sync.timelines import current_timeline
from telling.beats import START, Clock, World
from telling.lots import FIRST, arrivals, declared
from telling.lots import number as lots_number
from telling.story import claim, event, number

pytestmark = pytest.mark.django_db(transaction=True)


def ask(world: World, place: int = 48, **change: Any) -> str:
    wanted = claim_from_mapping({**claim(place), "as_of": None} | change)
    return answer_claim(wanted, now=world.clock(), keep=True).token


def states(feed: str = "bj") -> list[str]:
    return list(Sample.objects.filter(feed=feed).order_by("at").values_list("state", flat=True))


def phases(row: Incident) -> list[str]:
    return list(row.words.order_by("id").values_list("phase", flat=True))


def test_a_silent_feed_opens_an_incident_within_six_minutes_and_an_outage_within_sixteen():
    world = World()
    world.declare()
    world.declare("js", "32")
    world.beats(3, "bj", "js")
    fell_silent = world.clock.now
    while not Incident.objects.exists():
        world.beat("js")
    row = Incident.objects.get()
    assert (row.component, row.reason, row.worst, row.regions) == ("feed:bj", "silence", "delayed", ["11"])
    assert row.opened_at - (fell_silent + timedelta(seconds=60)) <= timedelta(minutes=6)
    assert row.begun_at - (fell_silent + timedelta(seconds=60)) < timedelta(seconds=1)
    while Incident.objects.get().worst != "outage":
        world.beat("js")
    assert world.clock.now - fell_silent <= timedelta(minutes=17)
    assert set(states("js")) == {"current"}


def test_an_incident_closes_after_three_good_canaries_and_not_before():
    world = World()
    world.declare()
    world.beat("bj")
    world.beats(8)
    world.beats(2, "bj")
    assert Incident.objects.get().closed_at is None
    world.beat("bj")
    row = Incident.objects.get()
    assert row.closed_at == Sample.objects.latest("at").at
    assert phases(row) == ["opened", "eased", "closed"]


def test_a_told_fault_is_an_outage_at_once_and_ends_when_it_is_cleared():
    world = World()
    world.declare()
    world.beat("bj")
    at = world.clock().isoformat()
    world.tell({"feed": "bj", "at": at, "type": "fault", "component": "feed", "message": "机房断电"})
    world.beat("bj")
    row = Incident.objects.get()
    assert (row.reason, row.worst, row.begun_at.isoformat()) == ("fault", "outage", row.begun_at.isoformat())
    world.tell({"feed": "bj", "at": world.clock().isoformat(), "type": "fault-cleared", "component": "feed"})
    world.beats(3, "bj")
    assert Incident.objects.get().closed_at


def test_a_feed_that_was_never_heard_is_unknown_and_opens_nothing():
    world = World()
    world.declare(every=None)
    world.beats(3)
    assert set(states()) == {"unknown"}
    assert not Incident.objects.exists()


def test_every_answer_given_meanwhile_is_marked_and_no_other():
    world = World()
    world.declare()
    world.declare("js", "32")
    world.beats(2, "bj", "js")
    before = ask(world)
    world.beats(4, "js")
    early = ask(world)  # silent already, measured a little later
    world.beats(3, "js")
    assert Incident.objects.get().closed_at is None
    during = ask(world)
    other = ask(world, number="26322000000219700048")
    assert [row.feed for row in marking.incidents_touching(during)] == ["bj"]  # at once, before any beat
    world.beats(4, "bj", "js")
    assert Incident.objects.get().closed_at
    after = ask(world)
    world.beat("bj", "js")
    marked = set(IncidentMark.objects.values_list("token", flat=True))
    assert marked == {early, during}
    assert marking.incidents_touching(before) == marking.incidents_touching(after) == []
    assert marking.incidents_touching(other) == []
    assert Incident.objects.get().marked
    assert board.seen_now(now=world.clock(), how=world.how)["incidents"][0]["marked_answers"] == 2
    told = Client().get(f"/api/v1/status/answers/{during}").json()
    assert [each["component"] for each in told["incidents"]] == ["feed:bj"]
    assert Client().get(f"/api/v1/status/answers/{after}").json()["incidents"] == []
    page = Client().get(f"/answers/{during}").content.decode()
    assert "给出这个答复时正有故障" in page
    assert "已恢复" in page
    assert "给出这个答复时正有故障" not in Client().get(f"/answers/{after}").content.decode()


def test_a_feed_that_is_given_up_does_not_stay_red():
    world = World()
    world.declare()
    world.beat("bj")
    world.beats(8)
    given_up = {"feed": "bj", "at": world.clock().isoformat(), "type": "feed", "label": "北京"}
    world.tell(given_up | {"complete": False, "every_seconds": None})
    world.beats(3)
    assert Incident.objects.get().closed_at
    assert states()[-1] == "unknown"
    world.beats(20)
    assert Incident.objects.count() == 1


def test_the_next_update_is_never_missed():
    world = World()
    world.declare()
    world.beat("bj")
    world.beats(50)
    row = Incident.objects.get()
    promised = [word.at for word in row.words.order_by("id")]
    gaps = [later - earlier for earlier, later in pairwise(promised)]
    assert phases(row) == ["opened", "worsened", "still"]
    assert all(gap <= timedelta(minutes=31) for gap in gaps)
    assert row.next_word_at > world.clock.now


def test_a_person_can_add_words_and_nothing_else():
    world = World()
    world.declare()
    world.beat("bj")
    world.beats(8)
    row = Incident.objects.get()
    add_words(row, text=" 供应商已在处理 ", text_en="", by="值班员", now=world.clock())
    told = board.seen_now(now=world.clock(), how=world.how)["incidents"][0]
    assert told["words"][-1]["text"] == "供应商已在处理"
    assert told["words"][-1]["by"] == "person"  # the name stays inside
    assert told["closed_at"] is None


def test_the_monitor_dies_and_the_page_says_unknown_never_green():
    world = World()
    world.declare()
    world.beats(3, "bj")
    fresh = board.seen_now(now=world.clock(), how=world.how)
    assert (fresh["monitor"], fresh["feeds"][0]["state"]) == ("current", "current")
    world.clock.move(181)
    world.tell({"feed": "bj", "at": world.clock().isoformat(), "type": "heartbeat"})
    told = board.seen_now(now=world.clock(), how=world.how)
    assert (told["monitor"], told["feeds"][0]["state"]) == ("unknown", "unknown")
    assert {part["key"]: part["state"] for part in told["components"]} == {
        "feeds": "unknown",
        "path": "unknown",
        "database": "current",
        "monitor": "unknown",
    }
    assert {row["state"] for row in told["regions"]} == {"unknown", "none"}


def test_an_incident_stays_open_while_nothing_is_measured_and_goes_on_afterwards():
    world = World()
    world.declare()
    world.beat("bj")
    world.beats(8)
    world.clock.move(3600)
    told = board.seen_now(now=world.clock(), how=world.how)
    assert told["feeds"][0]["state"] == "unknown"
    assert told["incidents"][0]["closed_at"] is None
    world.beats(3, "bj")
    assert Incident.objects.get().closed_at


def test_hours_count_every_look_and_every_canary_once():
    world = World()
    world.declare()
    world.beats(70, "bj")
    hours = list(Hour.objects.filter(feed="bj").order_by("hour"))
    assert len(hours) == 2
    assert sum(sum(row.states.values()) for row in hours) == Sample.objects.count() == 70
    assert sum(row.sent for row in hours) == sum(sum(row.flights.values()) for row in hours) == 70
    row = board.seen_now(now=world.clock(), how=world.how)["feeds"][0]
    assert row["day"]["canaries_missed"] == 0
    assert row["day"]["looks"] == row["month"]["looks"] == 70
    assert row["day"]["states"]["current"] == 1
    assert len(row["course"]) == 24
    assert [point["state"] for point in row["course"]].count("unknown") == 22


def test_a_clock_that_goes_back_breaks_nothing():
    world = World()
    world.declare()
    world.beats(3, "bj")
    world.clock.move(-7200)
    world.beats(2, "bj")
    assert not Incident.objects.exists()
    assert world.clock.now < START


def test_two_beats_at_one_moment_cannot_both_be_written():
    from django.db import IntegrityError

    world = World()
    world.declare()
    world.beat("bj")
    one = Sample.objects.get()
    one.pk = None
    with pytest.raises(IntegrityError):
        one.save(force_insert=True)


def test_the_snapshot_is_whole_and_can_be_read_back():
    world = World()
    world.declare()
    world.beats(2, "bj")
    told = snapshot.read()
    assert told is not None
    assert told["feeds"][0]["feed"] == "bj"
    assert told["as_of"].tzinfo is not None
    snapshot.place().write_bytes(b"{half")
    assert snapshot.read() is None
    assert msgspec.json.encode(board.seen_now(now=world.clock(), how=world.how))
    assert number(48) not in snapshot.place().read_text()


def test_a_beat_cut_off_while_writing_writes_nothing(monkeypatch: pytest.MonkeyPatch):
    world = World()
    world.declare()
    world.beat("bj")
    world.beats(7)
    before = (Sample.objects.count(), phases(Incident.objects.get()))

    def cut(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("jingpiao.status.incidents.follow", cut)
        with pytest.raises(KeyboardInterrupt):
            world.beat("bj")
    assert (Sample.objects.count(), phases(Incident.objects.get())) == before
    assert sum(sum(row.states.values()) for row in Hour.objects.all()) == before[0]


def test_threads_that_share_a_timeline_count_nothing_twice(monkeypatch: pytest.MonkeyPatch):
    from threading import Thread

    from django.db import connection

    world = World()
    world.declare()
    current_timeline()
    world.tell(*(event("watermark", f"10T11:{n}", complete_to=START.isoformat()) for n in range(10, 60)))
    rows = sql.rows

    def slowly(*words: Any) -> list[tuple[Any, ...]]:
        found = rows(*words)
        time.sleep(0.02)  # long enough for another thread to read the same
        return found

    monkeypatch.setattr(sql, "rows", slowly)

    def look() -> None:
        current_timeline()
        connection.close()

    threads = [Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(current_timeline().watermarks["bj"].rows) == 50


def test_a_failing_database_costs_one_look_and_a_full_disk_none(monkeypatch: pytest.MonkeyPatch):
    from django.db import OperationalError

    from jingpiao.status import measuring

    def fail(*_: Any, **__: Any) -> None:
        raise OperationalError("database is locked")

    with monkeypatch.context() as broken:
        broken.setattr(measuring, "feeds_now", fail)
        broken.setattr(measuring, "forget_connection", lambda: None)  # the tests' own is in memory
        assert measuring.beat(START) is False
    assert not Sample.objects.exists()

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    world = World()
    world.declare()
    with monkeypatch.context() as broken:
        broken.setattr(snapshot, "write", full)
        world.beat("bj")
    assert Sample.objects.count() == 1
    assert snapshot.read() is None


def test_a_silent_part_of_a_feed_opens_an_incident_of_its_own_and_closes_when_it_flows():
    monday = FIRST + timedelta(days=14)
    silent = monday + timedelta(hours=8)
    world = World(Clock(monday + timedelta(hours=18)))
    world.tell(declared(), *arrivals(FIRST, world.clock.now, silent="33", from_=silent))
    world.beat("east")
    row = Incident.objects.get(feed="east", reason="part")
    assert (row.component, row.regions, row.kinds) == ("feed:east:region-33", ["33"], [])
    assert (row.state, row.begun_at) == ("outage", silent - timedelta(hours=1))  # the hour of its watermark
    about = {"place": 0, "issued_on": monday.date().isoformat(), "kind": "81", "total": "7.00"}
    touched = ask(world, **about, number=lots_number("33", 400_000))
    other = ask(world, **about, number=lots_number("31", 400_000))
    assert "feed:east:region-33" in [each.component for each in marking.incidents_touching(touched)]
    assert "feed:east:region-33" not in [each.component for each in marking.incidents_touching(other)]
    page = Client().get("/status").content.decode()
    assert "一部分没有消息" in page
    world.tell(*arrivals(monday + timedelta(hours=18), monday + timedelta(hours=20)))
    world.clock.move(3 * 3600)
    world.beats(3, "east")
    assert Incident.objects.get(component="feed:east:region-33").closed_at is not None
    assert not Incident.objects.filter(component="feed:east:region-31").exists()
