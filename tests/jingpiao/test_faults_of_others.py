"""Faults told by sources that carry nothing: a service that is asked for single invoices, this platform's own jobs."""

from __future__ import annotations

import pytest

from telling.story import claim, event, lines, number, told

FAR = {"number": "26502000000219703940", "issued_on": "2026-07-12", "total": "106.00"}
NOON = "2026-07-14T12:05:00+08:00"


def service(**change: object) -> dict[str, object]:
    """Return the declaration of a service that is asked for one invoice at a time."""
    named = {"label": "查验服务", "regions": ["50"], "since": "2026-07-01", "complete": False} | change
    return event("feed", "01T00:00", feed="service", **named)


def fault(feed: str, component: str, at: str = "14T09:00", **more: object) -> dict[str, object]:
    return event("fault", at, feed=feed, component=component, message="不通", **more)


def first(platform, events, asked):
    platform.run("load", "-", stdin=lines([*told(), *events]))
    (answer,) = platform.lines("check", "--claims", "-", stdin=lines([{"as_of": NOON} | asked]))
    return answer["existence"], answer["causes"][0]["code"]


@pytest.mark.parametrize("declared", [[service()], [service(regions=[])], []])
def test_where_no_feed_brings_it_the_closed_service_is_the_cause(platform, declared):
    assert first(platform, [*declared, fault("service", "external")], FAR) == ("unknown", "external-service")


@pytest.mark.parametrize(
    "events",
    [
        [service(regions=["51"]), fault("service", "external")],
        [service(), fault("service", "external"), event("fault-cleared", "14T10:00", feed="service", component="external")],
        [service(), fault("service", "external", "14T12:30")],
        [service()],
    ],
)  # fmt: skip
def test_a_service_of_another_region_or_one_that_works_again_is_not(platform, events):
    assert first(platform, events, FAR) == ("not-found", "elsewhere")


def test_a_fiscal_receipt_is_not_asked_for_there(platform):
    receipt = {"code": "11010123", "number": "0123456789", "issued_on": "2026-07-12"}
    assert first(platform, [fault("service", "external")], receipt) == ("not-found", "elsewhere")


def test_the_service_explains_nothing_that_a_feed_brings(platform):
    missing = claim(50, issued_on="2026-07-10")
    assert (
        first(platform, [service(regions=[]), fault("service", "external")], missing)[1] == "never-uploaded"
    )


def test_a_fault_of_this_platform_told_under_no_feed_is_everybodys(platform):
    assert first(platform, [fault("jobs", "platform", "14T11:40")], claim(70, issued_on="2026-07-14")) == (
        "unknown",
        "platform-fault",
    )


@pytest.mark.parametrize("component", ["platform", "external"])
def test_a_lost_batch_that_names_it_counts_under_whichever_feed(platform, component):
    batch = {"id": "b1", "from": "2026-07-10T10:00:00+08:00", "to": "2026-07-10T11:00:00+08:00", "count": 2}
    lost = fault("inbox", component, batch=batch | {"numbers": [number(50), number(51)]})
    cause = "platform-fault" if component == "platform" else "external-service"
    assert first(platform, [lost], claim(50)) == ("unknown", cause)


@pytest.mark.parametrize(
    ("hours", "cause"),
    [
        (("10:30", "11:00"), ("unknown", "platform-fault")),
        (("15:00", "17:00"), ("not-found", "never-uploaded")),
    ],
)
def test_a_hole_that_a_lost_batch_explains_is_not_held_against_the_seller(platform, hours, cause):
    window = {name: f"2026-07-10T{hour}:00+08:00" for name, hour in zip(("from", "to"), hours, strict=True)}
    lost = fault("bj", "platform", batch={"id": "b1", "count": 3} | window)
    assert first(platform, [lost], claim(50)) == cause
