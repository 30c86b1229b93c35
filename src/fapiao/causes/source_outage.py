"""source-outage (来源故障): the feed it would come by is down, stalled or silent."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from fapiao import feeds, parts, wording
from fapiao.batches import lost_by
from fapiao.cause import IMPOSSIBLE, Cause, Evidence, Weighed
from fapiao.circumstances import Circumstances
from fapiao.delay import still_under_way
from fapiao.flow import surprise
from fapiao.situation import FeedFacts

DECLARED, SILENT, STALLED = 6.0, 4.5, 3.5
"""A fault told by the feed itself explains the absence; silence and a stalled watermark are signs of one."""
NOT_REACHED, PASSED = 1.0, 0.0025
"""What was uploaded before the watermark has come, whatever happened to the feed since; so few were uploaded later than they tell."""
PART_MOST, PART_RARE = 4.5, -1.75
"""The silence of one region or kind amid a feed that flows, or of invoices amid heartbeats, weighs as far as it is no chance, at most as much as a feed's silence;
that a part is lost and nobody says so is rarer than that a whole feed is."""
SAYS_MORE = 1.0
"""A sign that names what is silent is told rather than a watermark that stands, though it weighs so much less."""
LEAST_SURPRISE = 0.5
"""A silence that surprises less is none."""
PART_DOWN, FEW, REACHED = -1.5, 0.1, 0.5
"""With less than a tenth of such invoices still under way and the watermark not past it, a part of the feed may be down; but a
straggler is likelier."""
EXPLAINED = -4.0
"""A feed that told of another fault, of this platform or of a third party, and then fell silent has said why."""
SAME_TIME = timedelta(minutes=5)
CATCHES_UP = timedelta(minutes=30)
"""What a feed takes after an outage to deliver what waited."""


def weigh(circumstances: Circumstances) -> Weighed:
    """Weigh a batch that the feed lost, declared faults, silence beyond the feed's rhythm, and a watermark that stands still."""
    evidence: list[Evidence] = []
    for feed in circumstances.in_window:
        signs = _signs(circumstances, feed)
        if signs:
            evidence.extend(signs)
            break
    if circumstances.dated_ahead:
        return IMPOSSIBLE
    if lost := lost_by("feed", circumstances):
        mended = circumstances.mends_by("batch", lost[2].since) + CATCHES_UP
        return Weighed(evidence=(lost[0],), recheck_at=mended)
    if not evidence:
        return IMPOSSIBLE
    if circumstances.moments:
        left = 1.0 - circumstances.passed(feed)
        if evidence[0].code in ("part-silent", "dry"):
            left = min(1.0, left + parts.waited_for(circumstances, feed))
        weight = NOT_REACHED + math.log(left + PASSED)
        said = (
            (
                "出故障前，它的数据还没到这张票开具的时间",
                "before it failed, its data had not reached this one's issue",
            )
            if weight >= 0
            else (
                "出故障前，它的数据多半已过了这张票开具的时间",
                "before it failed, its data had probably passed this one's issue",
            )
        )
        evidence.append(Evidence("watermark", *said, weight))
    return Weighed(evidence=tuple(evidence), recheck_at=_recheck(circumstances, feed))


def _signs(circumstances: Circumstances, feed: FeedFacts) -> list[Evidence]:
    label, now = feed.label or feed.feed, circumstances.as_of
    for fault in feed.faults:
        if fault.component == "feed" and not fault.batch:
            since, since_en = wording.moment(fault.since), wording.moment_en(fault.since)
            return [
                Evidence(
                    "fault-open",
                    f"{label}自 {since} 起故障：{fault.message}",
                    f"{label} has been down since {since_en}: {fault.message}",
                    DECLARED,
                )
            ]
    beats = feeds.silence(feed, now)
    if beats is not None and feed.spoke_at and feeds.down(feed, now) and beats > feeds.MISSED_BEATS:
        since, since_en = wording.moment(feed.spoke_at), wording.moment_en(feed.spoke_at)
        return [
            Evidence(
                "silent",
                f"{label}从 {since} 起没有消息，远超平常间隔",
                f"{label} has been silent since {since_en}, far beyond its rhythm",
                SILENT,
            ),
            *_said_why(feed),
        ]
    late = _stalled(circumstances, feed) or _beyond_its_pace(circumstances, feed)
    quiet = [*_part(circumstances, feed), *_dry(circumstances, feed)]
    ranked = [(sign.weight + SAYS_MORE, sign) for sign in quiet] + [(sign.weight, sign) for sign in late]
    return [
        sign for _, sign in sorted(ranked, key=lambda each: -each[0])[:1]
    ]  # they are views of one silence


def _stalled(circumstances: Circumstances, feed: FeedFacts) -> list[Evidence]:
    """Return what a watermark that stands still says; nothing where it stands no longer than usual."""
    stall = parts.stall(circumstances, feed)
    if stall <= 0.05 or feed.watermark is None:
        return []
    label = feed.label or feed.feed
    since, since_en = wording.moment(feed.watermark), wording.moment_en(feed.watermark)
    return [
        Evidence(
            "stalled",
            f"{label}的数据停在 {since}，比平常久",
            f"{label} stands at {since_en}, longer than usual",
            STALLED * stall,
        )
    ]


def _said_why(feed: FeedFacts) -> list[Evidence]:
    """Return the other fault that a feed told of last, before it fell silent: the one word explains both."""
    last = feed.spoke_at
    return [
        Evidence(
            "said-why",
            f"它停下前说过原因：{fault.message}",
            f"before it fell silent it said why: {fault.message}",
            EXPLAINED,
        )
        for fault in feed.faults
        if fault.component != "feed" and not fault.batch and last and fault.since >= last - SAME_TIME
    ][:1]


def _part(circumstances: Circumstances, feed: FeedFacts) -> list[Evidence]:
    """Return what the silence of the asked region or kind says while the rest of its feed flows; nothing where it says little."""
    part = parts.quiet_part(circumstances, feed)
    if part is None or part.surprise < LEAST_SURPRISE:
        return []
    label, since, since_en = (
        feed.label or feed.feed,
        wording.moment(part.since),
        wording.moment_en(part.since),
    )
    return [
        Evidence(
            "part-silent",
            f"{label}从 {since} 起没有送来{part.name}的票，别的却照常在到",
            f"{label} has brought nothing of {part.name_en} since {since_en}, while the rest goes on",
            _weight(part.surprise),
        )
    ]


def _dry(circumstances: Circumstances, feed: FeedFacts) -> list[Evidence]:
    """Return what it says that a feed speaks on and brings nothing, when it usually would; nothing where that says little."""
    whole = parts.dry(circumstances, feed)
    if whole is None or whole.quiet_since is None or surprise(whole) < LEAST_SURPRISE:
        return []
    label, quiet = feed.label or feed.feed, whole.quiet_since
    return [
        Evidence(
            "dry",
            f"{label}从 {wording.moment(quiet)} 起一张票也没有送来，平常这段时间有 {whole.missed:.0f} 张左右",
            f"{label} has brought no invoice since {wording.moment_en(quiet)}; at such hours there are usually some {whole.missed:.0f}",
            _weight(surprise(whole)),
        )
    ]


def _weight(surprise: float) -> float:
    """Return what a silence amid other signs of life weighs; a short one speaks against an outage rather than for it."""
    return min(PART_MOST, surprise) + PART_RARE


def _beyond_its_pace(circumstances: Circumstances, feed: FeedFacts) -> list[Evidence]:
    """Suspect a feed that shows no sign but this one: part of it may be down, a region or a kind, while the rest goes on."""
    if feed.watermark is None or feed.pace is None or circumstances.passed(feed) > REACHED:
        return []
    left = still_under_way(circumstances.pace(feed), circumstances.measured(feed), circumstances.as_of)
    if left > FEW:
        return []
    label = feed.label or feed.feed
    return [
        Evidence(
            "beyond-its-pace",
            f"{label}平常早该送到了，数据却还没补齐到那时",
            f"{label} should long have brought it, and is not complete to that time",
            PART_DOWN,
        )
    ]


def _recheck(circumstances: Circumstances, feed: FeedFacts) -> datetime:
    """Return when nine in ten outages of this age have ended and the feed has caught up."""
    told = [fault.since for fault in feed.faults if fault.component == "feed" and not fault.batch]
    begun = min(told, default=feed.spoke_at)
    return circumstances.mends_by("feed", begun) + CATCHES_UP


CAUSE = Cause(
    code="source-outage",
    label="数据来源故障",
    label_en="The source is down",
    meaning="它要经过的来源断了、停了或没有声音，这段时间的发票都还没到",
    meaning_en="The source it would come by is down, stalled or silent: nothing of that time has come",
    actor="feed-operator",
    remedy="不是您的问题；来源恢复后会自动补齐，届时再查",
    remedy_en="Not your doing: it will be filled in when the source is back",
    when="missing",
    prior=0.06,
    episodic=True,
    weigh=weigh,
)
