"""The way of an invoice (发票的路): issued → uploaded → delivered → here, with times, and the place where this one is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec

from fapiao import feeds, wording
from fapiao.circumstances import Circumstances
from fapiao.situation import FeedFacts
from jingpiao.inquiry.issue import Issue, issue_of

STEPS = (("开具", "Issued"), ("上传", "Uploaded"), ("交付", "Delivered"), ("入库", "Here"))
UPLOAD_AFTER = timedelta(minutes=1)
"""An invoice is ordinarily uploaded within minutes of its issue."""
PLACES = {
    "never-uploaded": (1, "broken"),
    "sync-delay": (2, "at"),
    "too-early": (2, "at"),
    "source-outage": (2, "broken"),
    "external-service": (2, "broken"),
    "policy": (2, "broken"),
    "refused": (3, "broken"),
    "platform-fault": (3, "broken"),
    "not-imported": (3, "broken"),
}
"""Where a cause finds an invoice: step, and whether it merely waits there (``at``) or is stopped (``broken``)."""

Words = tuple[str, str]
NONE: Words = ("", "")
NOT_TOLD: Words = ("来源没有告知时间", "time not told by the feed")


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step of the way (一步): ``state`` is ``done``, ``here`` (arrived), ``at``, ``broken`` or empty; ``note`` says when and by what."""

    label: str
    label_en: str
    state: str
    sign: str
    note: str = ""
    note_en: str = ""


def way(answer: dict[str, Any], circumstances: Circumstances) -> list[Step]:
    """Return the four steps; nothing where no way can be told, as for a number that cannot be."""
    if answer["existence"] == "found":
        notes = _arrived(answer, circumstances)
        return [_step(place, "done" if place < 3 else "here", notes[place]) for place in range(4)]
    top = answer["causes"][0] if answer["causes"] else {"code": ""}
    if top["code"] not in PLACES:
        return []
    at, state = PLACES[top["code"]]
    notes = _under_way(circumstances, top)
    return [
        _step(place, "done" if place < at else state if place == at else "", notes[place])
        for place in range(4)
    ]


def on_the_way(answer: dict[str, Any]) -> bool:
    """Tell whether an answer's first cause has to do with how long a feed takes."""
    top = answer["causes"][0]["code"] if answer["causes"] else ""
    return answer["existence"] != "found" and top in PLACES and PLACES[top][0] <= 2


def carrier(circumstances: Circumstances) -> FeedFacts | None:
    """Return the feed by which the asked invoice would come, the furthest behind first; ``None`` where none would."""
    able = circumstances.in_window or circumstances.carriers
    return max(able, key=lambda feed: 1 - circumstances.passed(feed), default=None)


def _arrived(answer: dict[str, Any], circumstances: Circumstances) -> tuple[Words, ...]:
    held = circumstances.match
    if held is None or not circumstances.is_party(held):
        day = (answer["invoice"] or {}).get("issued_on") or ""
        return (day, day), NONE, NONE, NONE
    issued = _issued(issue_of(circumstances), held.issued_on.isoformat())
    return issued, NOT_TOLD, _by(held.feed, circumstances), _when(held.known_at)


def _by(name: str, circumstances: Circumstances) -> Words:
    label = next((feed.label for feed in circumstances.situation.feeds if feed.feed == name), "")
    words = label or name
    return (f"由{words}", f"by {words}")


def _under_way(circumstances: Circumstances, top: dict[str, Any]) -> tuple[Words, ...]:
    issue = issue_of(circumstances)
    told = circumstances.issued_on
    day = told.isoformat() if told else ""
    came = circumstances.situation.set_aside
    if came:
        zh, en = _when(came[0].known_at)
        aside = (f"{zh} 到达，数据有误，放进隔离区", f"came {en} with faulty data: set aside")
        return _issued(issue, day), _uploaded(issue), _by(came[0].feed, circumstances), aside
    return _issued(issue, day), _uploaded(issue), _delivery(circumstances), _due(top)


def _issued(issue: Issue, day: str) -> Words:
    if issue.between:
        (first, first_en), last = _when(issue.between[0]), issue.between[1].astimezone(wording.BEIJING)
        return (f"{first}–{last:%H:%M}（推断）", f"{first_en}–{last:%H:%M} (inferred)")
    if issue.at is None:
        return (day, day)
    zh, en = _when(issue.at)
    return (f"{zh} 前后（推断）", f"about {en} (inferred)") if issue.inferred else (zh, en)


def _uploaded(issue: Issue) -> Words:
    if issue.at is None:
        return ("一般在开具后几分钟内（推断）", "usually minutes after issue (inferred)")
    zh, en = _when(issue.at + UPLOAD_AFTER)
    return (f"{zh} 前后（推断）", f"about {en} (inferred)")


def _delivery(circumstances: Circumstances) -> Words:
    feed = carrier(circumstances)
    if feed is None:
        return NONE
    label, seconds = feed.label or feed.feed, feeds.lag(feed, circumstances.as_of)
    if seconds is None or feed.watermark is None:
        return (f"{label}，没有报告数据到几点", f"{label}, no watermark told")
    zh, en = _when(feed.watermark)
    return (
        f"{label}，数据到 {zh}，延迟 {wording.span(seconds)}",
        f"{label}, complete to {en}, lag {wording.span_en(seconds)}",
    )


def _due(top: dict[str, Any]) -> Words:
    if not top.get("recheck_at"):
        return NONE
    zh, en = _when(datetime.fromisoformat(top["recheck_at"]))
    return (f"九成把握在 {zh} 前", f"nine in ten by {en}")


def _when(moment: datetime) -> Words:
    return wording.moment(moment), wording.moment_en(moment)


def _step(place: int, state: str, note: Words) -> Step:
    zh, en = STEPS[place]
    signs = {"done": "✓", "here": "✓", "at": "…", "broken": "✕", "": ""}
    return Step(label=zh, label_en=en, state=state, sign=signs[state], note=note[0], note_en=note[1])
