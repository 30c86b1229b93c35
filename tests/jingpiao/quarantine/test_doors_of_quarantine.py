"""The quarantine's page and API: errors beside the fields, a look first, who may, repeats."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from jingpiao.api.tokens import make_token
from jingpiao.audit.models import AuditEntry
from jingpiao.ledger.models import Invoice, Quarantined
from jingpiao.sync.services import load_events
from telling.story import event, invoice, number

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


@pytest.fixture
def row() -> int:
    bad = event("invoice", "10T11:40", id="bad", invoice=invoice(77, total="999.00"))
    load_events([json.dumps(bad).encode()], source="test", now=NOW)
    return Quarantined.objects.get().pk


def bearer(role: str) -> dict[str, str]:
    return {"authorization": f"Bearer {make_token(label='甲', role=role, now=NOW)}"}


def post(path: str, body: Any, **headers: str) -> Any:
    return Client().post(
        f"/api/v1/quarantine/{path}", json.dumps(body), content_type="application/json", headers=headers
    )


def test_the_page_shows_the_error_beside_each_field_then_the_result_then_takes_in(operator: Client, row: int):
    page = operator.get(f"/quarantine/{row}").content.decode()
    assert page.count('class="slip"') == 3  # amount, tax and total
    assert "999.00" in page
    looked = operator.post(f"/quarantine/{row}", {"set-total": "183.00", "why": "核对过"}).content.decode()
    assert "没有错误，可以入账" in looked
    assert "<del>999.00</del> → <ins>183.00</ins>" in looked
    refused = operator.post(f"/quarantine/{row}/act", {"action": "correct", "set-total": "183.00"})
    assert refused.status_code == 422
    assert "why-missing" in refused.content.decode()
    assert 'value="183.00"' in refused.content.decode()  # what was typed stays
    done = operator.post(
        f"/quarantine/{row}/act", {"action": "correct", "set-total": "183.00", "why": "核对过"}, follow=True
    )
    assert "已按更正入账" in done.content.decode()
    assert "核对过" in done.content.decode()
    assert Invoice.objects.get().key == number(77)
    back = operator.post(f"/quarantine/{row}/act", {"action": "undo", "why": "看错了"}, follow=True)
    assert "回到待处理" in back.content.decode()
    assert not Invoice.objects.exists()


def test_english_pages_say_the_same_in_english(operator: Client, row: int):
    operator.cookies["lang"] = "en"
    page = operator.get(f"/quarantine/{row}").content.decode()
    assert "amount + tax is not the total" in page
    assert "See the result first" in page


def test_all_that_are_listed_are_tried_again(operator: Client, row: int):
    done = operator.post("/quarantine/retries", {"reason": "sum:amount+tax!=total"}, follow=True)
    assert "重试 1 条：入账 0 条，仍有错误 1 条" in done.content.decode()


def test_the_original_is_given_and_that_is_put_down(operator: Client, row: int):
    assert b"999.00" in operator.get(f"/quarantine/{row}/raw").content
    assert b"999.00" in b"".join(operator.get("/quarantine/export.csv").streaming_content)
    assert AuditEntry.objects.filter(action="original-read", who="操作员").count() == 2


def test_the_api_lists_reads_corrects_once_and_takes_back(row: int):
    me = bearer("operator")
    [told] = Client().get("/api/v1/quarantine", headers=me).json()["rows"]
    assert (told["number"], told["state"]) == (number(77), "waiting")
    read = post(f"{row}/reading", {"fields": {"total": "183.00"}}, **me).json()
    assert (read["result"], read["changed"]) == ("new", ["total"])
    body = {"fields": {"total": "183.00"}, "why": "核对过"}
    first, again = (post(f"{row}/correction", body, **me, **{"Idempotency-Key": "k"}) for _ in range(2))
    assert first.status_code == 200
    assert again.json() == first.json()
    assert first.json()["story"][0]["who"] == "甲"
    assert post(f"{row}/correction", body, **me).json()["code"] == "correction-over"
    assert post(f"{row}/undoing", {"why": "看错"}, **me).json()["state"] == "waiting"
    assert post(f"{row}/shelving", {"why": "重开"}, **me).json()["state"] == "shelved"
    assert post("retries", {"reason": ""}, **me).json() == {"taken": 0, "waiting": 0}
    assert post(f"{row}/correction", {"fields": 3}, **me).json()["code"] == "invalid"


def test_nobody_else_may(row: int):
    body = {"fields": {"total": "183.00"}, "why": "x"}
    assert post(f"{row}/correction", body).status_code == 401
    for role in ("party", "feed"):
        assert post(f"{row}/correction", body, **bearer(role)).status_code == 403
    assert not Invoice.objects.exists()
