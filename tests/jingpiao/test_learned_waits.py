"""Confirmed waits move the time to look again, of the same cause, from the day after they are known on and never before."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from telling.story import claim, event, invoice, lines, number

START = datetime.fromisoformat("2026-07-01T00:00:00+08:00")
DAYS = range(1, 21)


def at(day: int, hour: float) -> datetime:
    return START + timedelta(days=day, hours=hour)


def slow_days(wait: float) -> list[dict[str, Any]]:
    """Return twenty days on which a feed that mostly takes an hour took ``wait`` hours for whatever was asked for."""
    declared = {"label": "北京", "regions": ["11"], "kinds": [], "since": "2026-06-01", "every_seconds": 3600}
    events = [event("feed", "01T00:00", **declared)]
    for day in DAYS:
        for place in range(10):
            hours = wait if place == 9 else 1.0
            told = invoice(
                day * 20 + place,
                issued_on=at(day, 9).date().isoformat(),
                issued_at=at(day, 9 + place / 60).isoformat(),
            )
            events.append(
                event("invoice", "01T00:00", invoice=told)
                | {"at": at(day, 9 + place / 60 + hours).isoformat()}
            )
        mark = {"at": at(day, 9).isoformat(), "complete_to": at(day, 8).isoformat()}
        events.append(event("watermark", "01T00:00") | mark)
        confirmed = {"at": at(day, 22).isoformat(), "cause": "sync-delay", "claim": late(day)}
        events.append(event("outcome", "01T00:00") | confirmed)
    return events


def late(day: int) -> dict[str, Any]:
    """Return the question for a day's last invoice, a little while after its issue."""
    return claim(
        day * 20 + 9,
        issued_on=at(day, 9).date().isoformat(),
        as_of=at(day, 9.25).isoformat(),
        tax_ids=[],
    )


def waits(platform, asked: list[dict[str, Any]]) -> list[float]:
    """Return the hours that each is told to wait if it is merely late."""
    told = []
    for answer in platform.lines("check", "--claims", "-", stdin=lines(asked)):
        cause = next(each for each in answer["causes"] if each["code"] == "sync-delay")
        told.append((moment(cause["recheck_at"]) - moment(answer["as_of"])).total_seconds() / 3600)
    return told


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_those_who_waited_longer_than_told_let_the_next_be_told_longer(platform):
    events = slow_days(8.0)
    platform.run("load", "-", stdin=lines([each for each in events if each["type"] != "outcome"]))
    before = waits(platform, [late(2), late(20)])
    platform.run("load", "-", stdin=lines([each for each in events if each["type"] == "outcome"]))
    after = waits(platform, [late(2), late(20)])
    assert after[1] > 1.3 * before[1]
    assert after[0] == before[0]  # on the second day hardly anything was known: nothing learnt later is used


def test_a_wait_names_no_invoice(platform):
    platform.run("load", "-", stdin=lines(slow_days(8.0)))
    (answer,) = platform.lines("check", "--claims", "-", stdin=lines([late(20)]))
    assert number(20 * 20 + 8) not in str(answer)
