"""Times as RFC 3339 allows them, in events and questions; a row that cannot be read comes back under its own id."""

from __future__ import annotations

import msgspec

from telling.story import claim, event, invoice, lines, told

ZONES = (
    "2026-07-10t03:30:00z",
    "2026-07-10T03:30:00.123456789Z",
    "2026-07-09T23:30:00-04:00",
    "2026-07-10T12:30:00.5+09:00",
)


def test_every_legal_way_to_write_a_time_is_read(platform):
    late = [event("invoice", "10T11:30", invoice=invoice(60 + place)) for place in range(len(ZONES))]
    for each, at in zip(late, ZONES, strict=True):
        each["at"] = at
    summary = platform.lines("load", "-", "--json", stdin=lines([*told(), *late]))[0]
    assert summary["unread"] == 0
    asked = [claim(60 + place, as_of="2026-07-10t11:30:01+08:00") for place in range(len(ZONES))]
    answers = platform.lines("check", "--claims", "-", stdin=lines(asked))
    assert [each["existence"] for each in answers] == ["found"] * len(ZONES)


def test_a_row_that_cannot_be_read_keeps_its_id_and_its_place(platform):
    platform.run("load", "-", stdin=lines(told()))
    asked = [
        claim(41, ref="a"),
        claim(42, ref="b", as_of="2026-07-14 at noon"),
        claim(43, ref=7, lookup="everywhere"),
        claim(44, ref="d"),
    ]
    done = platform.run("check", "--json", "--claims", "-", stdin=lines(asked))
    assert done.returncode == 1
    answers = [msgspec.json.decode(line) for line in done.stdout.splitlines()]
    assert [each["ref"] for each in answers] == ["a", "b", 7, "d"]
    assert [each.get("error", {}).get("code") for each in answers] == [
        None,
        "claim-field",
        "claim-field",
        None,
    ]
