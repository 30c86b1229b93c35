"""Causes: each explains its own situation first, and none explains another's; probabilities are sound."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fapiao.answer import Answer
from fapiao.asking import understand
from fapiao.cause import CAUSES
from fapiao.claim import Claim
from fapiao.delay import DelayCurve, bin_of
from fapiao.diagnosis import diagnose
from fapiao.situation import (
    FaultFact,
    FeedFacts,
    Held,
    ImportFact,
    Neighbour,
    SetAside,
    Situation,
    Statement,
    TaxpayerFact,
)

BEIJING = timezone(timedelta(hours=8))
NOW = datetime(2026, 7, 20, 15, 0, tzinfo=BEIJING)
NUMBER = "26112000000219703940"
BUYER, SELLER, OTHER = "91110000600037341L", "91330106673959654P", "91320115MA202UKD7X"


def feed(**change: Any) -> FeedFacts:
    facts = FeedFacts(
        feed="bj",
        label="北京",
        regions=("11",),
        since=date(2026, 1, 1),
        every_seconds=600,
        watermark=NOW - timedelta(minutes=30),
        spoke_at=NOW - timedelta(minutes=5),
        usual_gap=3000.0,
    )
    return msgspec.structs.replace(facts, **change)


def held(key: str = NUMBER, **change: Any) -> Held:
    one = Held(
        key=key,
        kind="82",
        region="11",
        issued_on=date(2026, 7, 10),
        amount=Decimal("100.00"),
        tax=Decimal("6.00"),
        total=Decimal("106.00"),
        seller_tax_id=SELLER,
        buyer_tax_id=BUYER,
        feed="bj",
        known_at=NOW - timedelta(days=9),
        body='{"number": "26112000000219703940", "kind": "82", "seller": {"name": "甲", "tax_id": "s"}, "amount": "100.00", "buyer": {"name": "乙丙", "tax_id": "x"}}',
    )
    return msgspec.structs.replace(one, **change)


def neighbour(gap: int, moment: datetime) -> Neighbour:
    return Neighbour(
        key=str(int(NUMBER) + gap),
        gap=abs(gap),
        seller_tax_id=SELLER,
        issued_on=moment.date(),
        issued_at=moment,
        feed="bj",
    )


def ask(claim: dict[str, Any], **situation: Any) -> Answer:
    told = {
        "number": NUMBER,
        "issued_on": date(2026, 7, 10),
        "total": Decimal("106.00"),
        "kind": "82",
    } | claim
    given_facts: dict[str, Any] = {"feeds": (feed(),)} | situation
    return diagnose(Situation(as_of=NOW, understood=understand(Claim(**told)), **given_facts))


def statement(**change: Any) -> Statement:
    row = Statement(
        event_id="a", title="暂停", regions=("11",), functions=("query",), starts_at=NOW - timedelta(days=2)
    )
    return msgspec.structs.replace(row, **change)


def fault(component: str, **change: Any) -> FaultFact:
    return msgspec.structs.replace(
        FaultFact(component=component, message="坏了", since=NOW - timedelta(hours=2)), **change
    )


TODAY = {"issued_on": date(2026, 7, 20)}
BRACKET = {
    "below": (neighbour(-1, NOW - timedelta(days=10, hours=3)),),
    "above": (neighbour(1, NOW - timedelta(days=10, hours=2)),),
}
STORIES: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("typed-wrong", "not-found", {"number": NUMBER[:-1] + "1"}, {"near": (held(),)}),
    ("typed-wrong", "found", {"total": Decimal("116.00")}, {"held": (held(),)}),
    ("malformed", "not-found", {"number": "26194987708259872768"}, {}),
    ("malformed", "not-found", {"number": "261949877"}, {}),
    ("wrong-function", "found", {"lookup": "received", "tax_ids": (SELLER,)}, {"held": (held(),)}),
    ("outside-window", "not-found", {"issued_on": date(2024, 7, 10), "number": "24112000000219703940"}, {}),
    ("outside-window", "not-found", {"issued_on": date(2026, 8, 10)}, {}),
    ("too-early", "not-found", TODAY, {"feeds": (feed(same_day=False),)}),
    (
        "sync-delay",
        "not-found",
        TODAY,
        {"feeds": (feed(watermark=NOW - timedelta(hours=6), usual_gap=30000.0),)},
    ),
    (
        "source-outage",
        "unknown",
        TODAY,
        {"feeds": (feed(faults=(fault("feed"),), watermark=NOW - timedelta(hours=8)),)},
    ),
    (
        "platform-fault",
        "unknown",
        {},
        {"feeds": (feed(faults=(fault("platform", batch="b", numbers=(NUMBER,)),)),)},
    ),
    ("external-service", "unknown", {}, {"feeds": (feed(faults=(fault("external"),)),)}),
    (
        "source-outage",
        "unknown",
        {},
        {"feeds": (feed(faults=(fault("feed", batch="b", numbers=(NUMBER,)),)),)},
    ),
    (
        "external-service",
        "unknown",
        {},
        {"feeds": (feed(faults=(fault("external", batch="b", numbers=(NUMBER,)),)),)},
    ),
    ("policy", "not-found", {}, {"statements": (statement(),)}),
    ("elsewhere", "not-found", {"number": "26522000000219703940"}, {}),
    ("elsewhere", "not-found", {"code": "12345678", "number": "1234567890", "kind": None}, {}),
    (
        "never-uploaded",
        "not-found",
        {"seller_tax_id": SELLER},
        {**BRACKET, "taxpayers": (TaxpayerFact(tax_id=SELLER),)},
    ),
    (
        "refused",
        "not-found",
        {},
        {"set_aside": (SetAside(key=NUMBER, reasons=("sum",), feed="bj", known_at=NOW),)},
    ),
    (
        "not-imported",
        "not-found",
        {"tax_ids": (BUYER,)},
        {"imports": (ImportFact(tax_id=BUYER, result="failed", reason="税号", known_at=NOW),)},
    ),
    ("deleted", "found", {"tax_ids": (BUYER,)}, {"held": (held(binned_by=(BUYER,)),)}),
    ("wrong-title", "found", {"lookup": "received", "tax_ids": (OTHER,)}, {"held": (held(),)}),
    ("not-permitted", "found", {"lookup": "issued", "tax_ids": (OTHER,)}, {"held": (held(),)}),
    ("suspected-fake", "not-found", {"seller_tax_id": SELLER[:-1] + "0"}, {}),
    ("unknown", "not-found", {"issued_on": None, "total": None}, {"feeds": ()}),
]


@pytest.mark.parametrize(("cause", "existence", "claim", "situation"), STORIES)
def test_each_cause_comes_first_in_its_own_story(
    cause: str, existence: str, claim: dict[str, Any], situation: dict[str, Any]
):
    answer = ask(claim, **situation)
    assert (answer.causes[0].code, answer.existence) == (cause, existence), [
        (c.code, c.probability) for c in answer.causes
    ]
    assert sum(each.probability for each in answer.causes) == pytest.approx(1, abs=1e-3)
    assert "unknown" in {each.code for each in answer.causes}


def test_every_cause_has_a_story():
    assert {story[0] for story in STORIES} == set(CAUSES)


@pytest.mark.parametrize(
    "code",
    [
        "deleted",
        "elsewhere",
        "external-service",
        "malformed",
        "never-uploaded",
        "not-imported",
        "not-permitted",
        "outside-window",
        "platform-fault",
        "policy",
        "refused",
        "source-outage",
        "suspected-fake",
        "sync-delay",
        "too-early",
        "typed-wrong",
        "wrong-function",
        "wrong-title",
    ],
)
def test_no_cause_speaks_against_an_invoice_found_in_full_agreement(code: str):
    answer = ask({}, held=(held(),))
    assert answer.existence == "found"
    assert answer.agreement == "full"
    assert code not in {each.code for each in answer.causes}


def test_a_neighbour_in_the_block_is_no_typo_unless_date_or_amount_says_so():
    answer = ask(
        {"total": Decimal("55.00"), "issued_on": date(2026, 7, 3)},
        near=(held(key=NUMBER[:-1] + "1"),),
        **BRACKET,
    )
    assert answer.causes[0].code != "typed-wrong"
    assert answer.candidates == ()


def test_a_stranger_with_number_date_and_amount_sees_a_masked_invoice():
    answer = ask({"tax_ids": ()}, held=(held(),))
    assert answer.existence == "found"
    assert answer.invoice is not None
    assert answer.invoice["buyer"] == {"name": "乙*", "tax_id": None}
    assert answer.invoice["seller"] == {"name": "甲", "tax_id": None}
    assert (answer.invoice["amount"], answer.invoice["tax"]) == (None, None)
    whole = (
        '{"total": "106.00", "amount": "100.00", "tax": "6.00", "seller": {"name": "甲公司", "tax_id": "s"}}'
    )
    stated = ask({"tax_ids": (), "tax": Decimal("6.00"), "seller_tax_id": SELLER}, held=(held(body=whole),))
    assert stated.invoice is not None
    assert [stated.invoice[name] for name in ("amount", "tax", "total")] == [None, "6.00", "106.00"]
    assert stated.invoice["seller"] == {"name": "甲**", "tax_id": "s"}


def test_a_stranger_never_learns_the_true_value_or_digit():
    wrong = ask({"tax_ids": (), "total": Decimal("1.00")}, held=(held(),))
    assert [(each.field, each.held) for each in wrong.differences] == [("total", None)]
    assert wrong.invoice is None
    near = ask({"tax_ids": (), "number": NUMBER[:-1] + "1"}, near=(held(),))
    assert near.candidates[0].number == NUMBER[:-1] + "*"
    letter = ask({"tax_ids": (), "number": NUMBER[:-1] + "O"}, offered=(held(),))
    assert letter.corrections[0].to == NUMBER[:-1] + "*"


def test_another_buyer_is_another_title_and_a_slip_in_the_buyers_number_is_typing():
    slip = BUYER[:5] + "9" + BUYER[6:]
    whose: list[tuple[dict[str, Any], str]] = [
        ({"buyer_tax_id": OTHER, "buyer_name": "丙商贸有限公司"}, "wrong-title"),
        ({"buyer_tax_id": OTHER, "tax_ids": (OTHER,), "lookup": "any"}, "wrong-title"),
        ({"buyer_name": "丙商贸有限公司", "tax_ids": (OTHER,)}, "wrong-title"),
        ({"buyer_tax_id": slip}, "typed-wrong"),
        ({"buyer_tax_id": OTHER, "tax_ids": (SELLER,), "lookup": "issued"}, "typed-wrong"),
    ]
    for claim, cause in whose:
        answer = ask(claim, held=(held(buyer_name="乙餐饮管理有限公司"),))
        assert (answer.existence, answer.causes[0].code) == ("found", cause), claim


def test_without_a_day_the_neighbours_tell_how_long_ago_it_was():
    bare: dict[str, Any] = {"issued_on": None, "total": None, "seller_tax_id": SELLER}
    slow = feed(watermark=NOW - timedelta(hours=6), usual_gap=30000.0)
    last = {"below": (neighbour(-1, NOW - timedelta(hours=5)), neighbour(-2, NOW - timedelta(hours=7)))}
    recent = ask(bare, feeds=(slow,), **last)
    assert recent.causes[0].code == "sync-delay"
    assert recent.causes[0].recheck_at is not None
    assert ask(bare, feeds=(slow,), **BRACKET).causes[0].code == "never-uploaded"
    alone = ask({"issued_on": None, "total": None}, feeds=(feed(),))
    assert alone.causes[0].probability < 0.9


def test_without_a_day_a_number_of_an_older_year_is_not_on_its_way():
    answer = ask({"issued_on": None, "total": None, "number": "25112000000219703940"})
    assert "sync-delay" not in {each.code for each in answer.causes}


def test_two_of_another_seller_side_by_side_in_a_shared_series_contradict_nothing():
    then = NOW - timedelta(days=10, hours=3)
    other = {"seller_tax_id": OTHER}
    own = {"seller_tax_id": SELLER}
    sides: dict[str, Any] = {
        "below": (msgspec.structs.replace(neighbour(-1, then), **other), neighbour(-2, then)),
        "above": tuple(msgspec.structs.replace(neighbour(gap, then), **other) for gap in (1, 2)),
    }
    shared = ask(own, taxpayers=(TaxpayerFact(tax_id=SELLER),), **sides)
    assert shared.causes[0].code == "never-uploaded"
    sides["below"] = sides["below"][:1]
    assert ask(own, taxpayers=(TaxpayerFact(tax_id=SELLER),), **sides).causes[0].code == "suspected-fake"


def test_a_near_number_far_from_every_block_is_no_chance_even_without_other_fields():
    bare: dict[str, Any] = {"issued_on": None, "total": None, "kind": None}
    near = {"near": (held(key=NUMBER[:7] + "9" + NUMBER[8:]),)}
    assert ask(bare, **near).causes[0].code == "typed-wrong"
    assert ask(bare, **near, **BRACKET).causes[0].code != "typed-wrong"


def test_what_was_issued_at_night_may_be_behind_a_watermark_of_late_evening():
    late = NOW.replace(hour=22, minute=50) - timedelta(days=1)
    claim = {"issued_on": late.date()}
    silent = feed(watermark=late, spoke_at=late, usual_gap=3000.0)
    night = {"below": (neighbour(-1, late),)}
    assert ask(claim, feeds=(silent,), **night).causes[0].code == "source-outage"


def test_a_feed_far_beyond_its_pace_may_be_down_in_part_though_it_gives_no_sign():
    counts = [0.0] * 625
    counts[bin_of(1800)] = 500.0
    quick = DelayCurve(tuple(counts), 500)
    lagging = feed(watermark=NOW - timedelta(hours=12), usual_gap=50000.0, pace=quick)
    answer = ask({"issued_on": NOW.date() - timedelta(days=1)}, feeds=(lagging,))
    passed = {each.code for each in answer.causes}  # the watermark is past most of that day
    assert "source-outage" not in passed
    lagging = msgspec.structs.replace(lagging, watermark=NOW - timedelta(hours=40), usual_gap=150000.0)
    answer = ask({"issued_on": NOW.date() - timedelta(days=1)}, feeds=(lagging,))
    assert "source-outage" in {each.code for each in answer.causes[:3]}


def test_what_an_announcement_held_back_comes_some_time_after_its_end():
    ends = NOW + timedelta(days=1)
    answer = ask({}, statements=(statement(ends_at=ends),))
    again = answer.causes[0].recheck_at
    assert again is not None
    assert ends < again < ends + timedelta(days=4)
    assert ask({}, statements=(statement(),)).causes[0].recheck_at is None


@pytest.mark.parametrize("component", ["feed", "platform", "external"])
def test_a_lost_batch_of_other_numbers_or_another_day_explains_nothing(component: str):
    for change in (
        {"numbers": (NUMBER[:-1] + "1",)},
        {"lost_from": NOW - timedelta(days=3), "lost_to": NOW - timedelta(days=2)},
    ):
        answer = ask({}, feeds=(feed(faults=(fault(component, batch="b", **change),)),))
        assert answer.existence == "not-found"
        assert not {"source-outage", "platform-fault", "external-service"} & {
            each.code for each in answer.causes
        }


@pytest.mark.parametrize(
    "state", ["normal", "voided", "reversed", "partly-reversed", "abnormal", "out-of-control"]
)
def test_each_validity_is_told_and_never_a_cause(state: str):
    answer = ask({}, held=(held(state=state),))
    assert (answer.existence, answer.validity, answer.causes) == ("found", state, ())


def test_an_eight_digit_number_that_fits_several_is_ambiguous():
    answer = ask(
        {"number": "21970394", "total": None, "issued_on": None},
        tail=(held(key="01100260421121970394"), held(key="03300260421121970394")),
    )
    assert answer.existence == "ambiguous"
    assert len(answer.candidates) == 2


@given(
    age=st.integers(0, 30),
    mark=st.integers(-3000, 60),
    block=st.booleans(),
    down=st.booleans(),
    near=st.booleans(),
    total=st.booleans(),
)
def test_probabilities_always_add_up_and_impossible_stays_out(
    age: int, mark: int, block: bool, down: bool, near: bool, total: bool
):
    answer = ask(
        {"issued_on": NOW.date() - timedelta(days=age), "total": Decimal("106.00") if total else None},
        feeds=(
            feed(watermark=NOW + timedelta(minutes=min(mark, 0)), faults=(fault("feed"),) if down else ()),
        ),
        near=(held(key=NUMBER[:-1] + "1"),) if near else (),
        **(BRACKET if block else {}),
    )
    assert sum(each.probability for each in answer.causes) == pytest.approx(1, abs=1e-3)
    assert all(0 <= each.probability <= 1 for each in answer.causes)
    assert not {"malformed", "elsewhere", "policy", "refused", "deleted"} & {
        each.code for each in answer.causes
    }
    assert answer.headline
    assert answer.headline_en
