"""The kind of a 数电 number that nobody stated is what its whole series is: then announcements and feeds of kinds count."""

from __future__ import annotations

from typing import Any

import pytest

from telling.story import OTHER, claim, event, invoice, lines, told


def suspension(*kinds: str) -> dict[str, Any]:
    window = {"from": "2026-07-10T08:00:00+08:00", "until": "2026-07-16T00:00:00+08:00"}
    named = {"id": "gg-1", "title": "暂停", "body": "", "regions": ["11"], "functions": ["query"]}
    return event("announcement", "09T08:00", kinds=list(kinds), **named, **window)


def answer(platform, events: list[dict[str, Any]], **change: Any) -> dict[str, Any]:
    platform.run("load", "-", stdin=lines([*told(), *events]))
    (found,) = platform.lines("check", "--claims", "-", stdin=lines([claim(50, kind=None, **change)]))
    return found


@pytest.mark.parametrize(("kinds", "cause"), [(["82"], "policy"), (["81"], "never-uploaded")])
def test_an_announcement_for_a_kind_touches_a_number_whose_series_is_of_it(platform, kinds, cause):
    assert answer(platform, [suspension(*kinds)])["causes"][0]["code"] == cause


def test_a_series_of_several_kinds_tells_none(platform):
    mixed = event("invoice", "10T11:40", invoice=invoice(51, kind="81"))
    events = [each for each in told() if each.get("id") != "i51"]
    platform.run("load", "-", stdin=lines([*events, mixed, suspension("82")]))
    (found,) = platform.lines("check", "--claims", "-", stdin=lines([claim(50, kind=None)]))
    assert found["causes"][0]["code"] == "never-uploaded"


def test_another_sellers_series_tells_nothing(platform):
    found = answer(platform, [suspension("82")], seller_tax_id=OTHER)
    assert "policy" not in {each["code"] for each in found["causes"]}


def test_what_the_series_tells_is_not_handed_to_a_stranger(platform):
    found = answer(platform, [suspension("82")], tax_ids=[])
    assert found["causes"][0]["code"] == "policy"
    assert found["asked"]["kind"] is None


def test_a_feed_of_that_kind_counts_as_complete_past_it(platform):
    kinds = event("feed", "02T00:00", regions=["11"], kinds=["82"], since="2026-07-01", every_seconds=600)
    found = answer(platform, [kinds])
    assert found["causes"][0]["code"] == "never-uploaded"
    assert [each["feed"] for each in found["coverage"]] == ["bj"]
