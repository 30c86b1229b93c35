"""A small world told event by event, and questions about it, for the tests on both databases."""

from __future__ import annotations

from typing import Any

import msgspec

BUYER, SELLER, OTHER = "91110000600037341L", "91330106673959654P", "91320115MA202UKD7X"
STATES = ("normal", "voided", "reversed", "partly-reversed", "abnormal", "out-of-control")
STEM = "2611200000021970"


def number(place: int) -> str:
    return f"{STEM}{place:04d}"


def invoice(place: int, **change: Any) -> dict[str, Any]:
    return {
        "kind": "82",
        "code": None,
        "number": number(place),
        "digital_number": None,
        "region": "11",
        "issued_on": "2026-07-10",
        "issued_at": f"2026-07-10T10:{place % 60:02d}:00+08:00",
        "amount": f"{100 + place}.00",
        "tax": "6.00",
        "total": f"{106 + place}.00",
        "seller": {"name": "甲公司", "tax_id": SELLER},
        "buyer": {"name": "乙公司", "tax_id": BUYER},
    } | change


def event(kind: str, at: str, feed: str = "bj", **fields: Any) -> dict[str, Any]:
    return {"feed": feed, "at": f"2026-07-{at}:00+08:00", "type": kind, **fields}


def told() -> list[dict[str, Any]]:
    events = [
        event(
            "feed",
            "01T00:00",
            label="北京",
            regions=["11"],
            kinds=[],
            since="2026-07-01",
            same_day=True,
            every_seconds=600,
        ),
        event(
            "feed",
            "01T00:00",
            feed="js",
            label="江苏",
            regions=["32"],
            kinds=[],
            since="2026-07-01",
            same_day=False,
            every_seconds=3600,
        ),
        event("taxpayer", "01T00:01", feed="desk", tax_id=SELLER, name="甲公司", region="33", active=True),
    ]
    events += [
        event("invoice", "10T11:30", id=f"i{place}", invoice=invoice(place))
        for place in range(40, 60)
        if place not in (50, 55)
    ]
    events += [
        event(
            "state",
            "12T09:00",
            code=None,
            number=number(40 + place),
            state=state,
            effective_at="2026-07-12T08:00:00+08:00",
            by_number=None,
        )
        for place, state in enumerate(STATES)
        if state != "normal"
    ]
    legacy = invoice(7, kind="10", code="011002600211", number="05168908", check_code="12345678901234751646")
    events += [
        event("invoice", "10T11:31", id="old", invoice=legacy),
        event("invoice", "10T11:32", id="bad", invoice=invoice(55, total="999.00")),
        event("trash", "13T09:00", feed="inbox", code=None, number=number(47), by=BUYER),
        event("watermark", "10T10:55", complete_to="2026-07-10T10:30:00+08:00"),
        event("watermark", "14T12:00", complete_to="2026-07-14T11:50:00+08:00"),
        event("watermark", "14T12:00", feed="js", complete_to="2026-07-14T00:00:00+08:00"),
    ]
    return events


def lines(events: list[dict[str, Any]]) -> bytes:
    return b"\n".join(msgspec.json.encode(each) for each in events)


def claim(place: int, **change: Any) -> dict[str, Any]:
    one = {
        "number": number(place),
        "issued_on": "2026-07-10",
        "total": f"{106 + place}.00",
        "kind": "82",
        "as_of": "2026-07-14T12:05:00+08:00",
    } | change
    return {name: value for name, value in one.items() if value is not None}
