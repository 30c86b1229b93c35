"""Parts of a feed: a silent region or kind is told apart from chance, a straggler from a feed that stands still."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from fapiao.answer import Answer, RankedCause
from fapiao.asking import understand
from fapiao.claim import Claim
from fapiao.delay import DelayCurve, arrives_by, arrives_by_clock, bin_of
from fapiao.diagnosis import diagnose
from fapiao.situation import FaultFact, FeedFacts, Flow, Held, Neighbour, Situation
from fapiao.wording import BEIJING

NOW = datetime(2026, 7, 22, 15, 0, tzinfo=BEIJING)
NUMBER, SELLER = "26332000000219703940", "91330106673959654P"
HOUR = timedelta(hours=1)


def pace(hours: float) -> DelayCurve:
    counts = [0.0] * 625
    for share in (0.5, 0.8, 1.0, 1.2, 1.5):
        counts[bin_of(hours * share * 3600)] += 40.0
    return DelayCurve(tuple(counts), 200)


def feed(**change: Any) -> FeedFacts:
    facts = FeedFacts(
        feed="east",
        label="华东",
        regions=("31", "33"),
        since=date(2026, 1, 1),
        every_seconds=3600,
        watermark=NOW - 7 * HOUR,
        spoke_at=NOW - timedelta(minutes=20),
        usual_gap=9 * 3600.0,
        pace=pace(2),
    )
    return msgspec.structs.replace(facts, **change)


def flow(missed: float | None, **part: Any) -> Flow:
    given: dict[str, Any] = {"daily": 40.0, "quiet_since": NOW - 6 * HOUR} | part
    return Flow(feed="east", missed=missed, **given)


def ask(*flows: Flow, feeds: tuple[FeedFacts, ...] = (feed(),), claim: Any = (), **situation: Any) -> Answer:
    told = {"number": NUMBER, "issued_on": NOW.date(), "total": Decimal("106.00")} | dict(claim)
    return diagnose(
        Situation(as_of=NOW, understood=understand(Claim(**told)), feeds=feeds, flows=flows, **situation)
    )


def cause(answer: Answer, code: str) -> RankedCause:
    return next(each for each in answer.causes if each.code == code)


def weights(answer: Answer, code: str) -> dict[str, float]:
    return {piece.code: piece.weight for piece in cause(answer, code).evidence}


def test_a_region_that_is_silent_while_the_rest_flows_is_an_outage_and_is_named():
    answer = ask(flow(0.0), flow(25.0, region="33"))
    assert (answer.existence, answer.causes[0].code) == ("unknown", "source-outage")
    said = answer.causes[0].evidence[0]
    assert said.code == "part-silent"
    assert "浙江" in said.message
    assert "Zhejiang" in said.message_en
    assert answer.causes[0].recheck_at is not None
    assert "feed-down" in weights(answer, "sync-delay")


@pytest.mark.parametrize("missed", [0.0, 1.0, 3.0])
def test_a_short_silence_does_not_hide_a_fault_that_was_told(missed: float):
    told = FaultFact(component="external", message="当日查验次数已用完", since=NOW - 3 * HOUR)
    answer = ask(flow(0.0), flow(missed, region="33"), feeds=(feed(faults=(told,)),))
    assert (answer.existence, answer.causes[0].code) == ("unknown", "external-service")
    assert answer.causes[0].probability > 0.8


def test_a_short_silence_of_a_region_is_a_possibility_that_is_not_forgotten():
    answer = ask(flow(0.0), flow(2.0, region="33"))
    assert answer.causes[0].code == "sync-delay"
    assert 0.01 < cause(answer, "source-outage").probability < 0.3
    assert weights(answer, "source-outage")["part-silent"] < 0


def test_a_region_that_flows_is_not_blamed_for_a_watermark_that_a_straggler_holds():
    held_up = (feed(usual_gap=3600.0),)
    flows = ask(flow(0.0), flow(0.0, region="33"), feeds=held_up)
    stands = ask(flow(30.0), flow(0.0, region="33"), feeds=held_up)
    assert flows.causes[0].code == "sync-delay"
    assert stands.causes[0].code == "source-outage"


def test_a_feed_that_speaks_on_and_brings_nothing_is_an_outage_and_a_rest_is_none():
    answer = ask(flow(20.0))
    assert answer.causes[0].code == "source-outage"
    said = answer.causes[0].evidence[0]
    assert said.code == "dry"
    assert "20 张" in said.message
    assert "some 20" in said.message_en
    assert ask(flow(0.4)).causes[0].code == "sync-delay"


def test_few_missing_arrivals_are_taken_for_chance():
    assert ask(flow(0.0), flow(1.5, region="33")).causes[0].code == "sync-delay"


def test_more_missing_arrivals_never_speak_less_for_an_outage():
    shares = [
        cause(ask(flow(0.0), flow(missed, region="33")), "source-outage").probability
        for missed in (4.0, 8.0, 16.0, 64.0)
    ]
    assert shares == sorted(shares)


def test_a_silent_kind_counts_by_its_share_where_the_kind_is_not_known():
    kinds = (flow(12.0, kind="81", daily=10.0), flow(0.0, kind="82", daily=30.0))
    known = weights(ask(flow(0.0), *kinds, claim={"kind": "81"}), "source-outage")
    unknown = weights(ask(flow(0.0), *kinds), "source-outage")
    other = ask(flow(0.0), *kinds, claim={"kind": "82"})
    assert known["part-silent"] > unknown["part-silent"] > 0
    assert all(piece.code != "part-silent" for each in other.causes for piece in each.evidence)


def test_a_silence_at_a_time_that_was_never_seen_before_is_no_certain_outage():
    standing = (feed(usual_gap=3600.0, watermark=NOW - 30 * HOUR, pace=None),)
    certain, doubtful = ask(flow(30.0), feeds=standing), ask(flow(None), feeds=standing)
    assert cause(certain, "source-outage").probability > 0.85
    assert cause(doubtful, "source-outage").probability < 0.75


def neighbour(gap: int, moment: datetime) -> Neighbour:
    return Neighbour(
        key=str(int(NUMBER) + gap),
        gap=abs(gap),
        seller_tax_id=SELLER,
        issued_on=moment.date(),
        issued_at=moment,
        feed="east",
    )


def test_the_invoice_that_a_watermark_waits_for_is_likelier_under_way_than_unsent():
    stands = NOW - 9 * HOUR
    around = {"below": (neighbour(-1, stands - HOUR / 2),), "above": (neighbour(1, stands + HOUR / 2),)}
    elsewhere = {"below": (neighbour(-1, stands - 3 * HOUR),), "above": (neighbour(1, stands - 2 * HOUR),)}
    waiting = ask(flow(0.0, daily=30.0), feeds=(feed(watermark=stands),), **around)
    passed = ask(flow(0.0, daily=30.0), feeds=(feed(watermark=stands),), **elsewhere)
    assert waiting.causes[0].code == "sync-delay"
    assert "awaited" in weights(waiting, "sync-delay")
    assert passed.causes[0].code == "never-uploaded"
    broken = feed(watermark=stands, faults=(FaultFact(component="feed", message="坏", since=NOW - HOUR),))
    down = ask(flow(0.0, daily=30.0), feeds=(broken,), **around)
    assert all(piece.code != "awaited" for each in down.causes for piece in each.evidence)


def test_a_kind_is_not_looked_for_in_a_feed_that_never_brought_it():
    rail = msgspec.structs.replace(feed(), feed="rail", regions=(), kinds=("51",), spoke_at=NOW - 30 * HOUR)
    seen = (
        flow(0.0, kind="51", daily=0.0),
        Flow(feed="rail", kind="51", daily=50.0, quiet_since=NOW - 30 * HOUR, missed=0.0),
    )
    answer = ask(*seen, feeds=(feed(), rail), claim={"kind": "51"})
    assert [each.feed for each in answer.coverage] == ["rail"]
    assert answer.causes[0].code == "source-outage"
    assert (
        len(ask(feeds=(feed(), rail), claim={"kind": "51"}).coverage) == 2
    )  # nothing known: both may carry it


def test_what_a_watermark_passed_in_part_may_still_wait_for_a_feed_that_is_down():
    broken = feed(
        watermark=datetime(2026, 7, 22, 11, 0, tzinfo=BEIJING),
        faults=(FaultFact(component="feed", message="坏", since=NOW - 3 * HOUR),),
    )
    assert ask(feeds=(broken,)).causes[0].code == "source-outage"
    long_past = ask(feeds=(broken,), claim={"issued_on": date(2026, 7, 20)})
    assert long_past.causes[0].code != "source-outage"


def near(region: str = "33") -> Held:
    return Held(
        key=NUMBER[:8] + "9" + NUMBER[9:],
        kind="82",
        region=region,
        issued_on=date(2026, 7, 20),
        amount=Decimal("100.00"),
        total=Decimal("106.00"),
        seller_tax_id=SELLER,
        feed="east",
        known_at=NOW - 40 * HOUR,
    )


def test_a_bare_number_with_one_held_neighbour_in_all_the_world_was_typed_wrong():
    bare = {"issued_on": None, "total": None}
    alone = ask(claim=bare, near=(near(),))
    assert alone.causes[0].code == "typed-wrong"
    assert "only-near" in weights(alone, "typed-wrong")
    crowded = ask(claim=bare, near=(near(),), below=(neighbour(-3, NOW - 40 * HOUR),))
    assert "only-near" not in weights(crowded, "typed-wrong")


@pytest.mark.parametrize("typed", ["03110396137993357161", "03119771070719521440"])
def test_a_number_of_a_year_before_digital_invoices_is_no_code_and_number_of_an_unknown_kind(typed):
    answer = ask(claim={"number": typed})
    assert answer.causes[0].code == "malformed"


def test_a_feed_that_delivers_by_night_is_looked_at_again_after_its_hours():
    clock = tuple(12.0 if hour in (2, 3) else 0.0 for hour in range(24))
    issued = ((NOW - 2 * HOUR, 1.0),)
    flat = arrives_by(pace(14), issued, NOW)
    by_clock = arrives_by_clock(pace(14), issued, NOW, clock)
    assert flat is not None
    assert by_clock is not None
    assert by_clock.astimezone(BEIJING).hour in (2, 3, 4)
    assert arrives_by_clock(pace(14), issued, NOW, (0.0,) * 24) is None
    even = arrives_by_clock(pace(14), issued, NOW, (1.0,) * 24)
    assert even is not None
    assert abs(even - flat) < HOUR


def test_a_lost_batch_is_given_longer_than_a_feed_that_is_down():
    since = NOW - 20 * HOUR
    lost = FaultFact(component="feed", message="丢", since=since, batch="b", numbers=(NUMBER,))
    batch = ask(feeds=(feed(faults=(lost,)),))
    down = ask(feeds=(feed(faults=(FaultFact(component="feed", message="坏", since=since),)),))
    again = batch.causes[0].recheck_at, down.causes[0].recheck_at
    assert again[0] is not None
    assert again[1] is not None
    assert again[0] > again[1]
