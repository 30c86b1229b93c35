"""What feeds brought of each region and kind: counted as it arrives, seen as of any moment, told on both databases."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from fapiao.situation import FeedFacts, Flow
from jingpiao.columns import to_micros
from jingpiao.ledger.intake import Incoming
from jingpiao.sync.arriving import count_arrivals
from jingpiao.sync.flows import Flows
from jingpiao.sync.models import ArrivalHour
from jingpiao.sync.projecting import invoice_of
from jingpiao.sync.services import load_events
from telling.lots import FIRST, arrivals, declared, invoice, number

MONDAY = FIRST + timedelta(days=14)
"""Two weeks were seen."""
SILENT = MONDAY + timedelta(hours=10)
EAST = FeedFacts(feed="east")


def world(silent: str = "33") -> list[dict[str, Any]]:
    return [declared(), *arrivals(FIRST, MONDAY + timedelta(days=1), silent=silent, from_=SILENT)]


def told(events: list[dict[str, Any]]) -> bytes:
    return b"\n".join(msgspec.json.encode(each) for each in events)


def load(events: list[dict[str, Any]]) -> None:
    load_events([msgspec.json.encode(each) for each in events], source="test", now=MONDAY + timedelta(days=2))


def flows() -> Flows:
    found = Flows()
    found.refresh()
    return found


def seen(at: datetime, feed: FeedFacts = EAST, kind: str = "") -> dict[tuple[str, str], Flow]:
    return {(each.region, each.kind): each for each in flows().of(feed, "33", kind, to_micros(at))}


@pytest.mark.django_db(transaction=True)
def test_a_part_misses_what_its_share_of_the_others_would_have_been():
    load(world())
    found = seen(MONDAY + timedelta(hours=16))
    assert found["33", ""].quiet_since == SILENT
    assert found["33", ""].missed == pytest.approx(12, abs=1)  # six hours, two an hour
    assert found["33", ""].daily == pytest.approx(24, abs=2)
    assert found["", "82"].missed < 1
    assert found["", ""].missed == 0


@pytest.mark.django_db(transaction=True)
def test_a_moment_sees_only_hours_that_had_ended():
    load(world())
    later = seen(SILENT + timedelta(minutes=59))
    assert later["33", ""].missed == 0
    load(list(arrivals(MONDAY + timedelta(days=1), MONDAY + timedelta(days=2))))
    assert seen(SILENT + timedelta(minutes=59)) == later
    assert seen(FIRST) == {}


@pytest.mark.django_db(transaction=True)
def test_silence_before_the_watermark_counts_for_nothing():
    load(world())
    at = MONDAY + timedelta(hours=16)
    marked = FeedFacts(feed="east", watermark=MONDAY + timedelta(hours=15))
    assert seen(at, marked)["33", ""].missed < 3


@pytest.mark.django_db(transaction=True)
def test_a_backlog_of_the_others_makes_no_silence():
    load([declared(), *arrivals(FIRST, MONDAY)])
    night = MONDAY + timedelta(hours=2)
    lines = [
        {
            "feed": "east",
            "at": (night + timedelta(minutes=place)).isoformat(),
            "type": "invoice",
            "invoice": invoice("31", "81", 90_000 + place, MONDAY - timedelta(hours=9)),
        }
        for place in range(50)
    ]
    load(lines)
    assert seen(MONDAY + timedelta(hours=4))["33", ""].missed < 1


@pytest.mark.django_db(transaction=True)
def test_the_feed_that_rests_at_the_weeks_end_is_not_judged_before_one_was_seen():
    saturday = FIRST + timedelta(days=5)
    load([declared(), *arrivals(FIRST, saturday)])
    assert seen(saturday + timedelta(hours=15))["", ""].missed is None
    assert seen(FIRST + timedelta(days=3, hours=15))["", ""].missed is not None


@pytest.mark.django_db(transaction=True)
def test_a_feed_that_delivers_by_the_clock_is_known_by_its_hours():
    load(world(silent=""))
    clock = seen(MONDAY + timedelta(hours=16))["", ""].clock
    assert len(clock) == 24
    assert sum(clock) == pytest.approx(24, abs=0.2)
    assert clock[3] == 0 < clock[12]


@pytest.mark.django_db(transaction=True)
def test_counting_does_not_hang_on_the_order_or_the_cut_of_deliveries():
    events = [each for each in world() if each["type"] == "invoice"]
    incoming = [
        Incoming(invoice_of(each["invoice"]), "east", datetime.fromisoformat(each["at"])) for each in events
    ]
    count_arrivals(incoming)
    whole = seen(MONDAY + timedelta(hours=16))
    from django.db import connection

    connection.cursor().execute("DELETE FROM sync_arrivalhour")
    random.Random(7).shuffle(incoming)
    while incoming:
        part, incoming = incoming[:37], incoming[37:]
        count_arrivals(part)
    count_arrivals([])
    assert seen(MONDAY + timedelta(hours=16)) == whole


@pytest.mark.django_db(transaction=True)
def test_what_is_older_than_a_year_and_a_month_is_forgotten():
    long_ago = FIRST - timedelta(days=420)
    count_arrivals(
        [Incoming(invoice_of(invoice("33", "81", place, long_ago)), "east", long_ago) for place in range(30)]
    )
    found = flows()
    assert found.of(EAST, "33", "", to_micros(long_ago + timedelta(hours=2)))
    load(world())
    found.refresh()
    assert found.of(EAST, "33", "", to_micros(long_ago + timedelta(hours=2))) == ()
    assert found.of(EAST, "33", "", to_micros(MONDAY))


def test_both_databases_say_that_a_part_is_silent_and_as_of_before_they_do_not(platform):
    platform.run("load", "-", stdin=told(world()))
    claim = {
        "number": number("33", 400_000),
        "issued_on": MONDAY.date().isoformat(),
        "total": "77.00",
        "kind": "81",
    }
    moments = (SILENT + timedelta(minutes=59), MONDAY + timedelta(hours=19))
    asked = [claim | {"as_of": each.isoformat()} for each in moments]
    run = platform.run("--json", "check", "--claims", "-", stdin=told(asked))
    early, late = [msgspec.json.decode(line) for line in run.stdout.splitlines()]
    codes = [
        {piece["code"] for each in answer["causes"] for piece in each["evidence"]} for answer in (early, late)
    ]
    assert "part-silent" not in codes[0]
    assert "part-silent" in codes[1]
    assert late["causes"][0]["code"] == "source-outage"
    assert late["existence"] == "unknown"
    assert "浙江" in late["causes"][0]["evidence"][0]["message"]
    unlike = platform.run(
        "--json", "check", "--claims", "-", stdin=told([asked[1] | {"number": number("31", 400_000)}])
    )
    assert msgspec.json.decode(unlike.stdout)["causes"][0]["code"] != "source-outage"


def test_a_home_from_before_is_counted_from_what_it_holds(platform):
    platform.run("load", "-", stdin=told(world()))
    same = platform.python(
        "from importlib import import_module\n"
        "from django.db import connection\n"
        "from jingpiao import sql\n"
        "columns = 'feed, hour, region, kind, count'\n"
        "asked = f'SELECT {columns} FROM sync_arrivalhour ORDER BY {columns}'\n"
        "counted = sql.rows(asked)\n"
        "filling = import_module('jingpiao.sync.migrations.0014_count_arrivals_by_part')\n"
        "with connection.cursor() as cursor:\n"
        "    cursor.execute('DELETE FROM sync_arrivalhour')\n"
        "    cursor.execute(filling.COUNT_WHAT_IS_HELD)\n"
        "print(len(counted) > 100 and sql.rows(asked) == counted)\n"
    )
    assert same == "True"


@pytest.mark.django_db(transaction=True)
def test_canaries_are_not_counted_since_they_leave_the_journal_again():
    held = invoice_of(invoice("33", "81", 1, MONDAY))
    count_arrivals([Incoming(held, feed, MONDAY) for feed in ("east", "canary:east")])
    assert list(ArrivalHour.objects.values_list("feed", "count")) == [("east", 1)]
