"""The backtest: answers scored by what came afterwards, and labelled questions answered anew from what was known then."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from bureau.asking import ask
from bureau.habits import HABITS
from bureau.making import make_world
from bureau.world import BEIJING
from telling.story import claim, event, invoice, lines, number, told

DAY = "2026-07-14"


def late(place: int, at: str, feed: str = "bj", **change: Any) -> dict[str, Any]:
    return event("invoice", at, feed=feed, id=f"late{place}", invoice=invoice(place, **change))


JS = {"number": "26322000000219709999", "region": "32"}
ASKED = {
    "on its way": claim(50, as_of="2026-07-10T10:52:00+08:00"),
    "uploaded late": claim(63, as_of="2026-07-14T12:05:00+08:00"),
    "feed down": claim(64, issued_on="2026-07-11", as_of="2026-07-11T10:00:00+08:00"),
    "same-day rule": claim(65, **JS, issued_on="2026-07-13", as_of="2026-07-13T12:00:00+08:00"),
    "here": claim(48),
    "voided": claim(41),
    "voided under its printed name": claim(70, kind="86"),
    "never told": claim(68, as_of="2026-07-14T12:05:00+08:00"),
    "confirmed": claim(69, as_of="2026-07-14T12:05:00+08:00"),
    "too late for this test": claim(50, as_of="2026-07-18T10:00:00+08:00"),
}
PRINTED = {"code": "1100262640", "number": "38823189"}
BEFORE = [
    event(
        "invoice", "10T12:00", id="p", invoice=invoice(70, kind="86", digital_number=number(70), **PRINTED)
    ),
    event("state", "12T09:00", **PRINTED, state="voided", effective_at="2026-07-12T08:00:00+08:00"),
    event("heartbeat", "10T10:50"),
    event("heartbeat", "13T11:50", feed="js"),
    event("fault", "11T09:00", component="feed", id="f1", message="断"),
    event("fault-cleared", "11T12:00", component="feed", id="f2"),
]
AFTER = [
    late(50, "10T12:20"),
    late(63, "16T09:00"),
    late(64, "11T12:10", issued_on="2026-07-11", issued_at="2026-07-11T09:30:00+08:00"),
    late(65, "14T03:00", feed="js", issued_on="2026-07-13", issued_at="2026-07-13T10:00:00+08:00", **JS),
    event("outcome", "15T09:00", feed="desk", claim=ASKED["confirmed"], cause="never-uploaded"),
    event("outcome", "15T09:00", feed="desk", claim={"number": number(69)}, cause="never-uploaded"),
]
TRUE = {
    "on its way": "sync-delay",
    "uploaded late": "never-uploaded",
    "feed down": "source-outage",
    "same-day rule": "too-early",
    "here": "found",
    "voided": "found",
    "voided under its printed name": "found",
    "confirmed": "never-uploaded",
}


def truths(part: dict[str, Any]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for each in part["confusion"]:
        counted[each["truth"]] = counted.get(each["truth"], 0) + each["count"]
    return counted


def test_kept_answers_are_judged_by_how_their_invoices_came(platform):
    platform.run("load", "-", stdin=lines([*told(), *BEFORE]))
    asked = [{**question, "ref": name} for name, question in ASKED.items()]
    answers = platform.lines("check", "--claims", "-", "--keep", stdin=lines(asked))
    assert len(answers) == len(ASKED)
    platform.run("load", "-", stdin=lines(AFTER))
    [report] = platform.lines("backtest", "--until", DAY, "--json")
    kept = report["kept"]
    wanted: dict[str, int] = {}
    for cause in TRUE.values():
        wanted[cause] = wanted.get(cause, 0) + 1
    assert truths(kept) == wanted
    assert kept["claims"] == len(TRUE)
    assert kept["unjudged"] == {"not-found": 1}
    assert kept["validity"] == {"part": 3, "whole": 3, "share": 1.0}
    assert kept["recheck_kept"]["whole"] == 2
    assert set(kept["feeds"]) == {"bj", "js"}
    assert kept["kinds"]["82"]["claims"] == len(TRUE) - 1
    assert kept["cause_first"]["part"] == kept["cause_first"]["whole"] == 5
    assert kept["calibration_error"] < 0.3
    recomputed = report["recomputed"]
    assert (recomputed["claims"], recomputed["unjudged"]) == (1, {"without-as-of": 1})
    assert truths(recomputed) == {"never-uploaded": 1}


SH = {"region": "31", "issued_on": "2026-07-12"}
QUIET = [
    event(
        "feed",
        "01T00:00",
        feed="sh",
        label="上海",
        regions=["31"],
        kinds=[],
        since="2026-07-01",
        same_day=True,
        every_seconds=600,
    ),
    *[
        event(
            "watermark",
            f"11T{hour:02}:{half}5",
            feed="sh",
            complete_to=f"2026-07-11T{hour:02}:{half}0:00+08:00",
        )
        for hour in range(24)
        for half in (0, 3)
    ],
    event("watermark", "12T10:00", feed="sh", complete_to="2026-07-12T09:50:00+08:00"),
    event("watermark", "12T14:00", feed="sh", complete_to="2026-07-12T13:50:00+08:00"),
    *[event("heartbeat", f"12T1{4 + beat // 6}:{beat % 6}5", feed="sh") for beat in range(18)],
    event("watermark", "12T17:00", feed="sh", complete_to="2026-07-12T16:50:00+08:00"),
]


def test_what_a_feed_was_seen_to_be_later_says_what_had_held_an_invoice_up(platform):
    """An outage that nobody told of looks like delay at first: its answers are no times that were not kept."""
    numbers = [f"2631200000021970{place}" for place in (5001, 5002, 5003)]
    asked_at = (
        "10:05",
        "14:20",
        "17:05",
    )  # then silent to 14:00; then its watermark stands to 17:00; then healthy
    came_at = ("12T14:02", "12T17:02", "12T17:20")
    asked = [
        {
            "number": each,
            "issued_on": SH["issued_on"],
            "kind": "82",
            "total": "206.00",
            "as_of": f"2026-07-12T{at}:00+08:00",
        }
        for each, at in zip(numbers, asked_at, strict=True)
    ]
    platform.run("load", "-", stdin=lines([*told(), *QUIET]))
    platform.lines("check", "--claims", "-", "--keep", stdin=lines(asked))
    came = [
        late(
            100,
            at,
            feed="sh",
            **SH,
            number=each,
            total="206.00",
            issued_at=f"2026-07-12T{hour}:00+08:00",
        )
        | {"id": each}
        for each, at, hour in zip(numbers, came_at, ("09:55", "14:10", "17:00"), strict=True)
    ]
    platform.run("load", "-", stdin=lines(came))
    [report] = platform.lines("backtest", "--json")
    assert truths(report["kept"]) == {"source-outage": 2, "sync-delay": 1}
    assert report["kept"]["recheck_kept"]["whole"] <= 1


@pytest.mark.parametrize("platform", ["sqlite"], indirect=True)
def test_each_run_is_set_beside_the_one_before(platform):
    platform.run("load", "-", stdin=lines([*told(), *AFTER]))
    [first] = platform.lines("backtest", "--json")
    assert first["before"] is None
    [second] = platform.lines("backtest", "--json")
    assert second["before"]["made_at"] == first["made_at"]
    assert second["before"]["cause_first"] == first["recomputed"]["cause_first"]
    said = platform.run("backtest").stdout.decode()
    assert "与上次" in said
    assert "100.00% (1/1) → 100.00% (1/1)" in said


def test_each_run_is_kept_and_a_bad_day_is_refused(platform):
    platform.run("init")
    for _ in range(2):
        assert platform.run("backtest").returncode == 0
    said = platform.run("backtest", "--until", DAY, "--lang", "en").stdout.decode()
    assert "answers as they were given: 0" in said
    assert "calibration error  —" in said
    assert "0.0" not in said
    count = "from jingpiao.upkeep.models import Backtest\nprint(Backtest.objects.count())\n"
    assert platform.python(count) == "3"
    for wrong in ("yesterday", "2026-07-14T10:00:00"):
        run = platform.run("backtest", "--until", wrong)
        assert (run.returncode, b"error[usage]" in run.stderr) == (2, True)


@pytest.mark.parametrize("platform", ["sqlite"], indirect=True)
def test_on_a_played_world_the_figures_agree_with_what_the_world_knows(platform):
    begin = datetime(2026, 6, 18, tzinfo=BEIJING)
    habit = max(HABITS.values(), key=lambda each: each.outcomes)
    world = make_world(seed=91, habit=habit, days=40, invoices=4000, begin=begin)
    labelled = [each for each in world.events if each["type"] == "outcome"]
    assert labelled
    platform.run("load", "-", stdin=lines(world.events))
    asked = [question for question, _ in ask(seed=92, world=world, each=4)]
    platform.lines("check", "--claims", "-", "--keep", stdin=lines(asked))
    [report] = platform.lines("backtest", "--json")
    recomputed, kept = report["recomputed"], report["kept"]
    assert recomputed["claims"] >= 0.5 * len(labelled)
    assert recomputed["cause_first"]["share"] >= 0.9, json.dumps(recomputed["confusion"])
    assert recomputed["cause_among_three"]["share"] >= 0.95
    assert recomputed["calibration_error"] <= 0.1
    assert kept["claims"] > 0
    learning = report["learning"]
    assert learning["outcomes"] > 0.9 * len(labelled)
    held = learning["held_back"]
    assert 0.4 * recomputed["claims"] < held["claims"] < 0.6 * recomputed["claims"]
    assert held["weights"]["brier"] < held["stated"]["brier"]
    assert {"never-uploaded", "sync-delay", "typed-wrong"} <= {row["cause"] for row in learning["weights"]}
    assert all(row["confirmed"] <= row["outcomes"] for row in learning["weights"])
    assert kept["cause_first"]["share"] >= 0.7, json.dumps(kept["confusion"])
