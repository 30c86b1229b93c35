"""Facts that change: an announcement told anew, a state of tomorrow, and numbers under words or face codes."""

from __future__ import annotations

from typing import Any

from telling.story import claim, event, invoice, lines, number, told


def causes(platform, asked: list[dict[str, Any]]) -> list[str | None]:
    answers = platform.lines("check", "--claims", "-", stdin=lines(asked))
    return [each["causes"][0]["code"] if each["causes"] else None for each in answers]


def test_an_announcement_told_anew_replaces_the_former_from_then_on(platform):
    said: dict[str, Any] = {
        "id": "a",
        "title": "暂停查询",
        "regions": ["11"],
        "functions": ["query"],
        "from": "2026-07-11T00:00:00+08:00",
    }
    first = event("announcement", "11T00:00", **said)
    ended = event("announcement", "13T00:00", **said, until="2026-07-13T00:00:00+08:00")
    for events in ([*told(), first], [ended]):
        platform.run("load", "-", stdin=lines(events))
    asked = [claim(50, as_of=f"2026-07-{day}:00+08:00") for day in ("12T12:00", "14T12:05")]
    before, after = causes(platform, asked)
    assert before == "policy"
    assert after not in (None, "policy")
    assert platform.run("rebuild", "--compare").returncode == 0


def test_a_state_holds_from_the_moment_it_takes_effect(platform):
    ahead = event(
        "state",
        "12T00:00",
        code=None,
        number=number(52),
        state="voided",
        effective_at="2026-07-13T09:00:00+08:00",
    )
    platform.run("load", "-", stdin=lines([*told(), ahead]))
    asked = [claim(52, as_of=f"2026-07-13T{hour}:00:00+08:00") for hour in ("08", "10")]
    answers = platform.lines("check", "--claims", "-", stdin=lines(asked))
    assert [each["validity"] for each in answers] == ["normal", "voided"]


def test_words_before_a_number_and_the_kind_of_its_face_code_are_understood(platform):
    special = event("invoice", "10T11:30", invoice=invoice(61, kind="81"))
    platform.run("load", "-", stdin=lines([*told(), special]))
    asked = [
        claim(44, number=f"No.{number(44)}"),
        claim(44, number=f"№ {number(44)}"),
        claim(44, number=f"数电发票号码：{number(44)}"),
        claim(44, kind="32"),
        claim(61, kind="31"),
        claim(44, kind="31"),
    ]
    answers = platform.lines("check", "--claims", "-", stdin=lines(asked))
    assert [each["agreement"] for each in answers] == ["full"] * 5 + ["partial"]
    assert answers[0]["corrections"][-1]["applied"] is True
