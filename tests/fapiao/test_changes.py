"""What changed between two answers is told sentence by sentence, and nothing of what did not."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fapiao.answer import Answer, Coverage, RankedCause, TouchingStatement
from fapiao.changes import changes
from fapiao.situation import NextState

NOON = datetime(2026, 7, 14, 12, 0, tzinfo=timezone(timedelta(hours=8)))
FEED = Coverage(
    feed="bj", label="北京", watermark=NOON - timedelta(hours=2), lag_seconds=7200, state="current"
)


def cause(code: str, probability: float, recheck_at: datetime | None = None) -> RankedCause:
    return RankedCause(
        code=code,
        label=f"原因 {code}",
        label_en=f"cause {code}",
        probability=probability,
        evidence=(),
        remedy="等",
        remedy_en="wait",
        actor="nobody",
        recheck_at=recheck_at,
    )


MISSING = Answer(
    ref=None,
    as_of=NOON,
    asked={"number": "26112000000219700050"},
    corrections=(),
    existence="not-found",
    agreement="not-compared",
    differences=(),
    validity="unknown",
    validity_as_of=None,
    coverage=(FEED,),
    invoice=None,
    candidates=(),
    causes=(cause("sync-delay", 0.8, NOON + timedelta(minutes=30)), cause("never-uploaded", 0.15)),
    headline="未找到",
    headline_en="Not found",
    next_step="等",
    next_step_en="wait",
    announcements=(),
)
HELD: dict[str, Any] = {"existence": "found", "validity": "normal", "agreement": "full", "causes": ()}
FOUND = msgspec.structs.replace(MISSING, **HELD)
STOP = TouchingStatement(id="a1", title="系统维护", body="", ends_at=None)


def later(answer: Answer = MISSING, **change: Any) -> Answer:
    return msgspec.structs.replace(answer, **{"as_of": NOON + timedelta(minutes=10), **change})


def codes(before: Answer, after: Answer) -> list[str]:
    return [each.code for each in changes(before, after)]


def test_nothing_is_told_where_nothing_changed():
    assert changes(MISSING, later()) == ()
    assert changes(FOUND, later(FOUND)) == ()


@pytest.mark.parametrize(
    ("before", "after", "code", "says"),
    [
        (MISSING, later(FOUND), "arrived", "到了"),
        (FOUND, later(), "gone", "这次未找到"),
        (MISSING, later(existence="unknown"), "verdict", "从“未找到”变为“现在说不准”"),
        (FOUND, later(FOUND, validity="voided"), "state", "从正常变为"),
        (FOUND, later(FOUND, agreement="partial"), "agreement", "从完全一致变为部分一致"),
        (MISSING, later(announcements=(STOP,)), "announcement-began", "系统维护"),
        (later(announcements=(STOP,), as_of=NOON), later(), "announcement-ended", "系统维护"),
        (
            MISSING,
            later(coverage=(msgspec.structs.replace(FEED, state="outage"),)),
            "feed-state",
            "北京从正常变为故障",
        ),
        (
            MISSING,
            later(coverage=(msgspec.structs.replace(FEED, watermark=NOON),)),
            "watermark",
            "从 7月14日 10:00 推进到 7月14日 12:00",
        ),
        (MISSING, later(as_of=NOON + timedelta(hours=1)), "recheck-passed", "7月14日 12:30"),
    ],
)
def test_each_change_has_its_code_and_a_sentence_in_both_languages(
    before: Answer, after: Answer, code: str, says: str
):
    [change] = changes(before, after)
    assert change.code == code
    assert says in change.message
    assert change.message_en


def test_another_first_cause_and_moved_probabilities_are_told():
    after = later(causes=(cause("never-uploaded", 0.7), cause("sync-delay", 0.25)))
    assert codes(MISSING, after) == ["cause", "probability", "probability"]
    assert "80% 变为 25%" in changes(MISSING, after)[2].message


def test_a_probability_that_hardly_moved_is_not_worth_a_sentence():
    after = later(
        causes=(cause("sync-delay", 0.82, NOON + timedelta(minutes=30)), cause("never-uploaded", 0.13))
    )
    assert codes(MISSING, after) == []


def test_a_first_watermark_and_a_feed_that_is_new_are_no_trouble():
    without = later(coverage=(msgspec.structs.replace(FEED, watermark=None),), as_of=NOON)
    assert codes(without, later()) == ["watermark"]
    assert codes(later(coverage=(), as_of=NOON), later()) == []


def test_the_reference_lists_every_code():
    source = Path(changes.__code__.co_filename).read_text("utf-8")
    codes = set(re.findall(r'_change\(\s*"([a-z-]+)"', source))
    page = (Path(__file__).resolve().parents[2] / "docs" / "reference.md").read_text("utf-8")
    assert len(codes) == 13
    assert {code for code in codes if f"`{code}`" not in page} == set()


def test_a_state_that_is_to_come_is_told_once():
    coming = NextState("voided", NOON + timedelta(days=1))
    [change] = changes(FOUND, later(FOUND, validity_next=coming))
    assert change.code == "next-state"
    assert "从 " in change.message
    assert "作废" in change.message
    known = later(FOUND, validity_next=coming)
    assert codes(known, later(known)) == []
