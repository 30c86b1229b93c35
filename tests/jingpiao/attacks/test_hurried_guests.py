"""Hurried and forged requests: a guest's pace, a guessed password, another site's page, a redirect out of the house."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from jingpiao.inquiry import api
from telling.story import event, invoice, number

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "a long enough sentence"


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.force_login(
        get_user_model().objects.create_user("操作员", password=PASSWORD),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return client


@pytest.fixture
def slow_door(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.CHECKS, "rate", 0.001)
    monkeypatch.setattr(api.CHECKS, "burst", 3.0)
    api.CHECKS._levels.clear()


@pytest.mark.usefixtures("slow_door")
@pytest.mark.parametrize("path", ["/check", "/explain"])
def test_a_guest_at_the_page_is_no_faster_than_at_the_api(path: str):
    client = Client()
    replies = [
        client.post(path, {"text": number(48)}, headers={"X-Forwarded-For": f"1.1.1.{n}"}) for n in range(4)
    ]
    assert [reply.status_code for reply in replies[:3]] != [429] * 3
    assert replies[3].status_code == 429
    assert int(replies[3].headers["Retry-After"]) > 0
    assert "请求太快" in replies[3].content.decode()


@pytest.mark.usefixtures("slow_door")
def test_the_operator_is_not_slowed_down(operator: Client):
    assert {operator.post("/check", {"text": number(48)}).status_code for _ in range(6)} == {302}


def test_ten_wrong_passwords_pause_the_door_in_words_people_understand():
    get_user_model().objects.create_user("操作员", password=PASSWORD)
    client = Client()
    replies: list[Any] = [
        client.post(
            "/sign-in",
            {"username": "操作员", "password": f"wrong {n}"},
            headers={"X-Forwarded-For": f"2.2.2.{n}"},
        )
        for n in range(10)
    ]
    assert [reply.status_code for reply in replies[:9]] == [422] * 9
    assert replies[9].status_code == 429
    assert "15 分钟" in replies[9].content.decode()
    right = client.post("/sign-in", {"username": "操作员", "password": PASSWORD})
    assert right.status_code == 429


def test_signing_in_gives_the_session_a_new_name():
    get_user_model().objects.create_user("操作员", password=PASSWORD)
    client = Client()
    client.post("/check", {"text": number(48)})
    before = client.cookies["session"].value
    assert client.post("/sign-in", {"username": "操作员", "password": PASSWORD}).status_code == 302
    assert client.cookies["session"].value != before


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}]
)
def test_another_site_cannot_use_the_operators_session(operator: Client, headers: dict[str, str]):
    told = json.dumps(event("invoice", "10T11:00", id="x", invoice=invoice(48)))
    push = {"path": "/api/v1/feeds/bj/events", "data": told, "content_type": "application/jsonl"}
    assert operator.post(**push).status_code == 200
    for method, path in (("delete", f"/api/v1/invoices/{number(48)}"), ("post", push["path"])):
        reply = getattr(operator, method)(path, told, content_type="text/plain", headers=headers)
        assert (reply.status_code, reply.json()["code"]) == (403, "forbidden")
    assert (
        operator.delete(
            f"/api/v1/invoices/{number(48)}", headers={"Sec-Fetch-Site": "same-origin"}
        ).status_code
        == 204
    )


@pytest.mark.parametrize(
    "away", ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:x", "/\t/evil.example"]
)
def test_no_form_leads_out_of_the_house(away: str):
    get_user_model().objects.create_user("操作员", password=PASSWORD)
    client = Client()
    assert client.post("/choose", {"back": away, "lang": "en"}).headers["Location"] == "/"
    signed_in = client.post("/sign-in", {"username": "操作员", "password": PASSWORD, "next": away})
    assert signed_in.headers["Location"] == "/"


def test_a_host_that_is_not_ours_gets_no_page():
    reply = Client().get("/", headers={"host": "evil.example"})
    assert reply.status_code == 400
    assert b"evil.example" not in reply.content
