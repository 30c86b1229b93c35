"""Silences: a feed that says of another fault before it falls silent has explained itself; one that spoke on has not."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from fapiao.asking import understand
from fapiao.claim import Claim
from fapiao.diagnosis import diagnose
from fapiao.situation import FaultFact, FeedFacts, Flow, Situation
from fapiao.wording import BEIJING

NOW = datetime(2026, 7, 22, 15, 0, tzinfo=BEIJING)
TOLD = NOW - timedelta(hours=8)
CAUSES = [("external", "external-service"), ("platform", "platform-fault")]


def chances(component: str, spoke_at: datetime) -> dict[str, float]:
    """Ask for an invoice of this morning whose feed told a fault eight hours ago and was last heard then."""
    fault = FaultFact(component=component, message="第三方接口无应答", since=TOLD)
    east = FeedFacts(
        feed="east",
        label="华东",
        regions=("33",),
        since=date(2026, 1, 1),
        every_seconds=600,
        watermark=TOLD - timedelta(hours=1),
        spoke_at=spoke_at,
        usual_gap=9 * 3600.0,
        faults=(fault,),
    )
    claim = Claim(number="26332000000219703940", issued_on=NOW.date(), total=Decimal("106.00"))
    answer = diagnose(Situation(as_of=NOW, understood=understand(claim), feeds=(east,)))
    return {cause.code: cause.probability for cause in answer.causes}


@pytest.mark.parametrize(("component", "told"), CAUSES)
def test_a_silence_that_began_with_word_of_another_fault_is_that_fault(component: str, told: str):
    assert chances(component, TOLD)[told] > 0.9


@pytest.mark.parametrize(("component", "told"), CAUSES)
def test_a_silence_that_began_later_may_be_a_second_fault(component: str, told: str):
    found = chances(component, TOLD + timedelta(hours=4))
    assert found["source-outage"] > found[told] / 2


def outage(stands: float, *, quiet: float, longest: float | None) -> float:
    """Ask for an invoice whose feed speaks on while its watermark stands; all in hours before now."""
    east = FeedFacts(
        feed="east",
        regions=("33",),
        since=date(2026, 1, 1),
        every_seconds=600,
        watermark=NOW - timedelta(hours=stands),
        spoke_at=NOW,
        usual_gap=3600.0,
        longest_gap=longest and longest * 3600.0,
    )
    few = Flow(feed="east", daily=4.0, missed=0.5, quiet_since=NOW - timedelta(hours=quiet))
    claim = Claim(number="26332000000219703940", issued_on=NOW.date(), total=Decimal("106.00"))
    situation = Situation(as_of=NOW, understood=understand(claim), feeds=(east,), flows=(few,))
    causes = {cause.code: cause.probability for cause in diagnose(situation).causes}
    return causes["source-outage"]


def test_a_watermark_that_stands_longer_than_any_straggler_held_it_is_an_outage_though_few_are_missed():
    assert outage(5.0, quiet=4.0, longest=1.5) > 0.8
    assert outage(5.0, quiet=4.0, longest=6.0) < 0.5  # it stood so long before
    assert outage(5.0, quiet=0.5, longest=1.5) < 0.5  # others came since: one straggler holds it
    assert outage(5.0, quiet=4.0, longest=None) < 0.5  # nobody knows yet how long it may stand
