"""A kept answer can be explained later: the situation it was kept with gives the very same answer, on both databases."""

from __future__ import annotations

from typing import Any

import pytest

from telling.questions import cases
from telling.story import BUYER, claim, event, invoice, lines, number, told


def outcome(place: int) -> dict[str, Any]:
    return event("outcome", "11T09:00", feed="desk", claim={"number": number(place)}, cause="sync-delay")


def test_every_kind_of_answer_comes_out_the_same_from_what_it_was_kept_with(platform):
    faults = [
        event("fault", "11T09:00", component="feed", message="断线", id="f1"),
        event("fault-cleared", "11T11:00", component="feed", id="f2"),
        event("announcement", "11T12:00", id="a1", title="维护", functions=["query"], kinds=["01"]),
    ]
    platform.run("load", "-", stdin=lines([*told(), *faults, outcome(90)]))
    asked = [{**question, "ref": name} for name, question, _, _ in cases()]
    answers = platform.lines("check", "--claims", "-", "--keep", stdin=lines(asked))
    assert len({each["id"] for each in answers}) == len(asked)
    for answer in answers:
        [explained] = platform.lines("explain-answer", answer["id"], "--json")
        assert (explained["same"], explained["differences"]) == (True, []), answer["ref"]
        assert explained["answer"]["headline"] == answer["headline"]


def test_what_was_learnt_later_changes_no_explanation(platform):
    platform.run("load", "-", stdin=lines(told()))
    [answer] = platform.lines("check", "--number", number(50), "--date", "2026-07-10", "--json")
    late = event("invoice", "16T09:00", id="late", invoice=invoice(50))
    platform.run("load", "-", stdin=lines([late, outcome(50)]))
    [explained] = platform.lines("explain-answer", answer["id"], "--json")
    assert explained["same"] is True
    assert explained["situation"]["held"] == []


def test_an_answer_that_is_not_kept_or_not_complete_is_said_so(platform):
    assert platform.run("explain-answer", "none").returncode == 2
    platform.run("load", "-", stdin=lines(told()))
    [answer] = platform.lines("check", "--number", number(48), "--json")
    run = platform.python(
        "from jingpiao.inquiry.models import KeptPart, KeptAnswer\n"
        "KeptPart.objects.all().delete()\n"
        "print(len(bytes(KeptAnswer.objects.get().situation)))\n"
    )
    assert 0 < int(run) < 4000
    run = platform.run("explain-answer", answer["id"], "--json")
    assert (run.returncode, b'"reason":"incomplete"' in run.stdout) == (1, True)
    platform.python(
        "from jingpiao.inquiry.models import KeptAnswer\nKeptAnswer.objects.update(situation=b'')\n"
    )
    run = platform.run("explain-answer", answer["id"], "--json")
    assert b'"reason":"not-kept"' in run.stdout


def test_a_batch_is_kept_only_where_asked_for(platform):
    platform.run("load", "-", stdin=lines(told()))
    platform.run("check", "--claims", "-", stdin=lines([claim(48)]))
    count = "from jingpiao.inquiry.models import KeptAnswer\nprint(KeptAnswer.objects.count())\n"
    assert platform.python(count) == "0"
    many = [claim(40 + place % 20, ref=place) for place in range(700)]
    answers = platform.lines("check", "--claims", "-", "--keep", stdin=lines(many) + b"\nnot json")
    assert [each.get("ref") for each in answers] == [*range(700), None]
    assert platform.python(count) == "700"
    parts = "from jingpiao.inquiry.models import KeptPart\nprint(KeptPart.objects.count())\n"
    assert int(platform.python(parts)) < 10


@pytest.mark.parametrize("asker", ["operator", "party"])
def test_asked_again_it_says_what_changed_since(platform, asker: str):
    platform.run("load", "-", stdin=lines(told()))
    mine: dict[str, Any] = {} if asker == "operator" else {"tax_ids": [BUYER]}
    ask = [claim(50, **mine, as_of=f"2026-07-{day}T10:00:00+08:00") for day in ("15", "17")]
    late = event("invoice", "16T09:00", id="late", invoice=invoice(50))
    mark = event("watermark", "16T10:00", complete_to="2026-07-16T09:30:00+08:00")
    first = platform.lines("check", "--claims", "-", "--keep", stdin=lines(ask[:1]))
    platform.run("load", "-", stdin=lines([late, mark]))
    [again] = platform.lines("check", "--claims", "-", "--keep", stdin=lines(ask[1:]))
    assert first[0]["changed_since"] is None
    since = again["changed_since"]
    assert since["token"] == first[0]["id"]
    assert [each["code"] for each in since["changes"]] == ["arrived", "watermark"]
    [other] = platform.lines("check", "--claims", "-", "--keep", stdin=lines([{**ask[1], "total": "1.00"}]))
    assert other["changed_since"] is None
