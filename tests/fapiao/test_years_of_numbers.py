"""Twenty digits of a year before 数电 numbers began are impossible, unless they are a code and a number typed in one run."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from fapiao.answer import Answer
from fapiao.asking import understand
from fapiao.claim import Claim
from fapiao.diagnosis import diagnose
from fapiao.numbers import legacy
from fapiao.situation import FeedFacts, Situation

NOW = datetime(2026, 7, 20, 15, 0, tzinfo=timezone(timedelta(hours=8)))
FEED = FeedFacts(
    feed="bj",
    label="北京",
    since=date(2015, 1, 1),
    every_seconds=600,
    watermark=NOW - timedelta(minutes=30),
    spoke_at=NOW - timedelta(minutes=5),
    usual_gap=3000.0,
)
GLUED = "01100200021105168908"
"""A Beijing code of 2020 and its number; as one number its year would be 2001."""


def ask(number: str, **claim: Any) -> Answer:
    told = Claim(number=number, **claim)
    return diagnose(Situation(as_of=NOW, understood=understand(told), feeds=(FEED,)))


@pytest.mark.parametrize("year", range(21))
@pytest.mark.parametrize("region", ["11", "32", "44", "50"])
def test_no_number_is_of_a_year_before_2021(year: int, region: str):
    number = f"{year:02d}{region}2150002197039401"
    for more in ({}, {"issued_on": date(2026, 7, 10)}, {"issued_on": date(2026, 7, 10), "kind": "82"}):
        answer = ask(number, **more)
        assert answer.existence == "not-found"
        assert answer.causes[0].code == "malformed", number
        assert f"前两位“{year:02d}”" in answer.causes[0].evidence[0].message


def test_a_code_and_its_number_typed_in_one_run_are_no_impossible_number():
    for more in ({}, {"issued_on": date(2020, 7, 10)}, {"kind": "10"}):
        answer = ask(GLUED, **more)
        assert "malformed" not in {each.code for each in answer.causes}


def test_who_says_that_it_is_a_digital_invoice_means_one_number():
    assert ask(GLUED, kind="82").causes[0].code == "malformed"


@pytest.mark.parametrize(
    "run",
    [
        "01100450021105168908",  # a code of 2045
        "01100000021105168908",  # of no year
        "09900200021105168908",  # of no region
        "01100200029905168908",  # of no kind
        "01100200021100000000",  # a number of zeros
    ],
)
def test_a_run_that_can_be_neither_is_impossible(run: str):
    assert legacy.run_together(run, newest_year=26) is None
    assert ask(run).causes[0].code == "malformed"
