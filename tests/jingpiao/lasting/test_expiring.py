"""Kept answers go when their time is over, in bounded steps, and say so; what somebody still needs stays."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from fapiao.asking import claim_from_mapping
from jingpiao.audit.models import AuditEntry
from jingpiao.inquiry import expiring, receipts, retention
from jingpiao.inquiry.expiring import expire_all, expire_some, would_expire
from jingpiao.inquiry.explaining import explain_answer
from jingpiao.inquiry.models import ExpiredAnswer, KeptAnswer, KeptPart, Recheck, Watch
from jingpiao.inquiry.services import answer_claim
from jingpiao.inquiry.watching import ask_what_is_due, look_for_arrivals, recheck, watch
from jingpiao.ledger.models import Invoice, JournalEntry
from jingpiao.status.models import Incident, IncidentMark
from jingpiao.sync.services import load_events
from telling.story import claim, event, invoice, lines, told

pytestmark = pytest.mark.django_db(transaction=True)
ASKED = datetime(2026, 7, 14, 4, 5, tzinfo=UTC)
DAY = timedelta(days=1)
LATER = ASKED + 552 * DAY


def load(*events: dict[str, Any]) -> None:
    load_events(lines(list(events)).splitlines(), source="test", now=ASKED)


def ask(place: int = 50, now: datetime = ASKED) -> KeptAnswer:
    asked = claim_from_mapping(claim(place, as_of=None))
    return KeptAnswer.objects.get(token=answer_claim(asked, now=now, keep=True, scope="operator").token)


def test_an_answer_stays_its_days_and_goes_on_the_day_after(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("JINGPIAO_ANSWERS_KEPT_DAYS", "30")
    load(*told())
    ask()
    expire_all(ASKED + 30 * DAY)
    assert KeptAnswer.objects.count() == 1
    expire_all(ASKED + 31 * DAY)
    assert KeptAnswer.objects.count() == 0


def test_without_a_setting_an_answer_lives_until_the_settlement_of_its_year_is_over(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.delenv("JINGPIAO_ANSWERS_KEPT_DAYS", raising=False)
    first = datetime(2026, 1, 1, tzinfo=UTC)
    assert retention.first_kept(datetime(2027, 6, 30, tzinfo=UTC), retention.kept_days()) < first


def test_nothing_goes_where_answers_are_kept_for_good(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("JINGPIAO_ANSWERS_KEPT_DAYS", "0")
    load(*told())
    ask()
    assert expire_some(ASKED + 9_000 * DAY) is False
    assert (KeptAnswer.objects.count(), would_expire(ASKED + 9_000 * DAY).before) == (1, None)


def test_a_backlog_goes_in_bounded_steps_and_the_trail_counts_every_one(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(expiring, "AT_ONCE", 10)
    load(*told())
    for _ in range(35):
        ask()
    entries, invoices = JournalEntry.objects.count(), Invoice.objects.count()
    left = []
    while expire_some(LATER):
        left.append(KeptAnswer.objects.count())
    assert left == [25, 15, 5]
    assert (KeptAnswer.objects.count(), ExpiredAnswer.objects.count()) == (0, 35)
    deeds = AuditEntry.objects.filter(action="answers-expired")
    assert {deed.who for deed in deeds} == {"job:answers"}
    assert sum(json.loads(deed.detail)["answers"] for deed in deeds) == 35
    assert (JournalEntry.objects.count(), Invoice.objects.count()) == (entries, invoices)


def test_a_step_cut_off_has_done_nothing_and_the_next_does_it_all(monkeypatch: pytest.MonkeyPatch):
    load(*told())
    ask()

    class Killed(BaseException):
        """What a kill is to the code that it interrupts."""

    def kill(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(expiring, "record", kill)
        with pytest.raises(Killed):
            expire_all(LATER)
    assert (KeptAnswer.objects.count(), ExpiredAnswer.objects.count()) == (1, 0)
    expire_all(LATER)
    assert (KeptAnswer.objects.count(), ExpiredAnswer.objects.count()) == (0, 1)


def test_what_waits_keeps_its_whole_chain_and_goes_as_a_whole_when_the_wait_is_long_over():
    load(*told())
    kept = ask()
    held = watch(kept, now=LATER)  # somebody opened an old answer and waits anew
    recheck(held.pk, reason="time", now=LATER)
    expire_all(LATER + DAY)
    assert KeptAnswer.objects.count() == 2
    assert would_expire(LATER + DAY).held == 1
    assert explain_answer(KeptAnswer.objects.get(token=kept.token)).reason == ""
    ask_what_is_due(held.until + DAY)
    assert Watch.objects.get().state == "ended"
    over = Watch.objects.get().turned_at
    expire_all(over + 549 * DAY)
    assert KeptAnswer.objects.count() == 3
    expire_all(over + 552 * DAY)
    assert (KeptAnswer.objects.count(), Watch.objects.count(), Recheck.objects.count()) == (0, 0, 0)


def test_an_answer_that_an_open_incident_marked_stays_until_it_closes():
    load(*told())
    kept = ask()
    incident = Incident.objects.create(
        component="path",
        reason="canary",
        state="outage",
        worst="outage",
        begun_at=ASKED,
        opened_at=ASKED,
        looked_at=ASKED,
        next_word_at=ASKED,
    )
    IncidentMark.objects.create(incident=incident, token=kept.token, asked_at=ASKED)
    expire_all(LATER)
    assert KeptAnswer.objects.count() == 1
    Incident.objects.update(closed_at=LATER)
    expire_all(LATER)
    assert KeptAnswer.objects.count() == 0


def test_shared_parts_go_with_the_last_answer_that_names_them_and_not_before():
    load(*told())
    old = ask()
    parts = KeptPart.objects.count()
    assert parts >= 1
    for day in range(1, 600, 7):  # the same process answers on, and what it knows as kept is noted again
        ask(51, ASKED + day * DAY)
    expire_all(ASKED + 600 * DAY)
    assert not KeptAnswer.objects.filter(pk=old.pk).exists()
    newest = KeptAnswer.objects.order_by("-asked_at")[0]
    assert explain_answer(newest).reason == ""
    assert all(explain_answer(each).reason == "" for each in KeptAnswer.objects.order_by("asked_at")[:5])
    expire_all(ASKED + 1_300 * DAY)
    assert (KeptAnswer.objects.count(), KeptPart.objects.count()) == (0, 0)


def test_the_marks_of_what_went_go_after_as_long_again():
    load(*told())
    ask()
    expire_all(LATER)
    expire_all(LATER + 549 * DAY)
    assert ExpiredAnswer.objects.count() == 1
    expire_all(LATER + 552 * DAY)
    assert ExpiredAnswer.objects.count() == 0


def test_replies_to_idempotency_keys_hold_the_answer_too_and_go_after_a_month():
    from jingpiao.api.models import KeptReply

    body = json.dumps(claim(50))
    client = Client()
    for _ in range(2):
        client.post(
            "/api/v1/checks", body, content_type="application/json", headers={"Idempotency-Key": "one"}
        )
    assert KeptReply.objects.count() == 1
    now = KeptReply.objects.get().made_at
    expire_all(now + 29 * DAY)
    assert KeptReply.objects.count() == 1
    expire_all(now + 31 * DAY)
    assert KeptReply.objects.count() == 0


def test_a_setting_that_cannot_be_read_deletes_nothing_and_says_so(platform):
    platform.environment["JINGPIAO_ANSWERS_KEPT_DAYS"] = "ein Jahr"
    run = platform.run("answers", "expire")
    assert (run.returncode, run.stderr.decode().startswith("error[usage]: ")) == (2, True)
    assert "JINGPIAO_ANSWERS_KEPT_DAYS" in run.stderr.decode()


def test_every_address_of_an_expired_answer_says_what_became_of_it():
    load(*told())
    token = ask().token
    receipt, keys = json.loads(KeptAnswer.objects.get().answer)["receipt"], receipts.jwks()
    expire_all(LATER)
    client = Client()
    for door in ("", "/receipt", "/manual", "/watch"):
        page = client.get(f"/answers/{token}{door}")
        assert page.status_code == 410, door
        text = page.content.decode()
        assert "这份答复已按保留期删除" in text
        assert "550" in text
        assert "再查一次" in text
    client.cookies["lang"] = "en"
    page = client.get(f"/answers/{token}").content.decode()
    assert "This answer was deleted after its retention" in page
    assert "Ask again" in page
    assert client.post(f"/answers/{token}/watch").status_code == 410
    for method, door in (("get", ""), ("get", "/watch"), ("post", "/watch")):
        reply = getattr(client, method)(f"/api/v1/checks/{token}{door}")
        told_back = reply.json()
        assert (reply.status_code, told_back["code"], told_back["retryable"]) == (
            410,
            "answer-expired",
            False,
        )
        assert "550 days" in told_back["detail"]
        assert "重新查询" in told_back["title"]
    assert client.get(f"/api/v1/status/answers/{token}").status_code == 410
    assert client.get("/api/v1/checks/nosuch").status_code == 404
    assert client.get("/answers/nosuch").status_code == 404
    assert receipts.verify(receipt, keys)["ok"] is True


def test_the_receipts_page_says_until_when_the_answer_is_kept(monkeypatch: pytest.MonkeyPatch):
    load(*told())
    token = ask().token
    page = Client().get(f"/answers/{token}/receipt").content.decode()
    assert "至少保存到" in page
    assert "2028年1月15日" in page
    monkeypatch.setenv("JINGPIAO_ANSWERS_KEPT_DAYS", "0")
    assert "至少保存到" not in Client().get(f"/answers/{token}/receipt").content.decode()


def test_arrivals_after_an_answer_went_disturb_nothing():
    load(*told())
    kept = ask()
    watch(kept, now=ASKED)
    load(event("invoice", "14T12:06", id="late", invoice=invoice(50)))
    look_for_arrivals(ASKED + timedelta(minutes=2))
    assert Watch.objects.get().state == "arrived"
    expire_all(LATER)
    assert look_for_arrivals(LATER) is False
    assert ask_what_is_due(LATER) is False
    assert (KeptAnswer.objects.count(), Watch.objects.count()) == (0, 0)


def test_the_command_shows_what_would_go_then_deletes_it_and_leaves_the_rest(platform):
    platform.run("load", "-", stdin=lines(told()))
    [old, new] = (platform.lines("check", "--number", claim(50)["number"], "--json")[0] for _ in range(2))
    platform.python(
        "from jingpiao.inquiry.models import KeptAnswer\nfrom datetime import datetime, UTC, timedelta\n"
        f"KeptAnswer.objects.filter(token='{old['id']}').update(asked_at=datetime.now(UTC) - timedelta(days=600))\n"
    )
    [would] = platform.lines("answers", "expire", "--dry-run", "--json")
    assert (would["answers"], would["held"], would["days"]) == (1, 0, 550)
    assert "将删除" in platform.run("answers", "expire", "--dry-run").stdout.decode()
    assert platform.lines("explain-answer", old["id"], "--json")[0]["same"] is True
    [gone] = platform.lines("answers", "expire", "--json")
    assert (gone["answers"], gone["parts"]) == (1, 0)
    assert "Deleted" in platform.run("answers", "expire", "--lang", "en").stdout.decode()
    run = platform.run("explain-answer", old["id"])
    assert (run.returncode, b"error[answer-expired]" in run.stderr) == (2, True)
    assert platform.lines("explain-answer", new["id"], "--json")[0]["same"] is True
    [verdict] = platform.lines("audit", "verify", "--json")
    assert verdict["ok"] is True
    who = platform.python(
        "from jingpiao.audit.models import AuditEntry\n"
        "print(AuditEntry.objects.get(action='answers-expired').who)\n"
    )
    assert who.startswith("command:")
    [rebuilt] = platform.lines("rebuild", "--compare", "--json")
    assert rebuilt["differences"] == []
