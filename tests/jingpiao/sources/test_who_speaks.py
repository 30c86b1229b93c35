"""What people do under a feed's name is no sign that the source itself lives."""

from __future__ import annotations

import pytest

from jingpiao.ledger.own import (
    CANARY,
    HERE,
    IMPORT,
    canary_feed,
    connection_event,
    is_own_event,
    is_own_feed,
    verification_feed,
)
from telling.story import BUYER, claim, event, invoice, lines, number, told

DEEDS = (
    event("trash", "14T15:00", code=None, number=number(47), by=BUYER),
    event("untrash", "14T15:10", code=None, number=number(47), by=BUYER),
    event("import-row", "14T15:20", tax_id=BUYER, code=None, number=number(48), result="accepted"),
    event("taxpayer", "14T15:30", tax_id=BUYER, name="乙公司", region="11", active=True),
    event("outcome", "14T15:40", claim=claim(50), cause="sync-delay"),
)


def state(platform, moment: str) -> str:
    asked = claim(50, issued_on="2026-07-14", as_of=f"2026-07-{moment}:00+08:00")
    (answer,) = platform.lines("check", "--claims", "-", stdin=lines([asked]))
    (feed,) = answer["coverage"]
    return str(feed["state"])


def test_a_source_stays_silent_whatever_people_do_under_its_name(platform):
    platform.run("load", "-", stdin=lines([*told(), *DEEDS]))
    assert state(platform, "14T12:01") == "current"
    assert state(platform, "14T15:41") == "outage"
    spoken = event("watermark", "14T15:42", complete_to="2026-07-14T15:40:00+08:00")
    platform.run("load", "-", stdin=lines([spoken]))
    assert state(platform, "14T15:43") == "current"


def test_what_the_platform_says_of_a_source_is_no_sign_of_its_life_either(platform):
    ours = [
        event("fault", "14T15:00", id=connection_event("bj", "fault", 7), component="feed", message="连不上"),
        event("fault-cleared", "14T15:30", id=connection_event("bj", "fault-cleared", 8), component="feed"),
    ]
    platform.run("load", "-", stdin=lines([*told(), *ours]))
    assert state(platform, "14T15:31") == "outage"
    alike = event("watermark", "14T15:32", id="connexion:bj", complete_to="2026-07-14T15:30:00+08:00")
    platform.run("load", "-", stdin=lines([alike]))
    assert state(platform, "14T15:33") == "current"


@pytest.mark.parametrize("feed", [HERE, canary_feed("bj"), CANARY])
def test_nobody_speaks_under_a_name_that_is_out_of_sight(platform, feed: str):
    hidden = event("invoice", "10T11:30", feed=feed, id="x", invoice=invoice(90))
    [summary] = platform.lines("load", "-", "--json", stdin=lines([*told(), hidden]))
    assert (summary["unread"], "own name" in summary["unread_lines"][0]["reason"]) == (1, True)
    [answer] = platform.lines("check", "--number", number(90), "--json")
    assert answer["existence"] != "found"


def test_no_source_can_be_given_a_name_of_ours():
    for feed in (HERE, IMPORT, canary_feed("bj"), verification_feed("baidu")):
        assert is_own_feed(feed)
    assert not is_own_feed("bj")
    assert is_own_event(connection_event("bj"))
    assert not is_own_event("connect")
