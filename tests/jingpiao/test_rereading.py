"""A line that could not be read is put right by a person: taken in once, learnt then, by the voices of its source alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from fapiao.errors import FapiaoError
from jingpiao.audit.models import AuditEntry
from jingpiao.ledger.models import Invoice, JournalEntry
from jingpiao.sync import connecting, rereading, selectors
from jingpiao.sync.line_reason import line_reason
from jingpiao.sync.models import UnreadLine
from jingpiao.sync.services import load_events
from telling.story import event, invoice, number

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 7, 14, 12, 5, tzinfo=UTC)
LATER = NOW + timedelta(hours=3)
RIGHT = msgspec.json.encode(event("invoice", "10T11:30", id="one", invoice=invoice(48))).decode()
BROKEN = RIGHT.replace('"at":"2026-07-10T11:30:00+08:00",', "")


def unread(source: str = "load:a.jsonl", line: str = BROKEN) -> int:
    load_events([line.encode()], source=source, now=NOW)
    return UnreadLine.objects.latest("id").pk


def test_a_corrected_line_is_taken_in_and_learnt_when_it_was_corrected():
    line = unread()
    assert rereading.look(line=line, text=RIGHT, now=LATER).type == "invoice"
    assert not Invoice.objects.exists()
    summary = rereading.correct(line=line, text=RIGHT, now=LATER)
    assert (summary.new, summary.invoices_new) == (1, 1)
    assert Invoice.objects.get(key=number(48)).known_at == LATER
    assert JournalEntry.objects.get(type="invoice").known_at == LATER
    assert selectors.unread_lines() == ([], False)
    assert bytes(UnreadLine.objects.get(pk=line).body).decode() == BROKEN


def test_a_line_is_taken_in_once():
    line = unread()
    rereading.correct(line=line, text=RIGHT, now=LATER)
    with pytest.raises(FapiaoError, match="correction-over"):
        rereading.correct(line=line, text=RIGHT, now=LATER)
    with pytest.raises(FapiaoError, match="correction-over"):
        rereading.look(line=line + 1, text=RIGHT, now=LATER)
    assert Invoice.objects.count() == 1


@pytest.mark.parametrize("text", ["", "不是 JSON", BROKEN, RIGHT[:-1], RIGHT.replace('"bj"', '"here"')])
def test_what_still_cannot_be_read_says_why_and_stays(text: str):
    line = unread()
    with pytest.raises(FapiaoError, match="correction-faulty") as slip:
        rereading.correct(line=line, text=text, now=LATER)
    assert "还是读不懂" in slip.value.message
    assert len(selectors.unread_lines()[0]) == 1
    assert not JournalEntry.objects.exists()


def test_a_line_written_over_several_is_one_line():
    line = unread()
    text = msgspec.json.format(RIGHT.encode(), indent=2).decode().replace("\n", "\r\n")
    assert rereading.correct(line=line, text=text, now=LATER).invoices_new == 1
    assert "\n" not in JournalEntry.objects.get(type="invoice").body


def test_a_correction_speaks_with_no_other_voice_than_its_source():
    connecting.add(
        key="js", member="http", feed="js", given={"url": "https://js.example.org/events"}, now=NOW
    )
    for source in ("source:js", "push:js", "source:gone"):
        with pytest.raises(FapiaoError, match="correction-faulty"):
            rereading.correct(line=unread(source), text=RIGHT, now=LATER)
    told = RIGHT.replace('"bj"', '"js"')
    assert rereading.correct(line=unread("source:js"), text=told, now=LATER).invoices_new == 1


def test_a_watermark_in_the_future_is_no_correction():
    promise = event("watermark", "14T12:00", complete_to="2031-01-01T00:00:00+08:00")
    with pytest.raises(FapiaoError, match="correction-faulty") as slip:
        rereading.correct(line=unread(), text=msgspec.json.encode(promise).decode(), now=LATER)
    assert "来源的时钟快了" in slip.value.message


def test_who_corrected_what_stands_in_the_audit_trail():
    client = Client()
    user = get_user_model().objects.create_user("操作员", password="a long enough sentence")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    line = unread()
    reply = client.post(f"/unread/{line}", {"text": RIGHT, "action": "correct"}, follow=True)
    assert "已更正并收下" in reply.content.decode()
    again = client.post(f"/unread/{line}", {"text": RIGHT, "action": "correct"})
    assert again.status_code == 422
    assert "correction-over" in again.content.decode()
    entry = AuditEntry.objects.get(action="unread-corrected")
    assert entry.who == "操作员"
    assert '"type":"invoice"' in entry.detail


def test_a_line_too_long_for_the_form_says_how_to_go_on():
    client = Client()
    user = get_user_model().objects.create_user("操作员", password="a long enough sentence")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/unread/{unread(line='x' * 5000)}").content.decode()
    assert "jingpiao load" in page
    assert "<textarea" not in page


def test_what_is_wrong_with_json_is_said_in_chinese():
    unread(line="not json")
    told = line_reason(UnreadLine.objects.latest("id").reason)
    assert told.text == "不是 JSON：第 4 个字节起写法不对"
    unread(line='{"feed": "bj"')
    assert "没有写完" in line_reason(UnreadLine.objects.latest("id").reason).text
