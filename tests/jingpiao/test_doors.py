"""The HTTP doors: who may, what comes back, what a repeat gives, what bad input gets."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver

from fapiao.einvoice import write_element
from jingpiao.api.tokens import make_token
from jingpiao.inquiry import receipts
from jingpiao.schedule import take_up_import
from making.plain import one
from telling.story import claim, event, invoice, lines, number, told

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 7, 14, 12, 5, tzinfo=UTC)


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.force_login(
        get_user_model().objects.create_user("操作员", password="a long enough sentence"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return client


def bearer(role: str, **more: Any) -> dict[str, str]:
    return {"authorization": f"Bearer {make_token(label='t', role=role, now=NOW, **more)}"}


def push(client: Client, body: bytes, feed: str = "bj", **headers: str) -> Any:
    return client.post(
        f"/api/v1/feeds/{feed}/events", body, content_type="application/jsonl", headers=headers
    )


def test_a_claim_is_answered_and_kept():
    client = Client()
    assert (
        push(
            client, lines([each for each in told() if each["feed"] == "bj"]), **bearer("feed", feed="bj")
        ).status_code
        == 200
    )
    reply = client.post("/api/v1/checks", json.dumps(claim(48)), content_type="application/json")
    answer = reply.json()
    assert answer["existence"] == "found"
    assert client.get(reply.headers["Location"]).json() == answer
    assert receipts.verify(answer["receipt"], client.get("/.well-known/jwks.json").json())["ok"]


def test_the_asker_comes_from_the_session_never_from_the_request():
    client = Client()
    push(
        client,
        lines([*told()[:1], event("invoice", "10T11:30", id="x", invoice=invoice(48))]),
        **bearer("operator"),
    )
    told_party = client.post(
        "/api/v1/checks",
        json.dumps(claim(48, tax_ids=[invoice(48)["buyer"]["tax_id"]])),
        content_type="application/json",
    )
    assert told_party.json()["invoice"]["buyer"]["name"] == "乙**"
    party = client.post(
        "/api/v1/checks",
        json.dumps(claim(48)),
        content_type="application/json",
        headers=bearer("party", tax_ids=[invoice(48)["buyer"]["tax_id"]]),
    )
    assert party.json()["invoice"]["buyer"]["name"] == "乙公司"


def test_a_batch_is_answered_line_by_line_in_order():
    reply = Client().post(
        "/api/v1/checks/batch",
        lines([claim(48, ref=1), claim(49, ref=2)]) + b"\nnope",
        content_type="application/jsonl",
    )
    rows = [json.loads(line) for line in b"".join(reply.streaming_content).splitlines()]
    assert [row.get("ref") for row in rows[:2]] == [1, 2]
    assert rows[2]["error"]["code"] == "invalid"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"nope", "invalid"),
        (b"[]", "invalid"),
        (b"{}", "claim-empty"),
        (b'{"number":"1","total":"x"}', "claim-field"),
    ],
)
def test_a_bad_claim_gets_a_problem(body: bytes, code: str):
    reply = Client().post("/api/v1/checks", body, content_type="application/json")
    assert reply.status_code == 422
    assert reply.headers["Content-Type"] == "application/problem+json"
    problem = reply.json()
    assert problem["code"] == code
    assert {"title", "detail", "retryable", "request_id"} <= set(problem)


def test_a_feed_token_speaks_for_its_own_feed_only():
    client = Client()
    assert push(client, b"", "js", **bearer("feed", feed="bj")).json()["code"] == "forbidden"
    assert push(client, b"").json()["code"] == "unauthorized"
    assert push(client, b"", authorization="Bearer wrong").json()["code"] == "unauthorized"


def test_an_import_with_a_key_is_done_once_and_other_content_is_refused(operator: Client):
    def send(data: bytes) -> Any:
        file = SimpleUploadedFile("a.xml", data)
        return operator.post("/api/v1/imports", {"file": file}, headers={"Idempotency-Key": "k1"})

    first, again, other = (
        send(write_element(one(1))),
        send(write_element(one(1))),
        send(write_element(one(2))),
    )
    assert first.status_code == 202
    assert again.json() == first.json()
    assert other.json()["code"] == "conflict"
    take_up_import(datetime.now(UTC))
    progress = operator.get(f"/api/v1/imports/{first.json()['id']}").json()
    assert (progress["state"], progress["counts"]["new"]) == ("done", 1)
    rows = operator.get(f"/api/v1/imports/{first.json()['id']}/rows").content.splitlines()
    assert len(rows) == 1


def test_deleting_is_a_move_that_can_be_undone(operator: Client):
    push(operator, lines([event("invoice", "10T11:30", id="x", invoice=invoice(48))]))
    path = f"/api/v1/invoices/{number(48)}"
    assert operator.delete(path).status_code == 204
    assert operator.get("/api/v1/invoices").json()["invoices"] == []
    assert operator.post(f"{path}/restoration").json()["restored"] is True
    assert len(operator.get("/api/v1/invoices").json()["invoices"]) == 1


def test_a_file_is_read_and_nothing_kept():
    reply = Client().post("/api/v1/files/read", {"file": SimpleUploadedFile("a.xml", write_element(one(1)))})
    assert json.loads(reply.content)["invoice"]["number"] == one(1).number


def test_the_page_answers_without_scripts_and_keeps_what_was_typed():
    client = Client()
    reply = client.post("/check", {"text": number(48), "issued_on": "2026-07-10"})
    assert reply.status_code == 302
    page = client.get(reply.headers["Location"])
    assert "未找到" in page.content.decode()
    wrong = client.post("/check", {"text": number(48), "issued_on": "never"})
    assert wrong.status_code == 422
    assert 'value="never"' in wrong.content.decode()


def test_the_first_account_needs_the_code_from_the_terminal():
    from jingpiao.accounts.services import first_code

    code = first_code(datetime.now(UTC))
    client = Client()
    form = {"code": "wrong", "username": "管理员", "password": "一句足够长的话 made of words"}
    assert client.post("/sign-in/first", form).status_code == 422
    assert client.post("/sign-in/first", form | {"code": code, "password": "short"}).status_code == 422
    assert client.post("/sign-in/first", form | {"code": code}).status_code == 302
    assert client.get("/ledger").status_code == 200
    assert first_code(datetime.now(UTC)) is None
    assert Client().post("/sign-in/first", form | {"code": code}).status_code == 422


def paths() -> list[str]:
    def walk(patterns: Any, prefix: str = "") -> Any:
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern.url_patterns, route)
            else:
                yield route

    return list(walk(get_resolver().url_patterns))


MATRIX = tomllib.loads((Path(__file__).resolve().parents[1] / "house" / "access.toml").read_text("utf-8"))[
    "route"
]


def test_every_route_stands_in_the_access_matrix_and_no_other():
    assert {each["path"] for each in MATRIX} == set(paths())


@pytest.mark.parametrize("row", MATRIX, ids=lambda row: row["path"] or "home")
def test_every_route_opens_to_those_it_should_and_to_no_others(row: dict[str, Any], operator: Client):
    address = "/" + row["path"].replace("<int:batch>", "1").replace("<int:incident>", "1").replace(
        "<str:key>", number(48)
    ).replace("<str:token>", "none").replace("<batch>", "1").replace("<key>", number(48)).replace(
        "<token>", "none"
    ).replace("<feed>", "bj")
    for who, client in (("guest", Client()), ("operator", operator)):
        reply = client.generic(row["method"], address, "{}", content_type="application/json")
        assert reply.status_code in row[who], (who, reply.status_code)


def test_every_reply_carries_the_security_headers():
    reply = Client().get("/")
    assert "script-src 'self'" in reply.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in reply.headers["Content-Security-Policy"]
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["X-Frame-Options"] == "DENY"
