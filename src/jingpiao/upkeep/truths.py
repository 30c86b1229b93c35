"""Truths (真相): what came to be known of a claim after it was answered.

A confirmed outcome of the same claim comes first. Else an invoice that arrived later says by how it came what had held it up:
its feed's faults, its rule, its own watermark. Where neither is known, nothing is made up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from fapiao import feeds
from fapiao.asking import claim_from_mapping, understand
from fapiao.claim import Claim
from fapiao.errors import FapiaoError
from fapiao.scoring import Truth
from fapiao.situation import FeedFacts
from fapiao.wording import BEIJING
from jingpiao import sql
from jingpiao.columns import from_micros, to_micros
from jingpiao.ledger.own import TOLD_BY_SOURCES
from jingpiao.sync.timeline import Timeline, last_spoken

UPLOADED_BY = timedelta(hours=2)
"""An invoice that its feed's watermark had passed by more than this had not been uploaded when it was asked for."""
NOT_WORKING = frozenset({"source-outage", "platform-fault", "external-service"})
HELD = frozenset({"wrong-function", "wrong-title", "deleted", "not-permitted"})
EITHER = frozenset({"typed-wrong", "unknown"})
"""Causes of claims that may be found or not: the number was wrong, or another field."""


def existence_of(cause: str) -> str | None:
    """Return the existence that goes with a cause (contract §4), ``None`` where either may."""
    if cause in EITHER:
        return None
    return "found" if cause in HELD else "unknown" if cause in NOT_WORKING else "not-found"


def likeness_of(claim: Claim) -> tuple[Any, ...]:
    """Return what makes two claims the same question: number, day, sums and function as understood."""
    understood = understand(claim)
    cleaned = understood.claim
    return (
        understood.key or understood.typed,
        cleaned.issued_on,
        cleaned.total,
        cleaned.amount,
        cleaned.lookup,
    )


class Outcomes:
    """Confirmed outcomes, found by their claims (已确认的结论)."""

    def __init__(self) -> None:
        self.rows: list[tuple[datetime, Claim, str]] = []
        self._by: dict[tuple[Any, ...], list[tuple[datetime, str]]] = defaultdict(list)
        for told, cause, known_at in sql.rows(
            "SELECT claim, cause, known_at FROM sync_outcome ORDER BY known_at"
        ):
            try:
                claim = claim_from_mapping(msgspec.json.decode(told) if isinstance(told, str) else told)
            except FapiaoError:
                continue
            known = from_micros(known_at)
            self.rows.append((known, claim, cause))
            self._by[likeness_of(claim)].append((known, cause))

    def after(self, claim: Claim, moment: datetime) -> str | None:
        """Return the first cause confirmed of this claim after a moment."""
        return next((cause for known, cause in self._by.get(likeness_of(claim), ()) if known > moment), None)


class Came(msgspec.Struct, frozen=True):
    """An invoice that is held by now (后来在账的票)."""

    known_at: datetime
    feed: str
    kind: str
    moment: datetime
    day: str
    names: tuple[str, ...]


def came(keys: Iterable[str]) -> dict[str, Came]:
    """Return when and how each of these numbers first came, by either of its names."""
    wanted = sorted(set(filter(None, keys)))
    columns = "key, alias, known_at, feed, kind, issued_at, CAST(issued_on AS TEXT)"
    found: dict[str, Came] = {}
    for column in ("key", "alias"):
        for name, key, alias, known_at, feed, kind, issued_at, day in sql.rows(
            f"SELECT {column}, {columns} FROM ledger_invoice WHERE {sql.among(column)} ORDER BY known_at DESC",
            [sql.texts(wanted)],
        ):
            moment = from_micros(issued_at) if issued_at is not None else _end_of(day)
            names = (key, alias) if alias else (key,)
            found[name] = Came(from_micros(known_at), feed, kind, moment, day, names)
    return found


def _end_of(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T00:00:00").replace(tzinfo=BEIJING) + timedelta(days=1)


def set_aside_at(key: str, moment: datetime) -> bool:
    """Tell whether something under this number waited in quarantine at a moment."""
    at = to_micros(moment)
    return bool(
        sql.rows(
            "SELECT 1 FROM ledger_quarantined WHERE (key = %s OR alias = %s) AND known_at <= %s"
            " AND (released_at IS NULL OR released_at > %s) LIMIT 1",
            [key, key, at, at],
        )
    )


def how_it_came(key: str, arrived: Came, moment: datetime, timeline: Timeline) -> str | None:
    """Return the cause that had held up an invoice which came after a moment; ``None`` where its feed says nothing."""
    if set_aside_at(key, moment):
        return "refused"
    spoke = last_spoken(list(timeline.declarations), moment)
    facts = next((each for each in timeline.feeds(moment, spoke) if each.feed == arrived.feed), None)
    if facts is None or not facts.complete:
        return None
    cause = _by_feed(key, arrived, moment, facts)
    return "source-outage" if cause == "sync-delay" and stood_still(facts, moment, timeline) else cause


def stood_still(facts: FeedFacts, moment: datetime, timeline: Timeline) -> bool:
    """Tell whether a feed was down at a moment, as is known since: silent, or its watermark standing, far beyond its rhythm.

    That it had been so for minutes only could not be known then, and an outage that nobody told of looks like mere delay until
    it lasts. It ended when the feed next spoke, or its watermark next moved.
    """
    spoke, moved = _next_spoken(facts.feed, moment), timeline.next_watermark(facts.feed, moment)
    if spoke is not None and feeds.state(facts, spoke) == "outage":
        return True
    return moved is not None and feeds.overdue(facts, moved) >= feeds.LOST


def _next_spoken(feed: str, moment: datetime) -> datetime | None:
    """Return when a feed itself first told anything after a moment."""
    statement = f"SELECT MIN(known_at) FROM ledger_journalentry WHERE feed = %s AND known_at > %s AND {TOLD_BY_SOURCES}"
    found = sql.rows(statement, [feed, to_micros(moment)])[0][0]
    return None if found is None else from_micros(found)


def _by_feed(key: str, arrived: Came, moment: datetime, facts: FeedFacts) -> str:
    if any(fault.component == "platform" and _concerns(key, arrived, fault) for fault in facts.faults):
        return "platform-fault"
    if any(fault.component == "external" for fault in facts.faults):
        return "external-service"
    if feeds.state(facts, moment) == "outage":
        return "source-outage"
    if not facts.same_day and arrived.day == f"{moment.astimezone(BEIJING):%Y-%m-%d}":
        return "too-early"
    if facts.watermark and facts.watermark > arrived.moment + UPLOADED_BY:
        return "never-uploaded"
    return "sync-delay"


def _concerns(key: str, arrived: Came, fault: Any) -> bool:
    """Tell whether a fault of the platform touches this invoice: a whole one does, a lost batch if it may hold it."""
    if not fault.batch:
        return True
    if fault.numbers:
        return key in fault.numbers
    begun, ended = fault.lost_from, fault.lost_to
    return bool(begun and ended and begun <= arrived.moment + UPLOADED_BY and arrived.moment <= ended)


def truth_of(
    answer: dict[str, Any],
    claim: Claim,
    key: str,
    moment: datetime,
    known: tuple[Outcomes, dict[str, Came], Timeline],
) -> Truth | None:
    """Return what is known by now to have been true of an answered claim, ``None`` where nothing is."""
    outcomes, arrivals, timeline = known
    arrived = arrivals.get(key)
    at = arrived.known_at if arrived else None
    cause = outcomes.after(claim, moment)
    if cause is None and answer["existence"] == "found":
        return None if answer["causes"] else Truth(cause=None, existence="found")
    if cause is None and (arrived is None or arrived.known_at <= moment):
        return None
    cause = cause or how_it_came(key, arrived, moment, timeline) if arrived else cause
    if cause is None:
        return None
    return Truth(cause=cause, existence=existence_of(cause), arrives_at=at if at and at > moment else None)


def keys_of(claims: Sequence[Claim]) -> list[str]:
    """Return the numbers that claims are looked up by."""
    return [understand(claim).key or "" for claim in claims]
