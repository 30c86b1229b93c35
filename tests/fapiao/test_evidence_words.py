"""Evidence reads as it weighs: each sentence's sense fits the sign of its weight, and no code stands in a sentence."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fapiao.asking import understand
from fapiao.cause import CAUSES, Evidence
from fapiao.causes import sync_delay
from fapiao.circumstances import Circumstances
from fapiao.claim import Claim
from fapiao.delay import BINS, DelayCurve, bin_of
from fapiao.situation import FeedFacts, Neighbour, SetAside, Situation
from fapiao.wording import BEIJING

NOW = datetime(2026, 7, 20, 15, 0, tzinfo=BEIJING)
NUMBER = "26112000000219703940"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
RAW_CODE = re.compile(r"\w+:\w+|[a-z]_[a-z]|!=")
BY_MARK = {"no-watermark", "watermark-before", "watermark-between", "watermark-past"}
BY_PACE = {"pace", "pace-against"}


def facts(mark: timedelta | None, delay: float | None, same_day: bool) -> FeedFacts:
    """A feed whose watermark is so old and whose deliveries all take so many seconds."""
    counts = [0.0] * BINS
    if delay is not None:
        counts[bin_of(delay)] = 500.0
    return FeedFacts(
        feed="bj",
        label="北京",
        regions=("11",),
        since=date(2026, 1, 1),
        same_day=same_day,
        watermark=None if mark is None else NOW - mark,
        spoke_at=NOW,
        pace=None if delay is None else DelayCurve(tuple(counts), 500),
    )


def neighbours(issued: datetime) -> dict[str, Any]:
    def one(gap: int) -> Neighbour:
        return Neighbour(
            key=str(int(NUMBER) + gap),
            gap=1,
            seller_tax_id="91330106673959654P",
            issued_on=issued.date(),
            issued_at=issued + gap * timedelta(minutes=3),
            feed="bj",
        )

    return {"below": (one(-1),), "above": (one(1),)}


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    issued = NOW - timedelta(minutes=draw(st.integers(1, 20 * 1440)))
    mark = draw(st.none() | st.timedeltas(timedelta(0), timedelta(days=20)))
    delay = draw(st.none() | st.floats(10, 3e6))
    known = neighbours(issued) if draw(st.booleans()) else {}
    claim = Claim(number=NUMBER, issued_on=issued.date(), total=Decimal("106.00"), kind="82")
    feed = facts(mark, delay, draw(st.booleans()))
    return Situation(as_of=NOW, understood=understand(claim), feeds=(feed,), **known)


def weighed(situation: Situation) -> tuple[Evidence, Evidence] | None:
    evidence = CAUSES["sync-delay"].weigh(Circumstances(situation)).evidence
    mark = [piece for piece in evidence if piece.code in BY_MARK]
    pace = [piece for piece in evidence if piece.code in BY_PACE]
    assert len(mark) == len(pace) == (1 if evidence else 0)
    return (mark[0], pace[0]) if evidence else None


def whole(situation: Situation) -> float:
    """What both pieces together must weigh: the feed's pace against how long it has taken, by the formula in the docs."""
    circumstances = Circumstances(situation)
    [feed] = situation.feeds
    pace, fresh = circumstances.pace(feed), 0.0
    for (moment, share), (counted, _) in zip(
        circumstances.moments, circumstances.measured(feed), strict=True
    ):
        past = (feed.watermark - moment).total_seconds() if feed.watermark else 0.0
        missed = 1.0 if past < 0 else math.exp(-past / 600.0)
        fresh += share * missed * pace.survival((NOW - counted).total_seconds() / pace.factor(counted))
    mean = pace.mean + (0.0 if feed.same_day else 43200.0)
    return max(-6.0, min(6.0, math.log(fresh * 7 * 86400.0 / mean + 0.03)))


@settings(max_examples=150, deadline=None)
@given(situation=situations())
def test_the_two_pieces_of_delay_add_up_to_the_whole_and_each_speaks_as_it_weighs(situation: Situation):
    pieces = weighed(situation)
    if pieces is None:
        return
    mark, pace = pieces
    assert mark.weight + pace.weight == pytest.approx(whole(situation))
    assert (mark.code in {"no-watermark", "watermark-before"}) == (mark.weight >= 0)
    assert (pace.code == "pace") == (pace.weight >= 0)
    if mark.code == "watermark-between":
        assert 0 < Circumstances(situation).passed(situation.feeds[0]) < sync_delay.NEARLY_ALL


@pytest.mark.parametrize(
    ("mark", "code", "words"),
    [
        (timedelta(days=2), "watermark-before", "可能还没到这张票的开具时间"),
        (timedelta(hours=4), "watermark-between", "那样就该到了"),
        (timedelta(0), "watermark-past", "晚于这张票的开具时间"),
        (None, "no-watermark", "没有报告数据到几点"),
    ],
)
def test_the_watermark_is_said_before_between_or_past(mark: timedelta | None, code: str, words: str):
    issued = NOW - timedelta(days=0 if code != "watermark-past" else 3)
    claim = understand(Claim(number=NUMBER, issued_on=issued.date(), kind="82"))
    pieces = weighed(Situation(as_of=NOW, understood=claim, feeds=(facts(mark, 3600, True),)))
    assert pieces is not None
    assert pieces[0].code == code
    assert words in pieces[0].message


@pytest.mark.parametrize(
    ("codes", "chinese", "english"),
    [
        (("sum:amount+tax!=total",), "金额 + 税额 ≠ 价税合计", "amount + tax is not the total"),
        (
            ("missing:seller.tax_id", "number:number-component"),
            "缺少销方税号；号码的某一段不可能出现",
            "no seller's tax number; A part of the number cannot occur",
        ),
        (("unreadable",), "读不出发票", "no invoice could be read"),
        (
            ("field:Expected `str`, got `int` - at `$.seller.tax_id`",),
            "销方税号写法不对",
            "seller's tax number is malformed",
        ),
        (("field:Expected `object`, got `array`",), "有一项写法不对", "a field is malformed"),
        ((), "数据有误", "its data hold an error"),
        (("code-of-tomorrow:x",), "数据有误", "its data hold an error"),
    ],
)
def test_a_refused_arrival_is_explained_in_words_of_both_languages(
    codes: tuple[str, ...], chinese: str, english: str
):
    aside = SetAside(key=NUMBER, reasons=codes, feed="bj", known_at=NOW)
    situation = Situation(as_of=NOW, understood=understand(Claim(number=NUMBER)), set_aside=(aside,))
    [piece] = CAUSES["refused"].weigh(Circumstances(situation)).evidence
    assert piece.message.endswith(f"：{chinese}")
    assert piece.message_en.endswith(f": {english}")
    assert not RAW_CODE.search(piece.message + piece.message_en)
    assert not CHINESE.search(piece.message_en)
