"""Canaries go in and are asked for at the public door, with a token that opens nothing else; without a door nothing is green."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from jingpiao.accounts import tokens
from jingpiao.api.models import Token
from jingpiao.api.tokens import make_token
from jingpiao.audit.models import AuditEntry
from jingpiao.inquiry.models import KeptAnswer
from jingpiao.ledger.models import Invoice
from jingpiao.status import board
from jingpiao.status.door import door, served_at
from jingpiao.status.lines import Measuring
from jingpiao.status.models import Canary, Incident
from jingpiao.status.passes import Pass
from jingpiao.sync import connecting
from jingpiao.sync.models import Connection, Visit
from telling.beats import World
from telling.story import event, invoice, lines, number

pytestmark = pytest.mark.django_db(transaction=True)
ASK = "/api/v1/checks/batch"


def entered(feed: str) -> str:
    return f"/api/v1/feeds/canary%3A{feed}/events"


@pytest.fixture
def world() -> World:
    made = World()
    made.declare()
    made.declare("js", "32")
    return made


def path_of(world: World, feed: str = "bj") -> dict[str, Any]:
    rows = board.live(now=world.clock.now, how=world.how)["feeds"]
    return next(row["path"] for row in rows if row["feed"] == feed)


def test_a_pushed_feeds_canary_knocks_at_the_door_and_all_are_asked_for_in_one_public_question(world: World):
    world.beat("bj", "js")
    assert world.knocker.posted == [entered("bj"), entered("js"), ASK]
    assert Canary.objects.exclude(seen_at=None).count() == 2
    assert path_of(world)["state"] == "current"
    assert not KeptAnswer.objects.exists()


def test_a_fetched_feeds_canary_comes_in_as_what_is_fetched_and_its_cursor_stays(world: World):
    given = {"url": "https://feed.example.com/events"}
    connecting.add(key="bj", member="http", feed="bj", given=given, now=world.clock.now)
    before = Connection.objects.values().get()
    world.beat("bj", "js")
    assert world.knocker.posted == [entered("js"), ASK]
    assert Canary.objects.exclude(seen_at=None).count() == 2
    assert Connection.objects.values().get() == before
    assert not Visit.objects.exists()


def test_no_delivery_is_recorded_for_a_canary_and_a_pause_of_its_source_does_not_stop_it(world: World):
    connecting.add(key="bj", member="push", feed="bj", given={}, now=world.clock.now)
    Connection.objects.update(paused=True)
    world.beat("bj", "js")
    assert not Visit.objects.exists()
    assert path_of(world)["state"] == "current"


def test_the_token_opens_the_door_of_canaries_and_nothing_else(world: World):
    world.beat("bj")
    bearer = {"authorization": f"Bearer {world.knocker.token.text()}"}
    client = Client()
    line = lines([event("invoice", "10T11:30", id="x", invoice=invoice(48))])
    assert client.get("/api/v1/invoices", headers=bearer).status_code == 403
    for path in ("/api/v1/feeds/bj/events", "/api/v1/imports", f"{ASK}?keep=true"):
        reply = client.post(path, line, content_type="application/jsonl", headers=bearer)
        assert (reply.status_code, reply.json()["code"]) == (403, "forbidden"), path
    assert client.delete(f"/api/v1/invoices/{number(48)}", headers=bearer).status_code == 403
    assert not Invoice.objects.exists()


@pytest.mark.parametrize(
    "role", [{"role": "operator"}, {"role": "feed"}, {"role": "feed", "feed": "canary:bj"}]
)
def test_nobody_else_speaks_for_canaries(world: World, role: dict[str, str]):
    token = make_token(label="t", now=world.clock.now, **role)
    hidden = lines([event("invoice", "10T11:30", feed="canary:bj", id="x", invoice=invoice(48))])
    reply = Client().post(
        "/api/v1/feeds/canary:bj/events",
        hidden,
        content_type="application/jsonl",
        headers={"authorization": f"Bearer {token}"},
    )
    assert (reply.status_code, Invoice.everything.count()) == (403, 0)


def test_the_token_is_renewed_every_day_and_each_new_one_ends_the_last(world: World):
    world.beat("bj")
    first = world.knocker.token.text()
    world.beat("bj")
    assert world.knocker.token.text() == first
    world.clock.move(timedelta(days=1).total_seconds())
    world.beat("bj")
    second = world.knocker.token.text()
    assert second != first
    ended = Client().post(ASK, b"", "application/jsonl", headers={"authorization": f"Bearer {first}"})
    assert ended.status_code == 401
    assert Token.objects.filter(role="canary", revoked_at=None).count() == 1
    assert first not in str(list(Token.objects.values()))
    told = AuditEntry.objects.filter(action__startswith="token-").order_by("number")
    assert [each.action for each in told] == ["token-issued", "token-revoked", "token-issued"]
    assert {each.who for each in told} == {"job:status"}


def test_a_token_that_somebody_revoked_costs_one_canary_and_no_incident(world: World):
    world.beat("bj")
    tokens.revoke(Token.objects.get(role="canary").pk, now=world.clock.now)
    world.beat("bj")
    assert {row.slip for row in Canary.objects.filter(seen_at=None)} == {"401 unauthorized"}
    world.beat("bj")
    assert path_of(world)["state"] == "current"
    assert not Incident.objects.filter(component="path").exists()


def test_a_token_check_that_fails_is_an_outage_of_ours(world: World, monkeypatch: pytest.MonkeyPatch):
    world.beat("bj", "js")
    with monkeypatch.context() as broken:
        broken.setattr("jingpiao.api.tokens.Token.objects.filter", lambda **_: Token.objects.none())
        world.beats(3, "bj", "js")
    assert (path_of(world)["state"], Incident.objects.get().component) == ("outage", "path")


def test_a_door_that_does_not_answer_is_knocked_at_once_a_round_and_opens_an_incident(world: World):
    world.beats(2, "bj", "js")
    world.knocker.away = True
    world.knocker.posted.clear()
    world.beat("bj", "js")
    assert world.knocker.posted == [entered("bj")]
    world.beats(2, "bj", "js")
    row = Incident.objects.get()
    assert (row.component, row.reason, row.worst, row.closed_at) == ("path", "canary", "outage", None)
    assert "nobody listens" in Canary.objects.filter(seen_at=None)[0].slip
    world.knocker.away = False
    world.beats(2, "bj", "js")
    assert Incident.objects.get().closed_at is None
    world.beat("bj", "js")
    assert Incident.objects.get().closed_at is not None


def test_where_nothing_is_served_nothing_flies_and_nothing_is_green(world: World):
    world.served = False
    world.beats(4, "bj", "js")
    assert not Canary.objects.exists()
    assert path_of(world) == {"state": "unknown", "last_ms": None, "reason": "not-served"}
    assert not Incident.objects.exists()
    told = board.seen_now(now=world.clock.now, how=world.how)
    [path] = [part for part in told["components"] if part["key"] == "path"]
    assert path["state"] == "unknown"
    assert "没有启动 jingpiao serve" in path["note"]
    assert "JINGPIAO_DOOR" in path["note_en"]


def test_an_incident_does_not_close_for_want_of_a_door(world: World):
    world.beats(2, "bj", "js")
    world.knocker.away = True
    world.beats(3, "bj", "js")
    world.served = False
    world.beats(6, "bj", "js")
    assert Incident.objects.get().closed_at is None
    assert path_of(world)["state"] == "unknown"


def test_a_feed_that_was_declared_since_the_newest_beat_is_not_said_to_be_unserved(world: World):
    world.beat("bj", "js")
    world.declare("tj", "12")
    assert path_of(world, "tj")["reason"] is None


def test_the_command_says_so_too(platform):
    platform.run(
        "load", "-", stdin=lines([event("feed", "01T00:00", label="北京", regions=["11"], kinds=[])])
    )
    platform.python(
        "from datetime import UTC, datetime\nfrom jingpiao.status.measuring import beat\nbeat(datetime.now(UTC))\n"
    )
    [row] = platform.lines("status", "--json")
    assert row["path"] == {"state": "unknown", "last_ms": None, "reason": "not-served"}
    assert "没有启动 jingpiao serve" in platform.run("status").stdout.decode()
    assert "jingpiao serve is not running" in platform.run("status", "--lang", "en").stdout.decode()


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::", "http://[::1]:80"),
        ("10.1.2.3", "http://10.1.2.3:80"),
    ],
)
def test_what_is_served_is_reached_from_this_machine(host: str, address: str):
    assert served_at(host, 80) == address


def test_a_round_that_hangs_ends_within_its_beat(monkeypatch: pytest.MonkeyPatch, settings: Any):
    asked: list[dict[str, Any]] = []

    def send(method: str, url: str, **more: Any) -> Any:
        asked.append({"url": url, **more})
        raise AssertionError

    monkeypatch.setattr("jingpiao.status.door.send", send)
    monkeypatch.setenv("JINGPIAO_DOOR", "http://127.0.0.1:8000/")
    settings.ALLOWED_HOSTS = ["piao.example.com", "example.com"]
    world = World()
    for beat, deadline in ((60.0, 10.0), (6.0, 1.0)):
        knocked = door(Pass(world.clock), Measuring(beat=beat))
        assert knocked is not None
        with pytest.raises(AssertionError):
            knocked.enter("canary:bj", b"{}")
        assert asked[-1]["deadline"] == deadline
        assert asked[-1]["headers"]["Host"] == "piao.example.com"
        assert asked[-1]["url"] == f"http://127.0.0.1:8000{entered('bj')}"
    monkeypatch.setenv("JINGPIAO_DOOR", "")
    assert door(Pass(world.clock), Measuring()) is None


def test_answers_that_make_no_sense_are_canaries_not_found(world: World):
    knocked = world.knocker.door()
    knocked._call = lambda *_: (200, b"<html>ok</html>")  # type: ignore[method-assign]
    assert knocked.enter("canary:bj", b"{}") == "None quarantined, None unread"
    assert json.dumps(knocked.found([])) == '[[], ""]'
