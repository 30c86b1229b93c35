"""Kept answers over HTTP: explained to operators alone, batches kept where asked for, a repeat with a key given once."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from jingpiao.api.tokens import make_token
from jingpiao.inquiry import situations
from jingpiao.inquiry.models import KeptAnswer
from jingpiao.sync.services import load_events
from telling.story import BUYER, claim, lines, told

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 7, 14, 4, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def story() -> None:
    situations.forget()  # the tests empty the database under this process
    load_events(lines(told()).splitlines(), source="test", now=NOW)


def bearer(role: str, **more: Any) -> dict[str, str]:
    return {"authorization": f"Bearer {make_token(label='t', role=role, now=NOW, **more)}"}


def asked(**headers: str) -> Any:
    body = json.dumps(claim(50))
    return Client().post("/api/v1/checks", body, content_type="application/json", headers=headers)


def test_an_operator_sees_what_an_answer_rests_on_and_that_it_comes_out_again():
    answer = asked(**bearer("party", tax_ids=[BUYER])).json()
    address = f"/api/v1/checks/{answer['id']}/situation"
    explained = Client().get(address, headers=bearer("operator")).json()
    assert explained["same"] is True
    assert explained["situation"]["understood"]["claim"]["tax_ids"] == [BUYER]
    assert {feed["feed"] for feed in explained["situation"]["feeds"]} == {"bj", "js"}
    assert Client().get(address).status_code == 401
    assert Client().get(address, headers=bearer("party", tax_ids=[BUYER])).status_code == 403
    assert Client().get(address, headers=bearer("feed", feed="bj")).status_code == 403


def test_an_answer_that_the_program_would_now_give_otherwise_is_said_so():
    answer = asked().json()
    kept = KeptAnswer.objects.get(token=answer["id"])
    kept.answer = kept.answer.replace(answer["headline"], "别的话")
    kept.save()
    explained = Client().get(f"/api/v1/checks/{kept.token}/situation", headers=bearer("operator")).json()
    assert (explained["same"], explained["differences"]) == (False, ["headline"])


def test_a_batch_is_kept_for_those_with_a_token():
    body = lines([claim(48), claim(49)])

    def batch(query: str = "", **headers: str) -> Any:
        return Client().post(
            f"/api/v1/checks/batch{query}", body, content_type="application/jsonl", headers=headers
        )

    assert batch("?keep=true").status_code == 401
    reply = batch("?keep=true", **bearer("party", tax_ids=[BUYER]))
    answers = [json.loads(line) for line in b"".join(reply.streaming_content).splitlines()]
    for answer in answers:
        assert Client().get(f"/api/v1/checks/{answer['id']}").json() == answer
    b"".join(batch().streaming_content)
    assert KeptAnswer.objects.count() == 2


def test_a_repeat_with_the_same_key_gives_the_same_answer():
    key = {"Idempotency-Key": "k1", **bearer("operator")}
    first, again = asked(**key), asked(**key)
    assert first.content == again.content
    assert KeptAnswer.objects.count() == 1
    other = Client().post(
        "/api/v1/checks", json.dumps(claim(48)), content_type="application/json", headers=key
    )
    assert other.json()["code"] == "conflict"


def test_a_failed_deed_is_undone_and_its_error_is_kept():
    key = {"Idempotency-Key": "k2", **bearer("operator")}
    body = json.dumps({"number": "1", "total": "x"})

    def send() -> Any:
        return Client().post("/api/v1/checks", body, content_type="application/json", headers=key)

    first, again = send(), send()
    assert (first.status_code, first.content) == (422, again.content)
    assert again.headers["Content-Type"] == "application/problem+json"


def test_the_database_failing_at_one_claim_of_a_batch_leaves_the_others_their_answers(
    monkeypatch: pytest.MonkeyPatch,
):
    from django.db import OperationalError

    from jingpiao.inquiry import services

    real = services.gather_all

    def failing(asked: Any, timeline: Any) -> Any:
        if any(understood.claim.ref == "second" for understood, _ in asked):
            raise OperationalError("server closed the connection unexpectedly")
        return real(asked, timeline)

    monkeypatch.setattr(services, "gather_all", failing)
    asked = [claim(48), claim(49) | {"ref": "second"}, claim(51)]
    reply = Client().post("/api/v1/checks/batch", lines(asked), content_type="application/jsonl")
    rows = [json.loads(line) for line in b"".join(reply.streaming_content).splitlines()]
    assert ["error" in row for row in rows] == [False, True, False]
    assert rows[1]["error"]["code"] == "unavailable"


def test_claims_answered_together_get_what_each_gets_alone():
    told = [
        claim(place) | {"as_of": f"2026-07-{day}T09:30:00+08:00"}
        for place, day in ((48, 20), (49, 31), (51, 25))
    ]

    def answers(asked: list[Any]) -> list[Any]:
        reply = Client().post("/api/v1/checks/batch", lines(asked), content_type="application/jsonl")
        rows = [json.loads(line) for line in b"".join(reply.streaming_content).splitlines()]
        return [
            {name: value for name, value in row.items() if name not in ("id", "receipt", "took_ms")}
            for row in rows
        ]

    assert answers(told) == [answer for each in told for answer in answers([each])]
