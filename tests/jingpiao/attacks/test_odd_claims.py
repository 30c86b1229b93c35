"""Odd claims: whatever a field, a form or a body says, the answer is an answer or a problem with its code."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from telling.story import number

pytestmark = pytest.mark.django_db(transaction=True)
FIELDS = (
    "ref",
    "text",
    "code",
    "number",
    "issued_on",
    "amount",
    "total",
    "check_code",
    "kind",
    "seller_tax_id",
    "buyer_name",
    "lookup",
    "tax_ids",
    "as_of",
)
ODD: tuple[Any, ...] = (
    0,
    -1,
    1.5,
    True,
    [1, None],
    {"x": 1},
    "abc",
    10**30,
    "0001-01-01T00:00:00+08:00",
    "9999-12-31T23:59:59-12:00",
    "0001-01-01",
    "9999-12-31",
    "2026-07-10T10:00:00",
    "1900-01-01T00:00:00Z",
    "x" * 5000,
    "\x00",
    "\u202e<script>",
    "NaN",
    "sNaN",
    "1E+1000000000",
    "1.005",
    "١٢٣",
    "9" * 5000,
)


def ask(client: Client, body: bytes) -> Any:
    return client.post("/api/v1/checks", body, content_type="application/json")


@pytest.mark.parametrize("field", FIELDS)
def test_an_odd_field_gets_an_answer_or_a_problem(field: str):
    client = Client()
    for odd in ODD:
        reply = ask(client, json.dumps({"number": number(48), field: odd}).encode())
        assert reply.status_code in (200, 422), odd
        told = reply.json()
        assert told.get("code") in (None, "invalid", "claim-field", "claim-empty"), odd
        if reply.status_code == 200:
            assert client.get(f"/answers/{reply.headers['Location'].rsplit('/', 1)[1]}").status_code == 200


@pytest.mark.parametrize("code", ["1", "110", "11001", "0110023001", "abc"])
def test_half_a_code_typed_into_the_form_is_answered(code: str):
    reply = Client().post("/check", {"text": "12345678", "code": code}, follow=True)
    assert reply.status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"number":"1","ref":' + b"[" * 900 + b"]" * 900 + b"}",
        b'{"number":NaN}',
        b"\xff",
        b"",
    ],
)
def test_a_body_that_is_no_claim_is_refused_alone_and_in_a_batch(body: bytes):
    client = Client()
    reply = ask(client, body)
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid")
    good = json.dumps({"number": number(48)}).encode()
    batch = client.post("/api/v1/checks/batch", body + b"\n" + good, content_type="application/jsonl")
    rows = [json.loads(line) for line in b"".join(batch.streaming_content).splitlines()]
    assert len(rows) == 2
    assert "existence" in rows[1]


def test_a_batch_may_be_long_and_a_claim_may_not():
    client = Client()
    long = json.dumps({"number": number(48), "ref": "r" * 4_000}).encode()
    batch = client.post("/api/v1/checks/batch", b"\n".join([long] * 2_500), content_type="application/jsonl")
    assert sum(block.count(b"\n") for block in batch.streaming_content) == 2_500
    reply = ask(client, b'{"number":"' + b"1" * 9 * 2**20 + b'"}')
    assert (reply.status_code, reply.json()["code"]) == (413, "too-large")
    many = client.post("/api/v1/checks/batch", b"{}\n" * 100_001, content_type="application/jsonl")
    assert (many.status_code, many.json()["code"]) == (413, "too-large")


def test_a_pasted_text_beyond_all_measure_gets_a_page_that_says_what_to_do():
    reply = Client().post("/check", {"text": "1" * 9 * 2**20})
    assert reply.status_code == 413
    assert "存成文件" in reply.content.decode()
