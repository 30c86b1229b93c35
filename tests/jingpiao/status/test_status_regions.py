"""A region stands as its ordinary invoices do: rail tickets of the whole country make no province green."""

from __future__ import annotations

from typing import Any

from jingpiao.status.regions import partly, regions_of


def row(feed: str, *, regions: list[str], kinds: list[str], **change: Any) -> dict[str, Any]:
    told = {"state": "current", "lag_seconds": 600, "complete": True, "day": {"lag_p95": 700.0}, "month": {}}
    return {"feed": feed, "regions": regions, "kinds": kinds} | told | change


RAIL = row("rail", regions=[], kinds=["51"], lag_seconds=14_400)


def told(*rows: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["region"]: each for each in regions_of(rows)}


def test_a_feed_of_special_kinds_says_nothing_of_a_regions_ordinary_invoices():
    found = told(row("bj", regions=["11"], kinds=[]), RAIL)
    assert (found["11"]["state"], found["11"]["lag_seconds"]) == ("current", 600)
    assert found["11"]["feeds"] == ["bj"]
    assert (found["32"]["state"], found["32"]["lag_seconds"]) == ("none", None)
    assert (found["32"]["feeds"], found["32"]["only_kinds"]) == (["rail"], ["51"])


def test_the_worst_of_a_regions_own_feeds_counts_and_an_incomplete_one_does_not():
    mailbox = row("inbox", regions=[], kinds=[], complete=False, state="unknown")
    found = told(
        row("bj", regions=["11"], kinds=["81", "82"]),
        row("old", regions=["11"], kinds=[], state="outage"),
        mailbox,
    )
    assert (found["11"]["state"], found["11"]["feeds"]) == ("outage", ["bj", "old"])
    assert (found["32"]["state"], found["32"]["feeds"]) == ("none", [])


def test_regions_of_which_only_some_kinds_come_stand_together():
    grouped = partly(list(told(row("bj", regions=["11"], kinds=[]), RAIL).values()))
    assert len(grouped) == 1
    assert "铁路" in grouped[0]["kinds"]
    assert "江苏" in grouped[0]["regions"]
    assert "北京" not in grouped[0]["regions"]
    assert "Jiangsu" in grouped[0]["regions_en"]
