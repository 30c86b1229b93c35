"""Changes (变化): what became different between two answers to the same claim, in sentences.

Pure: two answers in, a list out, the weightiest first. Nothing is said of what stayed the same.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from fapiao import wording
from fapiao.answer import Answer, Coverage, RankedCause
from fapiao.vocabulary import STATES

NOTABLE = 0.05
"""A probability that moved by less than this is not worth a sentence."""
_VERDICTS = {
    "found": ("在账", "found"),
    "not-found": ("未找到", "not found"),
    "ambiguous": ("有几张都符合", "several fit"),
    "unknown": ("现在说不准", "cannot be said now"),
}
_AGREEMENTS = {
    "full": ("完全一致", "full agreement"),
    "partial": ("部分一致", "partial agreement"),
    "none": ("不一致", "no agreement"),
    "not-compared": ("未比对", "not compared"),
}
_FEED_STATES = {
    "current": ("正常", "current"),
    "delayed": ("延迟", "delayed"),
    "outage": ("故障", "down"),
    "unknown": ("未知", "not known"),
}


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that became different (变化): a stable code, and a sentence in both languages."""

    code: str
    message: str
    message_en: str


def changes(before: Answer, after: Answer) -> tuple[Change, ...]:
    """Return what changed from one answer to a later one about the same claim; empty when nothing did."""
    return (
        *_verdict(before, after),
        *_validity(before, after),
        *_agreement(before, after),
        *_causes(before, after),
        *_recheck(before, after),
        *_announcements(before, after),
        *_feeds(before, after),
    )


def _change(code: str, message: str, message_en: str) -> Change:
    return Change(code=code, message=message, message_en=message_en)


def _verdict(before: Answer, after: Answer) -> Iterator[Change]:
    if before.existence == after.existence:
        return
    (was, was_en), (now, now_en) = _VERDICTS[before.existence], _VERDICTS[after.existence]
    if after.existence == "found":
        yield _change("arrived", "这张发票到了", "the invoice has arrived")
    elif before.existence == "found":
        yield _change("gone", f"上次在账，这次{now}", f"it was found before; now: {now_en}")
    else:
        yield _change("verdict", f"结论从“{was}”变为“{now}”", f"the verdict went from {was_en} to {now_en}")


def _validity(before: Answer, after: Answer) -> Iterator[Change]:
    both_found = before.existence == after.existence == "found"
    if both_found and before.validity != after.validity:
        (was, was_en), (now, now_en) = _state(before.validity), _state(after.validity)
        yield _change("state", f"发票状态从{was}变为{now}", f"its state went from {was_en} to {now_en}")
    coming = after.validity_next
    if both_found and coming and coming != before.validity_next:
        (zh, en), since = _state(coming.state), coming.effective_at
        yield _change(
            "next-state",
            f"已得知：从 {wording.moment(since)} 起，状态变为{zh}",
            f"it is known to become {en} from {wording.moment_en(since)}",
        )


def _state(word: str) -> tuple[str, str]:
    return STATES.get(word, STATES["unknown"])


def _agreement(before: Answer, after: Answer) -> Iterator[Change]:
    both_found = before.existence == after.existence == "found"
    if both_found and before.agreement != after.agreement:
        (was, was_en), (now, now_en) = _AGREEMENTS[before.agreement], _AGREEMENTS[after.agreement]
        yield _change(
            "agreement", f"与票面的比对从{was}变为{now}", f"agreement went from {was_en} to {now_en}"
        )


def _causes(before: Answer, after: Answer) -> Iterator[Change]:
    if not before.causes or not after.causes:
        return
    first_before, first_after = before.causes[0], after.causes[0]
    if first_before.code != first_after.code:
        yield _change(
            "cause",
            f"最可能的原因从“{first_before.label}”变为“{first_after.label}”",
            f"the likeliest cause went from “{first_before.label_en}” to “{first_after.label_en}”",
        )
    said = {cause.code: cause.probability for cause in before.causes}
    for cause in after.causes[:3]:
        if cause.code != "unknown":
            yield from _probability(cause, said.get(cause.code, 0.0))


def _probability(cause: RankedCause, said: float) -> Iterator[Change]:
    if abs(cause.probability - said) < NOTABLE:
        return
    yield _change(
        "probability",
        f"“{cause.label}”的把握从 {said:.0%} 变为 {cause.probability:.0%}",
        f"“{cause.label_en}” went from {said:.0%} to {cause.probability:.0%}",
    )


def _recheck(before: Answer, after: Answer) -> Iterator[Change]:
    told = before.causes[0].recheck_at if before.causes else None
    if told and after.as_of >= told and after.existence != "found":
        yield _change(
            "recheck-passed",
            f"上次说的时间（{wording.moment(told)}）已过，发票还没到",
            f"the time given before ({wording.moment_en(told)}) has passed and it has not come",
        )


def _announcements(before: Answer, after: Answer) -> Iterator[Change]:
    was = {each.id: each for each in before.announcements}
    now = {each.id: each for each in after.announcements}
    for key in sorted(now.keys() - was.keys()):
        title = now[key].title
        yield _change(
            "announcement-began", f"有新的公告与它有关：{title}", f"an announcement now touches it: {title}"
        )
    for key in sorted(was.keys() - now.keys()):
        title = was[key].title
        yield _change(
            "announcement-ended", f"公告不再影响它：{title}", f"an announcement no longer touches it: {title}"
        )


def _feeds(before: Answer, after: Answer) -> Iterator[Change]:
    was = {each.feed: each for each in before.coverage}
    for feed in after.coverage:
        former = was.get(feed.feed)
        if former:
            yield from _feed(former, feed)


def _feed(was: Coverage, now: Coverage) -> Iterator[Change]:
    if was.state != now.state:
        (old, old_en), (new, new_en) = _FEED_STATES[was.state], _FEED_STATES[now.state]
        yield _change(
            "feed-state", f"{now.label}从{old}变为{new}", f"{now.label} went from {old_en} to {new_en}"
        )
    if now.watermark and (was.watermark is None or now.watermark > was.watermark):
        start = f"从 {wording.moment(was.watermark)} " if was.watermark else ""
        start_en = f"from {wording.moment_en(was.watermark)} " if was.watermark else ""
        yield _change(
            "watermark",
            f"{now.label}的数据{start}推进到 {wording.moment(now.watermark)}",
            f"{now.label} moved {start_en}to {wording.moment_en(now.watermark)}",
        )
