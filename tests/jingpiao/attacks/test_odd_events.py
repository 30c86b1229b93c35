"""Odd events: whatever a line says, it comes back as taken in or as waiting aside, and every page still answers."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from jingpiao.ledger.models import Invoice, Quarantined
from jingpiao.sync.services import LoadSummary, load_events
from jingpiao.sync.timelines import current_timeline
from making.memory import watch
from telling.story import BUYER, event, invoice, number

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 7, 14, 12, 5, tzinfo=UTC)
AT = "2026-07-10T10:00:00+08:00"
DECLARED = {"label": "北京", "regions": ["11"], "kinds": [], "since": "2026-07-01", "same_day": True}
BATCH = {"id": "b", "from": AT, "to": AT, "count": 3, "numbers": [number(48)]}
EXPORT = {"tax_id": BUYER, "direction": "received", "kind": "full", "from": "2026-07-01", "to": "2026-07-09"}
WHOLE: dict[str, dict[str, Any]] = {
    "feed": {**DECLARED, "every_seconds": 60, "complete": True},
    "invoice": {"invoice": invoice(48)},
    "state": {"number": number(48), "state": "voided", "effective_at": AT, "by_number": None},
    "watermark": {"complete_to": AT, "export": EXPORT},
    "heartbeat": {},
    "fault": {"component": "feed", "message": "m", "batch": BATCH},
    "fault-cleared": {"component": "feed", "batch": BATCH},
    "trash": {"number": number(48), "by": "91110000600037341L"},
    "untrash": {"number": number(48), "by": "91110000600037341L"},
    "import-row": {"tax_id": "9", "number": number(48), "result": "failed", "reason": "r"},
    "announcement": {"id": "a", "title": "t", "body": "b", "kinds": ["82"], "from": AT, "until": AT},
    "taxpayer": {"tax_id": "9", "name": "n", "region": "11", "active": True},
    "outcome": {"claim": {"number": number(48)}, "cause": "sync-delay"},
}
ODD: tuple[Any, ...] = (
    None,
    "",
    0,
    -1,
    1.5,
    True,
    [],
    {},
    [1, None, {"a": []}],
    {"x": {"y": 1}},
    "abc",
    10**30,
    1e308,
    "0001-01-01T00:00:00+08:00",
    "9999-12-31T23:59:59-12:00",
    "9999-12-31",
    "2026-07-10T10:00:00",
    "x" * 5000,
    "\x00",
    "a\x1fb",
    "\u202e<script>{{7*7}}{%x%}",
    "NaN",
    "-Infinity",
    "1e18",
    "1.005",
    "١٢٣",
    2**63,
)
PAGES = (
    "/",
    "/status",
    "/feeds",
    "/unread",
    "/quarantine",
    "/ledger",
    "/bin",
    "/operate/sources",
    "/ledger/sums",
    "/ledger/export.csv",
    "/ledger/export.xlsx",
    "/metrics",
    "/status/incidents.atom",
    "/api/v1/status",
    "/api/v1/status/feeds/bj/gaps",
    "/api/v1/status/feeds/bj/watermarks.csv",
    "/api/v1/announcements",
    "/api/v1/announcements.atom",
    "/api/v1/invoices?limit=500",
)


def load(*events: dict[str, Any]) -> LoadSummary:
    return load_events([json.dumps(each).encode() for each in events], source="odd", now=NOW)


def odd_events() -> list[dict[str, Any]]:
    """Every event with every field, one at a time, saying something odd."""
    told = []
    for kind, fields in WHOLE.items():
        plain = {"feed": "bj", "at": AT, "type": kind, "id": kind, **fields}
        told += [{**plain, name: odd} for name in plain for odd in ODD]
        told += [
            {**plain, inner: {**fields[inner], name: odd}}
            for inner in {"batch", "export"} & set(fields)
            for name in fields[inner]
            for odd in ODD
        ]
    place = 100
    for name in (*invoice(48), "lines", "red", "special", "qr", "tax_text"):
        for odd in ODD:
            place += 1
            told.append({"feed": "bj", "at": AT, "type": "invoice", "invoice": invoice(place, **{name: odd})})
    return told


def test_every_odd_line_is_counted_and_every_page_still_answers():
    for told in odd_events():
        came = load(told)
        assert came.new + came.repeats + came.flagged + came.unread == 1 == came.lines, told
    client = Client()
    client.force_login(get_user_model().objects.create_user("操作员", password="a long enough sentence"))
    for path in PAGES:
        reply = client.get(path)
        said = b"".join(reply.streaming_content) if reply.streaming else reply.content
        assert reply.status_code == 200, path
        assert b"<script>{{" not in said or "html" not in reply.headers["Content-Type"], path
    for claim in ({"number": number(48)}, {"number": number(999), "kind": "82"}):
        assert (
            client.post("/api/v1/checks", json.dumps(claim), content_type="application/json").status_code
            == 200
        )


def test_lines_that_nest_too_deep_or_begin_with_a_mark_are_told_apart():
    deep = b'{"a":' * 50_000
    nested = b'{"feed":"bj","at":"%s","type":"heartbeat","x":%s}' % (
        AT.encode(),
        b'{"a":' * 900 + b"1" + b"}" * 900,
    )
    marked = b"\xef\xbb\xbf" + json.dumps(event("heartbeat", "10T10:00")).encode()
    came = load_events([deep, nested, marked, b"\xff\xfe\x00"], source="odd", now=NOW)
    assert (came.new, came.unread) == (1, 3)
    assert [each["reason"] for each in came.unread_lines[:2]] == ["nested deeper than 64 levels"] * 2


@pytest.mark.parametrize("amount", ["1e18", "NaN", "Infinity", "-1e300"])
def test_a_sum_that_is_no_money_waits_in_quarantine(amount: str):
    came = load(event("invoice", "10T11:00", invoice=invoice(48, total=amount)))
    assert (came.quarantined, Invoice.objects.count()) == (1, 0)
    assert Quarantined.objects.get().reasons == ["money:beyond"]


@pytest.mark.parametrize(
    "issued", ["2026-07-10T10:00:00", "0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-12:00"]
)
def test_a_time_of_issue_without_offset_or_beyond_the_calendar_waits_in_quarantine(issued: str):
    came = load(event("invoice", "10T11:00", invoice=invoice(48, issued_at=issued)))
    assert came.quarantined == 1


def test_a_watermark_in_the_future_promises_no_more_than_its_own_moment():
    load(
        event("feed", "01T00:00", **DECLARED),
        event("watermark", "10T10:00", complete_to="9999-12-31T23:59:59+08:00"),
    )
    timeline = current_timeline()
    (feed,) = [each for each in timeline.feeds(NOW, {}) if each.feed == "bj"]
    assert feed.watermark == datetime(2026, 7, 10, 2, 0, tzinfo=UTC)


def test_codes_of_a_declaration_that_are_no_texts_say_nothing():
    load(event("feed", "01T00:00", **{**DECLARED, "regions": ["11", None, {"x": 1}], "kinds": [82, []]}))
    (feed,) = [each for each in current_timeline().feeds(NOW, {}) if each.feed == "bj"]
    assert (feed.regions, feed.kinds) == (("11",), ())


def test_hundreds_of_feeds_with_odd_names_are_shown():
    names = [
        "a/b?c#d",
        "..",
        "../../etc",
        "😀" * 200,
        "<img src=x onerror=alert(1)>",
        "\"'><script>alert(1)</script>",
    ]
    names += [f"many-{place}" for place in range(600)]
    load(*(event("feed", "01T00:00", feed=name, **{**DECLARED, "label": name}) for name in names))
    client = Client()
    for path in ("/", "/status", "/feeds", "/api/v1/status"):
        reply = client.get(path)
        assert reply.status_code == 200, path
        assert path.startswith("/api") or b"<script>alert" not in reply.content


def test_endless_lines_wait_aside_and_memory_stays_small(tmp_path):
    big = tmp_path / "big.jsonl"
    with big.open("wb") as file:
        for place in range(2):
            file.write(
                b'{"feed":"bj","at":"2026-07-10T10:00:00+08:00","type":"heartbeat","x":"' + b"y" * 50_000_000
            )
            file.write(b'"}\n' if place else b"")
        file.write(json.dumps(event("heartbeat", "10T10:00", id="h")).encode() + b"\n")
        for place in range(1_000):
            file.write(
                json.dumps(event("heartbeat", "10T10:00", id=f"h{place}", x="y" * 100_000)).encode() + b"\n"
            )
    home = {**os.environ, "JINGPIAO_HOME": str(tmp_path / "home"), "JINGPIAO_DATABASE_URL": ""}
    run = watch([sys.executable, "-m", "jingpiao.cli", "load", str(big), "--json"], home)
    came = json.loads(run.stdout)
    assert (came["lines"], came["unread"], came["new"]) == (1_002, 1, 1_001)
    assert came["unread_lines"] == [{"line": 1, "reason": "longer than 8 MB"}]
    assert run.megabytes < 400


def test_a_nul_is_taken_out_of_what_is_held_and_stays_in_the_line(platform):
    told = [
        event("feed", "01T00:00", feed="b\x00j", **DECLARED),
        event("invoice", "10T11:00", invoice=invoice(48, kind="8\x002")),
        event("watermark", "10T10:00", feed="\x00", complete_to=AT),
    ]
    lines = b"\n".join(json.dumps(each).encode() for each in told)
    (came,) = platform.lines("load", "-", "--json", stdin=lines)
    assert (came["new"], came["invoices_new"], came["unread"]) == (2, 1, 1)


@pytest.mark.parametrize("path", ["/answers/%00", "/ledger/%00", "/api/v1/checks/%00", "/ledger?text=%00"])
def test_an_address_with_a_nul_leads_nowhere(path: str):
    assert Client().get(path).status_code == 404
