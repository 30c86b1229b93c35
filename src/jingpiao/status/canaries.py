"""Canaries (探针发票): one synthetic invoice a beat and feed, in by the way its invoices come, asked for at the public door.

Those of a feed that pushes come in at the door of `jingpiao.status.door` as its own deliveries do; for one that is fetched the
canary is taken in as what was fetched is, since nothing of ours may move its cursor.

Each has a number that no invoice can have before 2099 and comes by a feed of its own (``canary:KEY``), so that it moves no
watermark, no silence and no delay of the feed it stands for, and has no neighbours. It tells no time of issue, so that no
delay is counted. It is pruned a beat or two after it was found.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
from django.db import Error

from fapiao.claim import Claim
from fapiao.numbers.region import BEIJING as CAPITAL
from fapiao.situation import FeedFacts
from fapiao.wording import BEIJING
from jingpiao.ledger.own import canary_feed
from jingpiao.ledger.services import forget_canaries
from jingpiao.status.door import Door
from jingpiao.status.lines import Measuring
from jingpiao.status.models import Canary
from jingpiao.status.rules import Flight
from jingpiao.sync.connections import pulled_feeds
from jingpiao.sync.services import load_events

YEAR = "99"
AMOUNT = Decimal("1.00")
SELLER = {"name": "京票探针", "tax_id": "CANARY"}
log = logging.getLogger("jingpiao.status")


def fly(feeds: Sequence[FeedFacts], *, clock: Callable[[], datetime], how: Measuring, door: Door) -> None:
    """Look once more for canaries not yet found, then send one for each feed and ask for it at once."""
    _ask(list(Canary.objects.filter(seen_at=None, sent_at__gt=clock() - _patience(how))), clock, door)
    pulled = pulled_feeds()
    sent = []
    for feed in feeds:
        canary, line = _made(feed, clock())
        canary.slip = _load(line, feed.feed, clock()) if feed.feed in pulled else _push(line, feed.feed, door)
        sent.append(canary)
    Canary.objects.bulk_create(sent)
    _ask([canary for canary in sent if not canary.slip], clock, door)


def flights(feed: str, *, since: datetime) -> list[Flight]:
    """Return a feed's canaries sent since a moment, in order."""
    rows = Canary.objects.filter(feed=feed, sent_at__gte=since).order_by("sent_at")
    return [Flight(sent_at=row.sent_at, seen_at=row.seen_at) for row in rows]


def prune(feeds: Sequence[str], *, now: datetime, how: Measuring) -> None:
    """Take found canaries out of journal, ledger and quarantine; those still looked for stay."""
    unseen = Canary.objects.filter(seen_at=None, sent_at__gt=now - _patience(how)).order_by("sent_at").first()
    before = min(now - timedelta(seconds=how.beat), unseen.sent_at if unseen else now)
    forget_canaries(feeds=feeds, lowest_key=YEAR, before=before)


def _patience(how: Measuring) -> timedelta:
    """How long a canary is looked for: until it would count as an outage by its lag alone."""
    return timedelta(seconds=how.lines.outage + 2 * how.beat)


def _made(feed: FeedFacts, now: datetime) -> tuple[Canary, bytes]:
    region = feed.regions[0] if feed.regions else CAPITAL
    number = f"{YEAR}{region}0{secrets.randbelow(10**15):015d}"
    canary = Canary(feed=feed.feed, number=number, sent_at=now)
    return canary, _event(canary, feed)


def _event(canary: Canary, feed: FeedFacts) -> bytes:
    at = canary.sent_at.astimezone(BEIJING)
    invoice: dict[str, Any] = {
        "kind": "82",
        "number": canary.number,
        "issued_on": f"{at:%Y-%m-%d}",
        "amount": AMOUNT,
        "tax": Decimal("0.00"),
        "total": AMOUNT,
        "seller": SELLER,
        "remark": "探针，不是发票",
    }
    event = {
        "feed": canary_feed(feed.feed),
        "id": canary.number,
        "at": at,
        "type": "invoice",
        "invoice": invoice,
    }
    return msgspec.json.encode(event)


def _push(line: bytes, feed: str, door: Door) -> str:
    """Send a canary of a pushed feed in at the door that such feeds come by; returns what went wrong."""
    return door.enter(canary_feed(feed), line)[:300]


def _load(line: bytes, feed: str, now: datetime) -> str:
    """Take a canary in as what is fetched for a feed is taken in; returns what went wrong, empty where nothing did."""
    try:
        summary = load_events([line], source="canary", feed=canary_feed(feed), now=now)
    except Error:
        raise  # no database: nothing could be noted either, and no sample says so
    except Exception as slip:
        log.exception("a canary could not be taken in")
        return f"{type(slip).__name__}: {slip}"[:300]
    return "" if summary.invoices_new else f"{summary.quarantined} quarantined, {summary.unread} unread"


def _ask(canaries: Sequence[Canary], clock: Callable[[], datetime], door: Door) -> None:
    claims = [
        Claim(number=canary.number, issued_on=canary.sent_at.astimezone(BEIJING).date(), total=AMOUNT)
        for canary in canaries
    ]
    found, slip = door.found(claims)
    seen_at = clock()
    numbers = [canary.pk for canary, there in zip(canaries, found, strict=True) if there]
    Canary.objects.filter(pk__in=numbers).update(seen_at=seen_at)
    if slip:
        log.warning("the question for canaries failed: %s", slip)
        Canary.objects.filter(pk__in=[canary.pk for canary in canaries]).update(slip=slip[:300])
