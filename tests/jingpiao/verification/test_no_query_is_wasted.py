"""A wrong number costs no outside query: on every class that is decided here, the service's own count stays at zero."""

from __future__ import annotations

import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fapiao.wording import BEIJING
from making.exports import TAXPAYER, full, received
from standing.baidu import StandIn
from telling.story import BUYER, SELLER
from telling.today import one_day

NOW = datetime.now(BEIJING)


@pytest.fixture(autouse=True)
def within_one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is told of today is asked today: no midnight of Beijing lies between the world and the questions."""
    monkeypatch.setattr(sys.modules[__name__], "NOW", one_day(minutes=2))


def day(ago: float) -> date:
    return (NOW - timedelta(days=ago)).date()


def number(place: int, region: str = "11") -> str:
    return f"{NOW:%y}{region}2000000219{place:06d}"


def invoice(place: int, ago: int, **change: Any) -> dict[str, Any]:
    return {
        "kind": "82",
        "code": None,
        "number": number(place),
        "issued_on": day(ago).isoformat(),
        "issued_at": f"{day(ago)}T10:00:00+08:00",
        "amount": f"{100 + place}.00",
        "tax": "6.00",
        "total": f"{106 + place}.00",
        "seller": {"name": "甲公司", "tax_id": SELLER},
        "buyer": {"name": "乙公司", "tax_id": BUYER},
    } | change


def event(kind: str, feed: str = "bj", minutes: float = 60, **fields: Any) -> dict[str, Any]:
    return {"feed": feed, "at": (NOW - timedelta(minutes=minutes)).isoformat(), "type": kind, **fields}


def declared(feed: str, region: str, **change: Any) -> dict[str, Any]:
    told = {
        "label": feed,
        "regions": [region],
        "kinds": [],
        "since": day(300).isoformat(),
        "same_day": True,
        "every_seconds": 86400,
    }
    return event("feed", feed, minutes=60 * 24 * 30, **(told | change))


def mark(feed: str, moment: datetime) -> dict[str, Any]:
    return event("watermark", feed, minutes=5, complete_to=moment.isoformat())


def world() -> list[dict[str, Any]]:
    return [
        declared("bj", "11"),
        declared("js", "32"),
        declared("sh", "31"),
        mark("bj", NOW - timedelta(hours=2)),
        mark("js", datetime.combine(day(1), time.min, BEIJING)),
        *[event("invoice", invoice=invoice(place, 5)) for place in (10, 11, 12, 14)],
        event("invoice", invoice=invoice(55, 5, total="999.00")),
        event(
            "import-row",
            "inbox",
            tax_id=BUYER,
            code=None,
            number=number(70, "31"),
            result="failed",
            reason="税号",
        ),
        event(
            "announcement",
            "desk",
            id="a1",
            title="河北暂停查询",
            kinds=[],
            regions=["13"],
            functions=["query"],
            **{"from": (NOW - timedelta(days=1)).isoformat(), "until": (NOW + timedelta(days=1)).isoformat()},
        ),
    ]


def claim(place: int, ago: int, region: str = "11", **change: Any) -> dict[str, Any]:
    told = {
        "number": number(place, region),
        "issued_on": day(ago).isoformat(),
        "total": f"{106 + place}.00",
        "kind": "82",
        "tax_ids": [BUYER],
    }
    return {name: value for name, value in (told | change).items() if value is not None}


OLD = {
    "code": "011001905111",
    "number": "12345678",
    "issued_on": "2019-03-01",
    "kind": "10",
    "check_code": "12345678901234751646",
}


def decided() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        ("found here", "found", claim(12, 5)),
        ("found, asked in the wrong function", "found", claim(12, 5, lookup="legacy")),
        ("found, with a wrong amount", "found", claim(12, 5, total="1.00")),
        ("a region that does not exist", "malformed", claim(33, 5, region="99", total="1.00")),
        ("a digit too few", "malformed", claim(12, 5, number=number(12)[:-3], total="9.00")),
        ("no number at all", "malformed", {"text": "发票在哪里", "issued_on": day(5).isoformat()}),
        (
            "one digit typed wrong, the sum right",
            "typed-wrong",
            claim(12, 5, number=number(12)[:9] + "7" + number(12)[10:]),
        ),
        ("two digits swapped, the sum right", "typed-wrong", claim(12, 5, number=number(12)[:-2] + "21")),
        ("O for 0", "typed-wrong", claim(12, 5, number=number(12).replace("0", "O", 1))),
        ("dated tomorrow", "outside-window", claim(20, -1)),
        ("older than five years", "outside-window", OLD),
        ("issued today", "too-early", claim(20, 0, region="31")),
        (
            "a fiscal receipt",
            "elsewhere",
            {"code": "11010120", "number": "0012345678", "issued_on": day(5).isoformat()},
        ),
        (
            "a blockchain invoice",
            "elsewhere",
            {
                "text": "https://bcfp.shenzhen.chinatax.gov.cn/verify/scan?hash="
                + "a" * 66
                + "&bill_num=00187266&total_amount=6900"
            },
        ),
        ("arrived and set aside", "refused", claim(55, 5)),
        ("the asker's own import failed on it", "not-imported", claim(70, 5, region="31")),
        ("suspended by an announcement", "policy", claim(20, 5, region="13")),
        ("a feed complete past its issue lacks it", "never-uploaded", claim(13, 5)),
        ("its healthy feed has not got there", "sync-delay", claim(20, 1, region="32")),
        ("no date", "incomplete", claim(20, 5, region="31", issued_on=None)),
        ("no fourth field", "incomplete", claim(20, 5, region="31", total=None)),
        ("no kind, which a service must be told", "incomplete", claim(20, 5, region="31", kind=None)),
    ]


def verify(platform: Any, *claims: dict[str, Any]) -> list[dict[str, Any]]:
    body = b"\n".join(msgspec.json.encode(each) for each in claims)
    rows: list[dict[str, Any]] = platform.lines("verify", "--claims", "-", "--json", stdin=body)
    return rows


@pytest.fixture
def prepared(platform: Any, stand_in: StandIn, settings_file: Path) -> Any:
    platform.environment |= {
        "JINGPIAO_VERIFIER": str(settings_file),
        "JINGPIAO_OUTBOUND_ALLOW": f"127.0.0.1:{stand_in.port}",
    }
    body = b"\n".join(msgspec.json.encode(each) for each in world())
    summary = platform.lines("load", "-", "--json", stdin=body)[0]
    assert summary["unread"] == 0
    return platform


def test_every_class_that_is_decided_here_costs_no_query(prepared: Any, stand_in: StandIn):
    asked = decided()
    rows = verify(prepared, *[{**told, "ref": name} for name, _, told in asked])
    codes = {row["ref"]: (row["decided"] or row["verdict"]).get("code") for row in rows}
    assert codes == {name: code for name, code, _ in asked}
    assert [row["asks"] for row in rows] == [0] * len(asked)
    assert stand_in.set() == {"asks": 0, "tokens": 0, "asked": {}}


def test_an_export_that_covers_the_day_decides_as_well(prepared: Any, stand_in: StandIn, tmp_path: Path):
    file = tmp_path / "全量发票查询导出结果.xlsx"
    file.write_bytes(
        full([received(1, str(day(25))), received(2, str(day(7)))], made=NOW - timedelta(days=1))
    )
    prepared.lines("import", str(file), "--json")
    row = verify(prepared, claim(20, 12, region="31", tax_ids=[TAXPAYER]))[0]
    assert row["decided"]["code"] == "never-uploaded"
    assert stand_in.asks == 0


def test_what_is_not_decided_costs_one_query_and_the_answer_is_kept(prepared: Any, stand_in: StandIn):
    asked = claim(20, 5, region="31")
    first = verify(prepared, asked)[0]
    assert (first["verdict"]["result"], first["asks"], first["left"]) == ("not-found", 1, 4)
    again = verify(prepared, asked)[0]
    assert (again["verdict"]["result"], again["asks"], again["left"]) == ("not-found", 0, 4)
    assert stand_in.asks == 1


def test_five_asks_a_day_are_counted_over_all_who_ask_and_the_sixth_is_not_sent(
    prepared: Any, stand_in: StandIn
):
    tries = [claim(20, 5, region="31", total=f"{place}.00") for place in range(1, 8)]
    rows = verify(prepared, *tries)
    assert [row["left"] for row in rows[:5]] == [4, 3, 2, 1, 0]
    assert [row["decided"]["code"] for row in rows[5:]] == ["quota", "quota"]
    assert stand_in.set()["asks"] == 5


def test_an_invoice_that_is_there_is_held_from_then_on_with_its_state(prepared: Any, stand_in: StandIn):
    asked = claim(20, 5, region="31")
    words = {
        "InvoiceDate": day(5).strftime("%Y%m%d"),
        "Fourth": "126",
        "InvalidSign": "H",
        "InvoiceNum": asked["number"],
        "SellerName": "甲公司",
        "SellerRegisterNum": SELLER,
        "PurchaserName": "乙公司",
        "PurchaserRegisterNum": BUYER,
        "TotalAmount": "120.00",
        "TotalTax": "6.00",
        "AmountInFiguers": "126.00",
    }
    stand_in.set(invoices={asked["number"]: words})
    row = verify(prepared, asked)[0]
    assert (row["verdict"]["result"], row["verdict"]["state"]) == ("match", "reversed")
    answer = prepared.lines("check", "--claims", "-", stdin=msgspec.json.encode(asked))[0]
    assert (answer["existence"], answer["validity"]) == ("found", "reversed")
    assert verify(prepared, asked)[0]["decided"]["code"] == "found"
    assert stand_in.asks == 1
