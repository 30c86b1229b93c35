"""Following incidents (跟进故障): what the rules say about the newest looks, written down with its words.

Nobody opens or closes an incident by hand: a person may only add words (`add_words`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import cast

from fapiao.feeds import State
from fapiao.situation import FeedFacts, Flow
from jingpiao.status import telling
from jingpiao.status.lines import NEXT_WORD, Measuring
from jingpiao.status.models import Incident, IncidentWord, Sample
from jingpiao.status.rules import Flight, Look, Watch, path_state, step, worst_of
from jingpiao.status.seen import FEED_FUNCTIONS, Seen, parts_seen

PATH = "path"


def follow(
    feeds: Sequence[FeedFacts],
    samples: Sequence[Sample],
    paths: dict[str, list[Flight]],
    parts: dict[str, tuple[Flow, ...]],
    *,
    now: datetime,
    how: Measuring,
) -> None:
    """Open, carry on and close incidents by the newest looks. Call inside a transaction."""
    opened = {row.component: row for row in Incident.objects.filter(closed_at=None)}
    for seen in looks(feeds, samples, paths, parts, now=now, how=how):
        _follow_one(seen, opened.get(seen.component))


def looks(
    feeds: Sequence[FeedFacts],
    samples: Sequence[Sample],
    paths: dict[str, list[Flight]],
    parts: dict[str, tuple[Flow, ...]],
    *,
    now: datetime,
    how: Measuring,
) -> Iterator[Seen]:
    """Yield what was seen of each feed, of its parts, and of the platform's own path."""
    judged = {
        feed.feed: path_state(
            paths[feed.feed], now, stale_after=how.stopped_after.total_seconds(), lines=how.lines
        )
        for feed in feeds
    }
    for feed, sample in zip(feeds, samples, strict=True):
        yield _feed_seen(feed, sample, judged[feed.feed][0] == "current")
        yield from parts_seen(feed, parts[feed.feed], at=sample.at)
    if feeds:
        yield _path_seen(feeds, judged, paths, now)


def _feed_seen(feed: FeedFacts, sample: Sample, canary_good: bool) -> Seen:
    reason, begun_at = _why(feed, sample)
    state = cast(State, sample.state)
    promises = sample.fault or bool(feed.every_seconds) or (feed.complete and feed.watermark is not None)
    bad = promises and state in ("delayed", "outage")
    look = Look(
        at=sample.at,
        state=state,
        bad=bad,
        good=canary_good and (state == "current" or not promises),  # what promises nothing breaks nothing
        begun_at=begun_at if bad else None,
    )
    return Seen(
        component=f"feed:{feed.feed}",
        look=look,
        reason=reason,
        feed=feed.feed,
        label=feed.label or feed.feed,
        regions=feed.regions,
        kinds=feed.kinds,
        functions=FEED_FUNCTIONS if feed.complete else ("import",),
    )


def _why(feed: FeedFacts, sample: Sample) -> tuple[str, datetime | None]:
    """Return why a feed is in trouble and since when, as far as its own word tells."""
    if sample.fault:
        return "fault", min(
            fault.since for fault in feed.faults if fault.component == "feed" and not fault.batch
        )
    every, silent = sample.every_seconds, sample.silent_seconds
    if every and silent is not None and feed.spoke_at and silent > every:
        return "silence", feed.spoke_at + timedelta(seconds=every)
    if feed.watermark and sample.usual_seconds:
        return "lag", feed.watermark + timedelta(seconds=sample.usual_seconds)
    return "lag", None


def _path_seen(
    feeds: Sequence[FeedFacts],
    judged: dict[str, tuple[State, bool]],
    paths: dict[str, list[Flight]],
    now: datetime,
) -> Seen:
    bad = [feed for feed in feeds if judged[feed.feed][1]]
    unseen = [flight.sent_at for feed in bad for flight in paths[feed.feed] if flight.seen_at is None]
    look = Look(
        at=now,
        state=worst_of(state for state, _ in judged.values()),
        bad=bool(bad),
        good=all(state == "current" for state, _ in judged.values()),
        begun_at=min(unseen, default=None),
    )
    everywhere = len(bad) == len(feeds) or any(not feed.regions for feed in bad)
    regions = () if everywhere else tuple(sorted({region for feed in bad for region in feed.regions}))
    return Seen(component=PATH, look=look, reason="canary", label=telling.PATH_LABEL, regions=regions)


def _follow_one(seen: Seen, row: Incident | None) -> None:
    watch, changes = step(_watch(row), seen.look)
    if row is None:
        if "opened" not in changes:
            return
        row = _open(seen, watch)
    row.state, row.worst, row.good = watch.state, watch.worst, watch.good
    row.looked_at, row.closed_at = seen.look.at, watch.closed_at
    due = not changes and watch.open and seen.look.at >= row.next_word_at
    for phase in (*changes, *(("still",) if due else ())):
        row.next_word_at = seen.look.at + NEXT_WORD
        text, text_en = telling.word(phase, row)
        IncidentWord.objects.create(incident=row, at=seen.look.at, phase=phase, text=text, text_en=text_en)
    row.save()


def _watch(row: Incident | None) -> Watch:
    if row is None:
        return Watch()
    return Watch(
        open=True,
        state=cast(State, row.state),
        begun_at=row.begun_at,
        opened_at=row.opened_at,
        worst=cast(State, row.worst),
        good=row.good,
        looked_at=row.looked_at,
    )


def _open(seen: Seen, watch: Watch) -> Incident:
    return Incident.objects.create(
        component=seen.component,
        feed=seen.feed,
        label=seen.label,
        reason=seen.reason,
        regions=list(seen.regions),
        kinds=list(seen.kinds),
        functions=list(seen.functions),
        state=watch.state,
        worst=watch.worst,
        begun_at=watch.begun_at,
        opened_at=watch.opened_at,
        looked_at=seen.look.at,
        next_word_at=seen.look.at + NEXT_WORD,
    )


def add_words(incident: Incident, *, text: str, text_en: str, by: str, now: datetime) -> IncidentWord:
    """Add a person's words to an incident; nothing else about it can be changed by hand."""
    return IncidentWord.objects.create(
        incident=incident, at=now, phase="words", by=by, text=text.strip(), text_en=text_en.strip()
    )
