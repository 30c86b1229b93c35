"""Claims that wait are asked again when their invoice arrives or their time has come, once, whatever is repeated or killed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from fapiao.asking import claim_from_mapping
from jingpiao.inquiry.models import ArrivalCursor, KeptAnswer, Recheck, Watch
from jingpiao.inquiry.services import answer_claim
from jingpiao.inquiry.watching import (
    ask_what_is_due,
    look_for_arrivals,
    next_look,
    recheck,
    watch,
    watch_report,
)
from jingpiao.sync.services import load_events
from telling.story import BUYER, claim, event, invoice, lines, number, told

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 7, 14, 4, 5, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def load(*events: dict[str, Any]) -> None:
    load_events(lines(list(events)).splitlines(), source="test", now=NOW)


def ask(place: int = 50, now: datetime = NOW, **change: Any) -> KeptAnswer:
    asked = claim_from_mapping(claim(place, as_of=None, **change))
    answered = answer_claim(asked, now=now, keep=True, scope="operator")
    return KeptAnswer.objects.get(token=answered.token)


def arrive(place: int = 50, at: str = "14T12:06", **change: Any) -> None:
    load(event("invoice", at, id=f"late{place}{at}", invoice=invoice(place, **change)))


@pytest.fixture
def waiting() -> Watch:
    load(*told())
    held = watch(ask(), now=NOW)
    look_for_arrivals(NOW)
    ask_what_is_due(NOW)
    assert Recheck.objects.count() == 0
    return held


def test_an_arrival_turns_the_watch_and_its_answer_follows_the_former(waiting: Watch):
    ask_what_is_due(waiting.next_at)
    waiting.refresh_from_db()
    former = waiting.newest
    arrive()
    look_for_arrivals(waiting.next_at)
    waiting.refresh_from_db()
    assert waiting.state == "arrived"
    report = watch_report(waiting)
    assert [link["reason"] for link in report["rechecks"]] == ["time", "arrival"]
    assert report["rechecks"][0]["former"] == waiting.token
    assert report["rechecks"][1] | {"at": None} == {
        "id": waiting.newest,
        "former": former,
        "reason": "arrival",
        "at": None,
    }
    answer = json.loads(KeptAnswer.objects.get(token=waiting.newest).answer)
    assert answer["existence"] == "found"
    assert answer["changed_since"]["token"] == former
    assert answer["changed_since"]["changes"][0]["code"] == "arrived"


def test_somebody_who_begins_to_wait_too_late_is_told_at_once():
    load(*told())
    kept = ask()
    arrive()
    look_for_arrivals(NOW + MINUTE)
    held = watch(kept, now=NOW + 2 * MINUTE)
    ask_what_is_due(NOW + 2 * MINUTE)
    held.refresh_from_db()
    assert held.state == "arrived"


def test_what_arrives_before_any_worker_ran_is_found_when_one_does():
    load(*told())
    held = watch(ask(), now=NOW)
    arrive()
    look_for_arrivals(NOW + 2 * MINUTE)
    held.refresh_from_db()
    assert held.state == "arrived"


def test_a_question_about_the_past_is_asked_of_the_present_at_once():
    load(*told())
    asked = claim_from_mapping(claim(48, as_of="2026-07-10T10:52:00+08:00"))
    answered = answer_claim(asked, now=NOW, keep=True)
    held = watch(KeptAnswer.objects.get(token=answered.token), now=NOW)
    ask_what_is_due(NOW)
    held.refresh_from_db()
    assert held.state == "arrived"


def test_a_watch_is_asked_again_at_its_time_and_keeps_waiting(waiting: Watch):
    assert waiting.next_at > NOW
    ask_what_is_due(waiting.next_at - MINUTE)
    assert Recheck.objects.count() == 0
    ask_what_is_due(waiting.next_at + MINUTE)
    waiting.refresh_from_db()
    assert (waiting.state, Recheck.objects.count()) == ("waiting", 1)
    assert waiting.next_at > NOW


def test_waiting_ends_after_its_time(waiting: Watch):
    ask_what_is_due(waiting.until + MINUTE)
    waiting.refresh_from_db()
    assert waiting.state == "ended"
    assert ask_what_is_due(waiting.until + 30 * MINUTE) is False
    assert Recheck.objects.count() == 1


def test_a_repeat_begins_no_second_watch_and_a_turned_one_is_not_asked_again(waiting: Watch):
    kept = KeptAnswer.objects.get(token=waiting.token)
    assert watch(kept, now=NOW).pk == waiting.pk
    arrive()
    look_for_arrivals(NOW + 2 * MINUTE)
    ArrivalCursor.objects.update(
        seen=0
    )  # killed before the cursor was moved: the same arrivals are seen again
    look_for_arrivals(NOW + 3 * MINUTE)
    recheck(waiting.pk, reason="arrival", now=NOW + 3 * MINUTE)
    assert Recheck.objects.count() == 1


def test_a_kill_before_the_end_leaves_the_watch_as_it_was(waiting: Watch, monkeypatch: pytest.MonkeyPatch):
    arrive()

    class Killed(BaseException):
        """What a kill is to the code that it interrupts."""

    def kill(*args: Any, **more: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Watch, "save", kill)
        with pytest.raises(Killed):
            look_for_arrivals(NOW + 2 * MINUTE)
    assert (Recheck.objects.count(), KeptAnswer.objects.count()) == (0, 1)
    look_for_arrivals(NOW + 2 * MINUTE)
    waiting.refresh_from_db()
    assert (waiting.state, Recheck.objects.count(), KeptAnswer.objects.count()) == ("arrived", 1, 2)


def test_one_that_comes_and_is_set_aside_is_told_too(waiting: Watch):
    arrive(total="999.00")
    look_for_arrivals(NOW + 2 * MINUTE)
    waiting.refresh_from_db()
    assert waiting.state == "waiting"
    answer = json.loads(KeptAnswer.objects.get(token=waiting.newest).answer)
    assert answer["causes"][0]["code"] == "refused"


def test_an_arrival_told_with_a_clock_ahead_is_looked_for_again_soon(waiting: Watch):
    arrive(at="14T12:09")
    look_for_arrivals(NOW + 2 * MINUTE)
    waiting.refresh_from_db()
    assert waiting.state == "waiting"
    ask_what_is_due(NOW + 5 * MINUTE)
    waiting.refresh_from_db()
    assert waiting.state == "arrived"


def test_a_paper_invoice_is_known_by_either_of_its_names():
    load(*told())
    printed = {"code": "1100262640", "number": "38823189"}
    held = watch(ask(70, **printed, kind=None), now=NOW)
    assert held.key == "110026264038823189"
    look_for_arrivals(NOW)
    ask_what_is_due(NOW)
    arrive(70, kind="86", digital_number=number(70), **printed)
    look_for_arrivals(NOW + 2 * MINUTE)
    held.refresh_from_db()
    assert held.state == "arrived"


def test_the_next_look_is_the_earliest_likely_time_else_a_growing_pause():
    load(*told())
    asked = claim_from_mapping(claim(50, as_of="2026-07-10T10:52:00+08:00"))
    answer = answer_claim(asked, now=NOW).answer
    at = answer.as_of
    assert next_look(answer, since=at, now=at) == answer.causes[0].recheck_at
    after = NOW + timedelta(days=300)
    assert next_look(answer, since=after, now=after) == after + timedelta(minutes=10)
    assert next_look(answer, since=NOW, now=after) == after + timedelta(hours=12)


def test_the_api_begins_a_watch_and_tells_how_it_goes():
    load(*told())
    client = Client()
    body = json.dumps(claim(50, as_of=None))
    token = client.post("/api/v1/checks", body, content_type="application/json").json()["id"]
    assert client.get(f"/api/v1/checks/{token}/watch").status_code == 404
    begun = client.post(f"/api/v1/checks/{token}/watch").json()
    assert (begun["state"], begun["newest"]) == ("waiting", token)
    ask_what_is_due(datetime.now(UTC) + timedelta(days=1))
    report = client.post(f"/api/v1/checks/{token}/watch").json()
    assert report["rechecks"][0]["former"] == token
    assert client.get(f"/api/v1/checks/{report['newest']}/watch").json() == report
    answer = client.get(f"/api/v1/checks/{report['newest']}").json()
    assert answer["changed_since"]["token"] == token
    assert client.get(f"/api/v1/checks/{token}").json()["changed_since"] is None


def test_the_page_waits_without_scripts_and_shows_the_newest_answer():
    load(*told())
    client = Client()
    asked = client.post("/check", {"text": number(50), "issued_on": "2026-07-10", "total": "156.00"})
    address = asked.headers["Location"]
    assert "到了告诉我" in client.get(address).content.decode()
    assert client.post(f"{address}/watch").headers["Location"] == address
    page = client.get(address).content.decode()
    assert 'hx-trigger="every 3s"' in page
    held = Watch.objects.get()
    fragment = client.get(f"{address}/watch?shown={held.newest}", headers={"HX-Request": "true"})
    assert "HX-Refresh" not in fragment.headers
    arrive()
    look_for_arrivals(datetime.now(UTC))
    fragment = client.get(f"{address}/watch?shown={held.newest}", headers={"HX-Request": "true"})
    assert fragment.headers["HX-Refresh"] == "true"
    page = client.get(address).content.decode()
    assert "找到了" in page
    assert "守候结束" in page
    assert "hx-trigger" not in page.split("<main")[1]
    assert "未找到" in client.get(f"{address}?first=1").content.decode()


def test_a_guest_is_told_what_changed_since_he_asked_and_not_since_others_did():
    load(*told())
    form = {"text": number(50), "issued_on": "2026-07-10", "total": "156.00"}
    one, other = Client(), Client()
    first = one.post("/check", form)
    assert len(one.cookies["asker"].value) == 22
    assert "与上次相比" not in one.get(first.headers["Location"]).content.decode()
    arrive()
    again = one.get(one.post("/check", form).headers["Location"]).content.decode()
    assert "与上次相比" in again
    assert "这张发票到了" in again
    assert "与上次相比" not in other.get(other.post("/check", form).headers["Location"]).content.decode()


def test_a_stranger_at_the_api_is_told_nothing_of_anybodys_earlier_question():
    load(*told())
    body, client = json.dumps(claim(50)), Client()

    def changed(**headers: str) -> Any:
        reply = client.post("/api/v1/checks", body, content_type="application/json", headers=headers)
        return reply.json()["changed_since"]

    assert changed() is None
    assert changed() is None
    assert KeptAnswer.objects.filter(question="").count() == 2


def test_parties_are_told_of_their_own_questions_only():
    load(*told())
    earlier = claim_from_mapping(claim(50, tax_ids=[BUYER], as_of="2026-07-13T10:00:00+08:00"))
    answer_claim(earlier, now=NOW, keep=True, scope=f"party:{BUYER}")
    mine = claim_from_mapping(claim(50, tax_ids=[BUYER]))
    assert answer_claim(mine, now=NOW, scope=f"party:{BUYER}").changed_since is not None
    assert answer_claim(mine, now=NOW, scope="party:other").changed_since is None
    assert answer_claim(mine, now=NOW).changed_since is None
