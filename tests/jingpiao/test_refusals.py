"""What the framework itself refuses leaves the API as a problem, and a batch may be as long as the contract says."""

from __future__ import annotations

import json

import pytest
from django.conf import settings
from django.test import Client

from jingpiao.api.bodies import MOST_BYTES
from jingpiao.inquiry.api import MOST_CLAIMS
from telling.story import claim

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("DELETE", "/api/v1/checks", 405, "method-not-allowed"),
        ("PUT", "/api/v1/status", 405, "method-not-allowed"),
        ("GET", "/api/v1/nothing", 404, "not-found"),
    ],
)
def test_every_refusal_is_a_problem(method: str, path: str, status: int, code: str):
    reply = Client().generic(method, path)
    assert reply.status_code == status
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert reply.json()["code"] == code
    if status == 405:
        assert reply.headers["Allow"]


def test_a_body_too_large_for_one_claim_says_so():
    body = b'{"text":"' + b"1" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE + b'"}'
    reply = Client().post("/api/v1/checks", body, content_type="application/json")
    assert (reply.status_code, reply.json()["code"]) == (413, "too-large")


def test_a_batch_may_hold_as_many_whole_claims_as_the_contract_says():
    whole = claim(48, seller_name="销售方示例公司" * 3, buyer_name="购买方示例公司" * 3, ref="row-000001")
    line = json.dumps(whole, ensure_ascii=False).encode()
    assert MOST_CLAIMS == 100_000
    assert len(line) * MOST_CLAIMS < MOST_BYTES
    body = b"\n".join([line] * 3) + b"\n" + b" " * settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    reply = Client().post("/api/v1/checks/batch", body, content_type="application/jsonl")
    assert len(b"".join(reply.streaming_content).splitlines()) >= 3


def test_a_batch_with_too_many_lines_is_refused_before_any_is_answered():
    reply = Client().post(
        "/api/v1/checks/batch", b"{}\n" * (MOST_CLAIMS + 1), content_type="application/jsonl"
    )
    assert (reply.status_code, reply.json()["code"]) == (413, "too-large")
