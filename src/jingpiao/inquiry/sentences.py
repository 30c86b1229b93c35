"""Sentences (说明) that explain an answer before any table: when issued, how far the feed is, by when nine in ten come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from fapiao import feeds, wording
from fapiao.circumstances import Circumstances
from fapiao.situation import FeedFacts
from fapiao.vocabulary import STATES
from jingpiao.inquiry.curve import FEWEST, delay_by, slowness
from jingpiao.inquiry.issue import issue_of
from jingpiao.inquiry.way import carrier

OF_THE_WAY = {"sync-delay", "too-early", "source-outage", "never-uploaded", "platform-fault", "policy"}
"""Causes that lie on the way: there it helps to say how far the feed has come."""


class Sentence(msgspec.Struct, frozen=True):
    """One sentence in both languages (一句话)."""

    text: str
    text_en: str


def sentences(answer: dict[str, Any], circumstances: Circumstances) -> list[Sentence]:
    """Return what explains the verdict, in the order in which it is read."""
    if answer["existence"] == "found":
        return list(_held(answer, circumstances))
    top = answer["causes"][0] if answer["causes"] else None
    if top is None or top["code"] not in OF_THE_WAY:
        return []
    if top["code"] == "policy":
        return [*_announced(answer)]
    return [*_issued(circumstances), *_feed(circumstances), *_due(top)]


def next_step(answer: dict[str, Any]) -> Sentence:
    """Return the one thing to do; the time to look again stands in the sentences already."""
    top = answer["causes"][0] if answer["causes"] else None
    if top and top["recheck_at"] and top["code"] in OF_THE_WAY:
        return Sentence(top["remedy"], top["remedy_en"])
    return Sentence(answer["next_step"], answer["next_step_en"])


def _held(answer: dict[str, Any], circumstances: Circumstances) -> Iterator[Sentence]:
    told, wrong = answer["agreement"], len(answer["differences"])
    if told == "full":
        yield Sentence("您填的每一项都与票面一致。", "Everything you gave agrees with the invoice.")
    elif wrong:
        yield Sentence(
            f"号码在账，但您填的有 {wrong} 项与票面不一致。",
            f"The number is held, but {wrong} of the fields you gave differ{'' if wrong > 1 else 's'}.",
        )
    else:
        yield Sentence(
            "只核对了号码。填上日期和金额，可以核对得更多。",
            "Only the number was compared. Add date and amount to compare more.",
        )
    held = circumstances.match
    if held is not None and held.state != "normal" and held.state_at and circumstances.is_party(held):
        yield Sentence(
            f"状态从 {wording.moment(held.state_at)} 起改变。",
            f"Its state changed at {wording.moment_en(held.state_at)}.",
        )
    if held is not None and held.next_state:
        coming, (zh, en) = held.next_state, STATES.get(held.next_state.state, STATES["unknown"])
        yield Sentence(
            f"已得知：从 {wording.moment(coming.effective_at)} 起，状态变为“{zh}”。",
            f"It is known to become “{en}” from {wording.moment_en(coming.effective_at)}.",
        )


def _announced(answer: dict[str, Any]) -> Iterator[Sentence]:
    """Say what the announcements say: they are what to go by."""
    for each in answer["announcements"]:
        body = each["body"].strip().rstrip("。.")
        more = f"：{body}" if body and body != each["title"] else ""
        more_en = f": {body}" if more else ""
        yield Sentence(f"公告《{each['title']}》{more}。", f"Announcement “{each['title']}”{more_en}.")


def _issued(circumstances: Circumstances) -> Iterator[Sentence]:
    day = circumstances.issued_on
    if day is None:
        yield Sentence(
            "您没有填开票日期，时间上说不准。", "You gave no date, so little can be said about time."
        )
        return
    issue = issue_of(circumstances)
    at = issue.at
    if issue.between:
        first, last = issue.between[0], issue.between[1].astimezone(wording.BEIJING)
        yield Sentence(
            f"这张票在 {wording.moment(first)} 到 {last:%H:%M} 之间开具（按同号段前后的票推断）。",
            f"This invoice was issued between {wording.moment_en(first)} and {last:%H:%M} (inferred from its neighbours).",
        )
    elif at is None:
        yield Sentence(f"这张票 {day.month}月{day.day}日开具。", f"This invoice was issued on {day:%d %b}.")
    else:
        yield Sentence(
            f"这张票大约 {wording.moment(at)} 开具（按同号段前后的票推断）。",
            f"This invoice was issued about {wording.moment_en(at)} (inferred from its neighbours).",
        )


def _feed(circumstances: Circumstances) -> Iterator[Sentence]:
    feed = carrier(circumstances)
    if feed is None:
        return
    label, now = feed.label or feed.feed, circumstances.as_of
    if feed.watermark is None:
        yield Sentence(f"{label}没有报告数据到几点。", f"{label} does not tell how far it has come.")
        return
    lag = feeds.lag(feed, now) or 0
    zh, en = _usual(circumstances, feed)
    yield Sentence(
        f"{label}的数据目前到 {wording.moment(feed.watermark)}，落后 {wording.span(lag)}{zh}。",
        f"{label} is complete to {wording.moment_en(feed.watermark)}, {wording.span_en(lag)} behind{en}.",
    )


def _usual(circumstances: Circumstances, feed: FeedFacts) -> tuple[str, str]:
    if feed.pace is None or feed.pace.seen < FEWEST:
        return "", ""
    pace = circumstances.pace(feed)
    seconds = slowness(circumstances, pace) * delay_by(pace, 0.9)
    begin = ("开具后", "of issue") if feed.same_day else ("开具次日零点后", "of the midnight after issue")
    return (
        f"；以往九成的票在{begin[0]} {wording.span(seconds)}内到",
        f"; nine in ten come within {wording.span_en(seconds)} {begin[1]}",
    )


def _due(top: dict[str, Any]) -> Iterator[Sentence]:
    if top.get("recheck_at"):
        when = datetime.fromisoformat(top["recheck_at"])
        yield Sentence(
            f"{wording.moment(when)} 前到达的把握是 90%。",
            f"It will be here by {wording.moment_en(when)} with 90% confidence.",
        )
