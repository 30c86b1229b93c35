"""Nobody waits for more than his share: guests by their cookie and their network, parties by their token, operators freely."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from jingpiao.api.tokens import make_token
from jingpiao.inquiry import watchers
from jingpiao.inquiry.models import KeptAnswer, Watch
from jingpiao.inquiry.watching import ask_what_is_due, look_for_arrivals
from jingpiao.sync.services import load_events
from telling.story import BUYER, SELLER, claim, event, invoice, lines, number, told

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 7, 14, 4, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def two_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JINGPIAO_WATCHES", "2")
    load_events(lines(told()).splitlines(), source="test", now=NOW)


def at_page(client: Client, place: int, address: str = "10.0.0.1") -> Any:
    """Ask and press the button."""
    form = {"text": number(place), "issued_on": "2026-07-10", "total": f"{106 + place}.00"}
    asked = client.post("/check", form, REMOTE_ADDR=address)
    return client.post(f"{asked.headers['Location']}/watch", REMOTE_ADDR=address)


def at_api(client: Client, place: int, address: str = "10.0.0.1", **headers: str) -> Any:
    asked = client.post(
        "/api/v1/checks", json.dumps(claim(place, as_of=None)), "application/json", headers=headers
    )
    return client.post(f"/api/v1/checks/{asked.json()['id']}/watch", headers=headers, REMOTE_ADDR=address)


def bearer(role: str, **more: Any) -> dict[str, str]:
    return {"authorization": f"Bearer {make_token(label='t', role=role, now=NOW, **more)}"}


def test_a_guest_waits_for_so_many_and_is_told_how_to_make_room():
    guest = Client()
    for place in (60, 61):
        assert at_page(guest, place).status_code == 302
    refused = at_page(guest, 62)
    page = refused.content.decode()
    assert (refused.status_code, Watch.objects.count()) == (409, 2)
    assert "同时守候的发票已到上限" in page
    assert number(60)[-4:] in page
    assert "停止守候" in page
    guest.cookies["lang"] = "en"
    assert "Too many invoices are watched for at once" in at_page(guest, 62).content.decode()
    assert at_page(guest, 60).status_code == 409  # another answer to the same question is another watch


def test_a_repeat_of_a_watch_that_is_there_is_never_refused():
    guest = Client()
    for place in (60, 61):
        at_page(guest, place)
    token = Watch.objects.order_by("pk")[0].token
    assert guest.post(f"/answers/{token}/watch").headers["Location"] == f"/answers/{token}"


def test_stopping_one_makes_room_and_what_was_stopped_is_left_alone_until_it_goes_on():
    guest = Client()
    for place in (60, 61):
        at_page(guest, place)
    held = Watch.objects.order_by("pk")[0]
    assert re.search(r'name="stop"', guest.get(f"/answers/{held.token}").content.decode())
    assert re.search(r'name="stop"', guest.get(f"/answers/{held.token}/watch").content.decode())
    guest.post(f"/answers/{held.token}/watch", {"stop": "1"})
    assert "已停止守候" in guest.get(f"/answers/{held.token}").content.decode()
    assert at_page(guest, 62).status_code == 302
    load_events(
        lines([event("invoice", "14T12:06", id="l", invoice=invoice(60))]).splitlines(), source="t", now=NOW
    )
    look_for_arrivals(datetime.now(UTC))
    ask_what_is_due(datetime.now(UTC) + timedelta(days=40))
    held.refresh_from_db()
    assert (held.state, held.newest) == ("stopped", held.token)
    assert Watch.objects.filter(state="waiting").count() == 0
    guest.post(f"/answers/{held.token}/watch")
    ask_what_is_due(datetime.now(UTC))
    held.refresh_from_db()
    assert held.state == "arrived"


def test_a_guest_without_his_cookie_is_counted_by_his_network():
    for place in range(60, 80):
        assert at_page(Client(), place).status_code == 302
    refused = at_page(Client(), 80)
    assert refused.status_code == 409
    assert "从您所在的网络" in refused.content.decode()
    assert at_page(Client(), 80, address="10.0.0.2").status_code == 302
    assert "10.0.0.1" not in str(list(Watch.objects.values()))


def test_the_address_is_forgotten_when_the_wait_is_over():
    at_page(Client(), 60)
    assert len(Watch.objects.get().origin) == 32
    ask_what_is_due(datetime.now(UTC) + timedelta(days=31))
    assert (Watch.objects.get().state, Watch.objects.get().origin) == ("ended", "")


def test_the_devices_of_an_ipv6_household_are_one_network():
    for place in range(60, 80):
        at_page(Client(), place, address=f"2001:db8:1:2::{place}")
    assert at_page(Client(), 80, address="2001:db8:1:2:ffff::9").status_code == 409
    assert at_page(Client(), 80, address="2001:db8:1:3::9").status_code == 302


def test_a_stranger_at_the_api_is_refused_with_a_code_and_a_way_out():
    client = Client()
    tokens = [at_api(client, place).json()["id"] for place in range(60, 80)]
    refused = at_api(client, 80)
    problem = refused.json()
    assert (refused.status_code, problem["code"], problem["retryable"]) == (409, "watch-limit", False)
    assert "DELETE /api/v1/checks/{id}/watch" in problem["detail"]
    assert "上限" in problem["title"]
    other = client.delete(f"/api/v1/checks/{tokens[0]}/watch", REMOTE_ADDR="10.0.0.9")
    assert (other.status_code, other.json()["code"]) == (403, "forbidden")
    stopped = client.delete(f"/api/v1/checks/{tokens[0]}/watch", REMOTE_ADDR="10.0.0.1")
    assert (stopped.status_code, stopped.json()["state"]) == (200, "stopped")
    assert client.delete(f"/api/v1/checks/{tokens[1]}/watch", REMOTE_ADDR="10.0.0.1").status_code == 200
    assert at_api(client, 80).status_code == 200


def test_parties_have_room_of_their_own_and_nobody_stops_anothers(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(watchers, "OF_A_PARTY", 2)
    mine, theirs = bearer("party", tax_ids=[BUYER]), bearer("party", tax_ids=[SELLER])
    client = Client()
    tokens = [at_api(client, place, **mine).json()["id"] for place in range(60, 64)]
    assert at_api(client, 64, **mine).status_code == 409
    assert at_api(client, 64, **theirs).status_code == 200
    assert client.delete(f"/api/v1/checks/{tokens[0]}/watch", headers=theirs).status_code == 403
    assert client.delete(f"/api/v1/checks/{tokens[0]}/watch").status_code == 403
    assert client.delete(f"/api/v1/checks/{tokens[0]}/watch", headers=mine).json()["state"] == "stopped"
    assert at_api(client, 65, **mine).status_code == 200


def test_an_operator_waits_freely_and_may_stop_any():
    client, guest = Client(), Client()
    at_page(guest, 60)
    client.force_login(
        get_user_model().objects.create_user("操作员", password="a long enough sentence"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    for place in range(60, 66):
        assert at_page(client, place).status_code == 302
    token = Watch.objects.order_by("pk")[0].token
    stranger = Client()
    stranger.post(f"/answers/{token}/watch", {"stop": "1"})
    assert Watch.objects.get(token=token).state == "waiting"
    assert "别人开始的" in stranger.get(f"/answers/{token}").content.decode()
    client.post(f"/answers/{token}/watch", {"stop": "1"})
    assert Watch.objects.get(token=token).state == "stopped"


def test_what_has_come_already_needs_no_room():
    guest = Client()
    for place in (60, 61):
        at_page(guest, place)
    assert at_page(guest, 48).status_code == 302
    assert KeptAnswer.objects.filter(existence="found").count() == 1


def test_zero_is_no_limit_and_nonsense_is_said_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("JINGPIAO_WATCHES", "0")
    guest = Client()
    assert {at_page(guest, place).status_code for place in range(60, 65)} == {302}
    monkeypatch.setenv("JINGPIAO_WATCHES", "many")
    problem = at_api(Client(), 70).json()
    assert problem["code"] == "usage"
    assert "JINGPIAO_WATCHES" in problem["detail"]


def test_many_who_press_at_once_get_no_more_than_their_share(platform):
    platform.run("load", "-", stdin=lines(told()))
    told_back = platform.python(
        "import os, threading\nos.environ['JINGPIAO_WATCHES'] = '3'\n"
        "from datetime import UTC, datetime\nfrom collections import Counter\n"
        "from django.db import connection\nfrom fapiao.claim import Claim\n"
        "from jingpiao.inquiry.models import KeptAnswer, Watch\n"
        "from jingpiao.inquiry.services import answer_claim\n"
        "from jingpiao.inquiry.watchers import Watcher, WatchLimit\nfrom jingpiao.inquiry.watching import watch\n"
        "now, me, seen = datetime.now(UTC), Watcher(scope='guest:me', origin='here'), []\n"
        f"asked = [answer_claim(Claim(number='{number(60)}'), now=now, keep=True) for _ in range(12)]\n"
        "kept = list(KeptAnswer.objects.all())\n"
        "def press(one):\n"
        "    try:\n"
        "        watch(one, now=now, by=me)\n"
        "        seen.append('begun')\n"
        "    except WatchLimit:\n"
        "        seen.append('refused')\n"
        "    finally:\n"
        "        connection.close()\n"
        "threads = [threading.Thread(target=press, args=(one,)) for one in kept]\n"
        "[each.start() for each in threads]\n[each.join() for each in threads]\n"
        "print(Counter(seen)['begun'], Counter(seen)['refused'], Watch.objects.count())\n"
    )
    assert told_back == "3 9 3"
