"""What people do under a feed's name is no sign that the source itself lives."""

from __future__ import annotations

from telling.story import BUYER, claim, event, lines, number, told

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
