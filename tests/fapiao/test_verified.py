"""What the national platform said of exactly this claim, as evidence; and the fields in that platform's order."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from fapiao.answer import Answer
from fapiao.asking import understand
from fapiao.claim import Claim
from fapiao.diagnosis import diagnose
from fapiao.situation import FeedFacts, Situation, VerificationFact
from fapiao.verification.question import digest_of, fields_of, kind_of, question_of
from fapiao.vocabulary import KINDS
from fapiao.wording import BEIJING

NOW = datetime(2026, 7, 20, 15, 0, tzinfo=BEIJING)
NUMBER = "26112000000219703940"
CARRIER = FeedFacts(
    feed="bj",
    label="北京",
    regions=("11",),
    since=date(2026, 1, 1),
    every_seconds=600,
    watermark=NOW - timedelta(minutes=30),
    spoke_at=NOW - timedelta(minutes=5),
    usual_gap=3000.0,
)


def fact(result: str, hours: float = 1) -> VerificationFact:
    return VerificationFact(
        channel="manual", result=result, state="normal", known_at=NOW - timedelta(hours=hours)
    )


def ask(*facts: VerificationFact, day: date = date(2026, 7, 10), feeds: Any = (CARRIER,)) -> Answer:
    claim = Claim(number=NUMBER, issued_on=day, total=Decimal("106.00"), kind="82", tax_ids=())
    return diagnose(
        Situation(as_of=NOW, understood=understand(claim), feeds=feeds, verifications=tuple(facts))
    )


def share(answer: Answer, code: str) -> float:
    return next((cause.probability for cause in answer.causes if cause.code == code), 0.0)


def codes(answer: Answer) -> set[str]:
    return {piece.code for cause in answer.causes for piece in cause.evidence}


def test_a_match_means_that_it_is_there_and_on_its_way():
    answer = ask(fact("match"))
    assert answer.causes[0].code == "sync-delay"
    assert "verified-match" in codes(answer)
    assert {"never-uploaded", "suspected-fake"} & {cause.code for cause in answer.causes} == set()


def test_a_miss_is_a_sign_that_it_was_never_uploaded_and_no_proof():
    assert share(ask(fact("not-found")), "never-uploaded") > share(ask(), "never-uploaded")
    assert share(ask(fact("not-found")), "never-uploaded") < 0.99


def test_a_miss_on_the_day_of_issue_says_nothing():
    assert codes(ask(fact("not-found"), day=NOW.date())) == codes(ask(day=NOW.date()))


def test_a_mismatch_speaks_for_another_field_typed_wrong():
    answer = ask(fact("mismatch"))
    assert share(answer, "typed-wrong") > 0.3
    assert answer.existence == "not-found"


def test_the_newest_verdict_counts():
    assert "verified-match" in codes(ask(fact("not-found", 9), fact("match", 1)))
    assert "verified-match" not in codes(ask(fact("match", 9), fact("not-found", 1)))


def test_where_no_feed_goes_a_match_supports_that_another_system_keeps_it():
    elsewhere = FeedFacts(feed="js", regions=("32",), since=date(2026, 1, 1), watermark=NOW)
    assert "verified-match" in codes(ask(fact("match"), feeds=(elsewhere,)))


def test_a_used_up_day_is_an_outside_service_that_cannot_be_asked_until_midnight():
    elsewhere = FeedFacts(feed="js", regions=("32",), since=date(2026, 1, 1), watermark=NOW)
    answer = ask(fact("quota"), feeds=(elsewhere,))
    assert (answer.existence, answer.causes[0].code) == ("unknown", "external-service")
    assert answer.causes[0].recheck_at == datetime(2026, 7, 21, 0, 0, tzinfo=BEIJING)
    assert share(ask(fact("quota", 24), feeds=(elsewhere,)), "external-service") == 0
    assert share(ask(fact("quota"), fact("not-found", 2), feeds=(elsewhere,)), "external-service") == 0
    assert share(ask(fact("quota")), "external-service") == 0


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("01", ["code", "number", "issued_on", "amount"]),
        ("04", ["code", "number", "issued_on", "check_code"]),
        ("10", ["code", "number", "issued_on", "check_code"]),
        ("15", ["code", "number", "issued_on", "total"]),
        ("81", ["number", "issued_on", "total"]),
        ("82", ["number", "issued_on", "total"]),
        ("51", ["number", "issued_on", "total"]),
    ],
)
def test_the_fields_stand_in_the_platforms_order(kind: str, names: list[str]):
    digital = KINDS[kind].era == "digital"
    identity = {"number": NUMBER} if digital else {"code": "011002600111", "number": "12345678"}
    claim = Claim(
        **identity,  # type: ignore[arg-type]
        kind=kind,
        issued_on=date(2026, 7, 10),
        amount=Decimal("1000.00"),
        total=Decimal("1130.50"),
        check_code="12345678901234751646",
    )
    understood = understand(claim)
    rows = fields_of(understood, kind)
    assert [each.name for each in rows] == names
    values = {each.name: each.value for each in rows}
    assert values["issued_on"] == "20260710"
    assert values.get("amount", "1000") == "1000"
    assert values.get("total", "1130.5") == "1130.5"
    assert values.get("check_code", "751646") == "751646"
    assert question_of(understood, kind) is not None


def test_an_unknown_kind_still_shows_the_fields_but_is_no_question():
    understood = understand(Claim(number=NUMBER, issued_on=date(2026, 7, 10), total=Decimal(106)))
    assert kind_of(understood) is None
    assert [each.name for each in fields_of(understood, None)] == ["number", "issued_on", "total"]
    assert question_of(understood, None) is None


def test_the_same_fields_have_the_same_name_and_others_another():
    def named(**told: Any) -> str:
        return digest_of(
            understand(Claim(**({"number": NUMBER, "kind": "82", "total": Decimal(106)} | told)))
        )

    assert named() == named(number=" ".join(NUMBER)) == named(total=Decimal("106.00"), seller_name="甲")
    assert len({named(), named(total=Decimal(107)), named(kind="81"), named(issued_on=date(2026, 7, 1))}) == 4
