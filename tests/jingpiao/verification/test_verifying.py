"""The port outside: every documented result class keeps its meaning, only passing faults are tried again, closing is told."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fapiao.asking import understand
from fapiao.claim import Claim
from fapiao.situation import Situation
from fapiao.vocabulary import RESULTS
from fapiao.wording import BEIJING
from jingpiao.inquiry.services import answer_claim
from jingpiao.verification import quota
from jingpiao.verification.models import Asking
from jingpiao.verification.service import Service, ServiceError, read
from jingpiao.verification.services import CLOSED_FOR, Verified, verify
from jingpiao.verification.verifiers import baidu
from standing.baidu import StandIn

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime.now(UTC)
NUMBER = f"{NOW:%y}312000000219000020"
DAY = (NOW - timedelta(days=5)).astimezone(BEIJING).date()


@pytest.fixture(autouse=True)
def no_tokens_from_before() -> None:
    baidu._tokens.clear()


def situation(now: datetime = NOW, **told: Any) -> Situation:
    claim = {
        "number": NUMBER,
        "issued_on": DAY,
        "total": Decimal("126.00"),
        "kind": "82",
        "tax_ids": (),
    } | told
    return Situation(as_of=now, understood=understand(Claim(**claim)))


def ask(service: Service, now: datetime = NOW, pauses: list[float] | None = None, **told: Any) -> Verified:
    waited = [] if pauses is None else pauses
    return verify(situation(now, **told), service=service, now=now, pause=waited.append)


def result(verified: Verified) -> str:
    assert verified.verdict, verified.decided
    return verified.verdict.result


@pytest.mark.parametrize(
    ("mood", "expected"),
    [
        ("=0002", "quota"),
        ("=0005", "bad-request"),
        ("=0006", "mismatch"),
        ("=0009", "not-found"),
        ("=1004", "allowance"),
        ("=1006", "bad-request"),
        ("=1014", "same-day"),
        ("=1015", "outside-window"),
        ("=1020", "not-entitled"),
        ("=1021", "maintenance"),
        ("17", "allowance"),
        ("6", "not-entitled"),
    ],
)
def test_each_documented_answer_is_its_own_class_and_is_asked_once(
    service: Service, stand_in: StandIn, mood: str, expected: str
):
    stand_in.set(mood=[mood])
    pauses: list[float] = []
    verified = ask(service, pauses=pauses)
    assert (result(verified), verified.asks, stand_in.asks, pauses) == (expected, 1, 1, [])
    assert Asking.objects.get().result == expected


@pytest.mark.parametrize("mood", ["18", "=9999", "page", "drop", "2"])
def test_a_passing_fault_is_tried_again_after_two_and_four_seconds(
    service: Service, stand_in: StandIn, mood: str
):
    stand_in.set(mood=[mood, mood])
    pauses: list[float] = []
    verified = ask(service, pauses=pauses)
    assert (result(verified), verified.asks, pauses) == ("not-found", 3, [2.0, 4.0])
    assert verified.left == 2


def test_a_fault_that_does_not_pass_stays_one_and_is_no_verdict_on_the_invoice(
    service: Service, stand_in: StandIn
):
    stand_in.set(mood=["page"] * 9)
    verified = ask(service)
    assert (result(verified), verified.asks) == ("transient", 3)
    assert not RESULTS["transient"].definite


def test_an_expired_token_is_renewed_without_a_second_question(service: Service, stand_in: StandIn):
    ask(service)
    stand_in.set(token="24.another")
    verified = ask(service, total=Decimal("127.00"))
    assert (result(verified), verified.asks) == ("not-found", 1)
    told = stand_in.set()
    assert (told["asks"], told["tokens"]) == (2, 2)


def test_a_wrong_secret_is_said_so_and_asks_nothing(service: Service, stand_in: StandIn):
    wrong = msgspec.structs.replace(
        service, settings=msgspec.structs.replace(service.settings, secret_key="no")
    )
    assert result(ask(wrong)) == "credentials"
    assert stand_in.asks == 0


def test_a_service_under_maintenance_is_left_alone_told_to_the_timeline_and_asked_again_later(
    service: Service, stand_in: StandIn
):
    stand_in.set(mood=["=1021"])
    assert result(ask(service)) == "maintenance"
    other = ask(service, NOW + timedelta(minutes=1), number=NUMBER[:-1] + "1")
    assert other.decided
    assert (other.decided.code, other.decided.until) == ("external-service", NOW + CLOSED_FOR)
    assert stand_in.asks == 1

    claim = Claim(number=NUMBER, issued_on=DAY, total=Decimal("126.00"), kind="82", tax_ids=())
    answer = answer_claim(claim, now=NOW + timedelta(minutes=1)).answer
    assert (answer.existence, answer.causes[0].code) == ("unknown", "external-service")
    assert "税局维护" in answer.causes[0].evidence[0].message

    later = NOW + CLOSED_FOR + timedelta(minutes=1)
    assert result(ask(service, later, total=Decimal("127.00"))) == "not-found"
    again = answer_claim(claim, now=later + timedelta(minutes=1)).answer
    assert "external-service" not in [cause.code for cause in again.causes]


def test_misses_count_and_a_new_day_begins_anew(service: Service, stand_in: StandIn):
    for place in range(5):
        ask(service, total=Decimal(place + 1))
    assert ask(service, total=Decimal(9)).decided
    assert ask(service, total=Decimal(9)).decided
    noted = Asking.objects.filter(message="own count")
    assert [row.result for row in noted] == ["quota"]
    assert stand_in.asks == 5
    tomorrow = quota.renewed_at(NOW) + timedelta(minutes=1)
    assert quota.left(NUMBER, tomorrow) == 5


def test_when_others_have_used_the_day_up_the_rest_is_not_tried(service: Service, stand_in: StandIn):
    stand_in.set(mood=["=0002"])
    assert result(ask(service)) == "quota"
    second = ask(service, total=Decimal("127.00"))
    assert second.decided
    assert second.decided.code == "quota"
    assert stand_in.asks == 1


def test_a_miss_is_asked_again_the_next_day_a_match_is_not(service: Service, stand_in: StandIn):
    words = {"InvoiceDate": DAY.strftime("%Y%m%d"), "Fourth": "126", "InvalidSign": "N"}
    assert result(ask(service)) == "not-found"
    tomorrow = NOW + timedelta(days=1)
    stand_in.set(invoices={NUMBER: words})
    assert (result(ask(service)), stand_in.asks) == ("not-found", 1)
    assert (result(ask(service, tomorrow)), stand_in.asks) == ("match", 2)
    assert (result(ask(service, tomorrow + timedelta(days=3))), stand_in.asks) == ("match", 2)


def test_the_same_day_rule_is_a_setting(settings_file: Path, stand_in: StandIn):
    told = json.loads(settings_file.read_text("utf-8"))
    settings_file.write_text(json.dumps(told | {"same_day": True}), "utf-8")
    stand_in.set(same_day=True)
    today = NOW.astimezone(BEIJING).date()
    assert result(ask(read(settings_file), issued_on=today)) == "not-found"


@pytest.mark.parametrize(
    ("claim", "form"),
    [
        ({"kind": "81"}, {"invoice_type": "elec_invoice_special", "total_amount": "126"}),
        (
            {
                "number": "12345678",
                "code": "011002400111",
                "kind": "10",
                "check_code": "12345678901234751646",
            },
            {"invoice_type": "elec_normal_invoice", "invoice_code": "011002400111", "check_code": "751646"},
        ),
        (
            {"number": "12345678", "code": "1100241140", "kind": "01", "amount": Decimal("1000.50")},
            {"invoice_type": "special_vat_invoice", "total_amount": "1000.5", "check_code": ""},
        ),
    ],
    ids=["数电 by total", "ordinary by check code", "special by amount"],
)
def test_each_kind_sends_the_fourth_field_that_it_is_asked_by(
    service: Service, stand_in: StandIn, claim: dict[str, Any], form: dict[str, str]
):
    from fapiao.verification.question import question_of

    made = question_of(situation(**claim).understood, claim["kind"])
    assert made
    assert form.items() <= baidu.form_of(made).items()
    assert baidu.form_of(made)["invoice_date"] == date.strftime(DAY, "%Y%m%d")


@pytest.mark.parametrize(
    "text",
    ["{", '{"verifier":"none"}', '{"verifier":"baidu","settings":{}}', '{"verifier":"baidu","what":1}'],
)
def test_a_wrong_settings_file_is_refused_without_showing_it(tmp_path: Path, text: str):
    file = tmp_path / "v.json"
    file.write_text(text, "utf-8")
    file.chmod(0o600)
    with pytest.raises(ServiceError):
        read(file)


def test_a_settings_file_that_others_can_read_is_refused(settings_file: Path):
    settings_file.chmod(0o644)
    with pytest.raises(ServiceError, match="chmod 600"):
        read(settings_file)
