"""Quarantine: a person corrects, shelves, takes back; what came stays; the journal alone gives all of it again."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from fapiao.claim import Claim
from fapiao.errors import FapiaoError
from jingpiao.audit.models import AuditEntry
from jingpiao.inquiry.services import answer_claim
from jingpiao.ledger import quarantining
from jingpiao.ledger.correction import FIELDS, fields_of, reread
from jingpiao.ledger.models import Invoice, JournalEntry, Quarantined
from jingpiao.ledger.quarantine_lists import QuarantineFilter, by_reason, csv_rows, rows, state_of, story
from jingpiao.sync.services import load_events
from telling.story import event, invoice, lines, number, told

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 7, 14, 12, 5, tzinfo=UTC)
WHO: dict[str, Any] = {"actor": "操作员", "why": "已与销方核对"}


def set_aside(place: int = 77, **change: Any) -> Quarantined:
    load_events(
        [
            json.dumps(
                event("invoice", "10T11:40", id=f"bad{place}", invoice=invoice(place) | change)
            ).encode()
        ],
        source="test",
        now=NOW,
    )
    return Quarantined.objects.latest("id")


def test_a_correction_is_taken_in_and_what_came_stays_as_it_came():
    row = set_aside(total="999.00")
    before = row.body
    journal = JournalEntry.objects.get(event_key="bad77").body
    taken = quarantining.correct(quarantined=row.pk, fields={"total": "￥183.00"}, **WHO, now=NOW)
    assert taken.result == "new"
    held = Invoice.objects.get(key=number(77))
    assert (str(held.total), held.feed, held.known_at) == ("183.00", "bj", NOW)
    row.refresh_from_db()
    assert (row.body, state_of(row)) == (before, "released")
    assert JournalEntry.objects.get(event_key="bad77").body == journal
    [chapter] = story(row)
    assert (chapter["what"], chapter["who"], chapter["why"]) == ("correction", "操作员", "已与销方核对")
    assert json.loads(AuditEntry.objects.get().detail)["changed"] == ["total"]


def test_a_look_says_what_would_come_of_it_and_keeps_nothing():
    row = set_aside(total="999.00")
    read, taken = quarantining.look(quarantined=row.pk, fields={"total": "183.00"})
    assert (taken.result, read.changed) == ("new", ("total",))
    read, taken = quarantining.look(quarantined=row.pk, fields={"total": "183.01", "issued_on": "no day"})
    assert taken.result == "quarantined"
    assert [slip.field for slip in read.slips] == ["issued_on"]
    assert not Invoice.objects.exists()
    row.refresh_from_db()
    assert state_of(row) == "waiting"


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"kind": None}, {"kind": "82"}),
        ({"seller": {"name": "甲公司"}}, {"seller.tax_id": " 9133 0106 6739 59654p"}),
        ({"issued_on": 7}, {"issued_on": "2026年7月10日"}),
        ({"number": "2611200000021970007"}, {"number": "2611 2000 0002 1970 0077"}),
        ({"amount": "1.77e2", "tax": "x", "total": "183.00"}, {"tax": "6", "amount": "177.00"}),
        ({"tax": "600.00"}, {"tax": "6.00"}),
        ({"seller": "甲公司"}, {"seller.tax_id": "91330106673959654P", "seller.name": "甲公司"}),
    ],
)
def test_every_field_that_a_person_can_correct_is_corrected(change: dict[str, Any], fields: dict[str, str]):
    row = set_aside(**change)
    assert quarantining.correct(quarantined=row.pk, fields=fields, **WHO, now=NOW).result == "new"
    assert Invoice.objects.get().key == number(77)


def test_what_cannot_be_done_is_refused_with_its_code():
    row = set_aside(total="999.00")
    for fields, who, code in (
        ({"total": "998.00"}, WHO, "correction-faulty"),
        ({"total": "x"}, WHO, "correction-faulty"),
        ({"colour": "red"}, WHO, "correction-faulty"),
        ({"total": "183.00"}, {"actor": "操作员", "why": " "}, "why-missing"),
    ):
        with pytest.raises(FapiaoError) as slip:
            quarantining.correct(quarantined=row.pk, fields=fields, **who, now=NOW)
        assert slip.value.code == code
    with pytest.raises(FapiaoError) as slip:
        quarantining.row_of(row.pk + 1)
    assert slip.value.code == "quarantine-unknown"
    with pytest.raises(FapiaoError) as slip:
        reread('{"file": "a.pdf", "route": null, "invoice": null}', {"total": "1"})
    assert slip.value.code == "correction-over"
    quarantining.correct(quarantined=row.pk, fields={"total": "183.00"}, **WHO, now=NOW)
    for deed in (quarantining.shelve,):
        with pytest.raises(FapiaoError) as slip:
            deed(quarantined=row.pk, **WHO, now=NOW)
        assert slip.value.code == "correction-over"


def test_a_correction_taken_back_waits_again_and_can_be_made_otherwise():
    row = set_aside(total="999.00")
    quarantining.correct(quarantined=row.pk, fields={"amount": "993.00"}, **WHO, now=NOW)
    quarantining.undo(quarantined=row.pk, **WHO, now=NOW + timedelta(minutes=5))
    assert not Invoice.objects.exists()
    row.refresh_from_db()
    assert state_of(row) == "waiting"
    quarantining.correct(
        quarantined=row.pk, fields={"total": "183.00"}, **WHO, now=NOW + timedelta(minutes=9)
    )
    assert str(Invoice.objects.get().total) == "183.00"
    row.refresh_from_db()
    assert [each["what"] for each in story(row)] == ["correction", "undo", "correction"]


def test_what_a_source_has_confirmed_is_not_taken_back_nor_after_a_day():
    row = set_aside(total="999.00")
    quarantining.correct(quarantined=row.pk, fields={"total": "183.00"}, **WHO, now=NOW)
    row.refresh_from_db()
    assert quarantining.undoable(row, NOW) == "correction"
    assert quarantining.undoable(row, NOW + quarantining.UNDO_FOR + timedelta(seconds=1)) == ""
    load_events(
        [json.dumps(event("invoice", "15T09:00", id="right", invoice=invoice(77))).encode()],
        source="test",
        now=NOW,
    )
    with pytest.raises(FapiaoError) as slip:
        quarantining.undo(quarantined=row.pk, **WHO, now=NOW)
    assert slip.value.code == "correction-over"
    assert Invoice.objects.count() == 1


def test_what_is_shelved_is_kept_out_of_the_way_and_an_answer_still_knows_it():
    row = set_aside(total="999.00")
    quarantining.shelve(quarantined=row.pk, **WHO, now=NOW)
    assert list(rows(QuarantineFilter({}))) == []
    assert [each.pk for each in rows(QuarantineFilter({"state": "shelved"}))] == [row.pk]
    later = NOW + timedelta(hours=1)
    answer = answer_claim(Claim(number=number(77), issued_on=date(2026, 7, 10)), now=later).answer
    assert "refused" in [cause.code for cause in answer.causes][:1]
    quarantining.undo(quarantined=row.pk, **WHO, now=NOW)
    assert [each.pk for each in rows(QuarantineFilter({}))] == [row.pk]


def test_the_list_narrows_counts_sorts_and_is_taken_away():
    set_aside(77, total="999.00")
    set_aside(78, kind=None)
    set_aside(79, kind=None, seller={"name": "=cmd"})
    set_aside(80, issued_on="不是日子")
    counts = {each["code"]: each["count"] for each in by_reason()}
    assert counts == {"missing:kind": 2, "sum:amount+tax!=total": 1, "missing:seller.tax_id": 1, "field": 1}
    for reason, count in counts.items():
        assert rows(QuarantineFilter({"reason": reason})).count() == count, reason
    assert [each.key for each in rows(QuarantineFilter({"sort": "number"}))] == [
        number(place) for place in (77, 78, 79, 80)
    ]
    assert rows(QuarantineFilter({"text": number(78)})).count() == 1
    table = b"".join(csv_rows(rows(QuarantineFilter({})))).decode()
    assert table.count("\r\n") == 5


def test_many_are_tried_again_at_once(monkeypatch: pytest.MonkeyPatch):
    set_aside(77, total="999.00")
    set_aside(78, kind=None)
    numbers = [each.pk for each in rows(QuarantineFilter({}))]
    assert quarantining.retry_many(numbers, now=NOW) == {"taken": 0, "waiting": 2}
    monkeypatch.setattr("jingpiao.ledger.flaws.TOLERANCE", Decimal(10_000))  # the rule has become another
    assert quarantining.retry_many(numbers, now=NOW) == {"taken": 1, "waiting": 1}
    assert [each.key for each in rows(QuarantineFilter({}))] == [number(78)]


def test_reasons_stand_beside_fields_that_can_be_corrected():
    names = {field.name for field in FIELDS}
    for code in (
        "missing:kind",
        "missing:seller.tax_id",
        "sum:amount+tax!=total",
        "number:number-length",
        "money:beyond",
    ):
        assert set(fields_of(code)) <= names
        assert fields_of(code)
    assert fields_of("unreadable") == ()


def test_the_journal_alone_gives_every_handling_again(platform: Any):
    bad = [
        event("invoice", "10T11:40", id=f"bad{place}", invoice=invoice(place, total="999.00"))
        for place in range(60, 66)
    ]
    platform.run("load", "-", stdin=lines([*told(), *bad]))
    listed = platform.lines("quarantine", "list", "--json", "--sort", "old")
    ids = {row["number"]: row["row"] for row in listed}
    ways = [
        (60, ("correct", "--set", "total=166.00", "--why", "核对过")),
        (61, ("shelve", "--why", "作废重开")),
        (62, ("correct", "--set", "amount=993.00", "--why", "写错")),
        (62, ("undo", "--why", "改错了")),
        (63, ("shelve", "--why", "误")),
        (63, ("undo", "--why", "误搁置")),
        (62, ("correct", "--set", "total=168.00", "--why", "这回对了")),
        (48, ()),
    ]
    for place, words in ways[:-1]:
        run = platform.run("quarantine", words[0], str(ids[number(place)]), *words[1:], "--json")
        assert run.returncode == 0, run.stderr.decode()
    refused = platform.run("quarantine", "correct", str(ids[number(64)]), "--set", "total=1", "--why", "x")
    assert refused.returncode == 2
    assert refused.stderr.startswith(b"error[correction-faulty]")
    looked = platform.lines("quarantine", "look", str(ids[number(64)]), "--set", "total=170.00", "--json")
    assert looked[0]["result"] == "new"
    platform.run("load", "-", stdin=lines([event("invoice", "16T09:00", id="x", invoice=invoice(64))]))
    states = {row["number"]: row["state"] for row in platform.lines("quarantine", "list", "--json")}
    assert states.keys() == {number(55), number(63), number(64), number(65)}
    result = json.loads(platform.run("rebuild", "--compare", "--json").stdout)
    assert result["differences"] == []
    assert json.loads(platform.run("audit", "verify", "--json").stdout)["entries"] == 7
