"""The source "push": deliveries are recorded as visits; paused, they are refused so that nothing is lost."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client
from visiting import events

from jingpiao.api.tokens import make_token
from jingpiao.ledger.models import JournalEntry
from jingpiao.sync import connecting
from jingpiao.sync.models import Connection, Visit

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime.now(UTC)


@pytest.fixture
def _connected() -> None:
    connecting.add(key="bj", member="push", feed="bj", given={}, now=NOW)


def push(body: bytes):
    token = make_token(label="t", role="feed", feed="bj", now=NOW)
    return Client().post(
        "/api/v1/feeds/bj/events",
        body,
        content_type="application/jsonl",
        headers={"authorization": f"Bearer {token}"},
    )


@pytest.mark.usefixtures("_connected")
def test_a_delivery_is_a_visit_and_the_same_again_changes_nothing():
    body = b"\n".join(events(1, 3))
    assert push(body).json()["new"] == 3
    assert push(body + b"\nnonsense").json()["repeats"] == 3
    visits = list(Visit.objects.order_by("id").values_list("lines", "fresh", "repeats", "unread"))
    assert visits == [(3, 3, 0, 0), (4, 0, 3, 1)]
    assert Connection.objects.get().last_ok_at is not None
    assert connecting.probe("bj").ok


@pytest.mark.usefixtures("_connected")
def test_a_paused_source_is_told_to_keep_its_events():
    connecting.pause("bj", now=NOW)
    reply = push(b"\n".join(events(1, 3)))
    assert (reply.status_code, reply.json()["code"], reply.json()["retryable"]) == (503, "paused", True)
    assert reply.headers["Retry-After"] == "60"
    assert not JournalEntry.objects.exists()
    connecting.resume("bj", now=NOW)
    assert push(b"\n".join(events(1, 3))).status_code == 200


def test_a_feed_without_a_connection_may_push_as_before():
    assert push(b"\n".join(events(1, 2))).json()["new"] == 2
    assert not Visit.objects.exists()
