"""Gathering (取证): fills situations from the database, in at most six queries for one claim, as of one moment each.

1. everything under the asked and offered keys (invoices, states, bin, quarantine, imports, verdicts) and the named parties in one
statement, 2. when the feeds last spoke; then, only when nothing arrived: 3. and 4. near misses, 5. their states, 6. the
number's block. What goes by two names and was found costs one more, and then no wider search. Feeds, announcements and what was learnt come from the timeline in memory.

Many claims are gathered together, each as of its own moment: 1., 2., 3. and 5. are then asked once for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import chain
from typing import Any

from fapiao.circumstances import BLOCK_REACH
from fapiao.claim import Understood
from fapiao.feeds import carries
from fapiao.learning import Likeness, likeness
from fapiao.neighbours import FORMS
from fapiao.situation import FeedFacts, Flow, Neighbour, Situation
from jingpiao import sql
from jingpiao.columns import from_micros, to_micros
from jingpiao.inquiry.facts import Facts, Known, text_of
from jingpiao.inquiry.near import Row, near_misses, of_tail
from jingpiao.ledger.own import is_canary
from jingpiao.sync.timeline import Timeline, last_spoken_at

_FEED = 15
BLOCK_ROWS = 4
NOTHING: tuple[Any, ...] = ()


def gather(understood: Understood, as_of: datetime, timeline: Timeline) -> Situation:
    """Return what was known about a claim at a moment."""
    return gather_all([(understood, as_of)], timeline)[0]


def gather_all(asked: Sequence[tuple[Understood, datetime]], timeline: Timeline) -> list[Situation]:
    """Return what was known about each claim at its moment, in order."""
    questions = [_Question(understood, as_of) for understood, as_of in asked]
    until = max(question.micros for question in questions)
    facts = Facts()
    facts.look_up(
        chain.from_iterable(question.keys for question in questions),
        chain.from_iterable(question.parties for question in questions),
        until,
    )
    facts.look_up_moves(facts.other_names(), until)
    for question in questions:
        question.read(facts)
    missing = [question for question in questions if not question.arrived]
    if missing:
        _search_wider(missing, facts, until)
    backgrounds = _Backgrounds(timeline, {question.micros for question in questions})
    return [question.situation(backgrounds) for question in questions]


class _Question:
    """One claim of many (一个提问) on its way to a situation."""

    def __init__(self, understood: Understood, as_of: datetime) -> None:
        claim = understood.claim
        self.understood, self.as_of, self.micros = understood, as_of, to_micros(as_of)
        self.asked = (understood.key,) if understood.key else ()
        self.keys = (*self.asked, *understood.offered)
        self.parties = tuple(filter(None, (claim.seller_tax_id, claim.buyer_tax_id)))
        self.near: Sequence[Row] = NOTHING
        self.tail: Sequence[Row] = NOTHING
        self.below: tuple[Neighbour, ...] = NOTHING
        self.above: tuple[Neighbour, ...] = NOTHING

    def read(self, facts: Facts) -> None:
        """Take out what was known of this claim."""
        self.known: Known = facts.known(self.micros)
        self.held = self.known.held(self.asked)
        self.set_aside = self.known.set_aside(self.asked)

    @property
    def arrived(self) -> bool:
        """Tell whether it did arrive, so that no wider search is needed."""
        return bool(self.held or self.set_aside)

    def situation(self, backgrounds: _Backgrounds) -> Situation:
        """Return the situation."""
        understood, known, held = self.understood, self.known, self.held
        timeline, as_of = backgrounds.timeline, self.as_of
        like = likeness(understood)
        stood = backgrounds.feeds(self.micros, as_of, understood.claim.kind or "")
        return Situation(
            as_of=as_of,
            understood=understood,
            held=held,
            offered=known.held(understood.offered) if understood.offered else NOTHING,
            near=tuple(known.invoice(row) for row in self.near),
            tail=tuple(known.invoice(row) for row in self.tail),
            set_aside=self.set_aside,
            imports=known.imports(self.asked),
            exports=NOTHING if held else timeline.exports_of(_own(understood, timeline), as_of),
            verifications=NOTHING if held else known.verifications(understood),
            feeds=stood,
            flows=NOTHING if self.arrived else _flows(timeline, stood, like, self.micros),
            statements=timeline.known_statements(as_of),
            taxpayers=known.taxpayers(self.parties) if self.parties else NOTHING,
            below=self.below,
            above=self.above,
            learned=timeline.learned(as_of, like),
        )


class _Backgrounds:
    """The feeds as they stood at each of some moments (来源背景); claims of one moment and kind share them."""

    def __init__(self, timeline: Timeline, moments: Iterable[int]) -> None:
        self.timeline = timeline
        self._spoke = last_spoken_at(list(timeline.declarations), moments)
        self._feeds: dict[tuple[int, str], tuple[FeedFacts, ...]] = {}

    def feeds(self, micros: int, as_of: datetime, kind: str) -> tuple[FeedFacts, ...]:
        """Return every declared feed as it stood, and who else had told a fault."""
        found = self._feeds.get((micros, kind))
        if found is None:
            declared = self.timeline.feeds(as_of, self._spoke.get(micros, {}), kind)
            found = self._feeds[micros, kind] = declared + self.timeline.undeclared(as_of)
        return found


def _flows(timeline: Timeline, stood: Sequence[FeedFacts], like: Likeness, micros: int) -> tuple[Flow, ...]:
    """Return what the feeds that would carry such an invoice brought of its region and its kind."""
    if not like.region:
        return NOTHING
    carriers = (each for each in stood if each.complete and carries(each, like.region, like.kind or None))
    return tuple(
        chain.from_iterable(timeline.flows.of(feed, like.region, like.kind, micros) for feed in carriers)
    )


def _own(understood: Understood, timeline: Timeline) -> tuple[str, ...]:
    """Return the taxpayers whose exports count: the asker's; for the operator those named, or the only one there is."""
    claim = understood.claim
    if claim.tax_ids is not None:
        return claim.tax_ids
    named = tuple(each for each in (claim.buyer_tax_id, claim.seller_tax_id) if each)
    return named or (tuple(timeline.exports) if len(timeline.exports) == 1 else ())


def _search_wider(missing: Sequence[_Question], facts: Facts, until: int) -> None:
    """Look for what the askers may have meant, and for the numbers around theirs."""
    near = near_misses([(question.understood, question.micros) for question in missing], until)
    for question, found in zip(missing, near, strict=True):
        understood, micros = question.understood, question.micros
        question.near = [row for row in found if not is_canary(row[_FEED])]
        if understood.tail:
            question.tail = of_tail(understood.tail, micros)
        key = understood.key or (understood.offered[0] if understood.offered else understood.typed)
        if len(key) in FORMS:
            question.below, question.above = _block(key, micros)
    rows = (row for question in missing for row in (*question.near, *question.tail))
    facts.look_up_moves((name for row in rows for name in row[:2] if name), until)


def _block(key: str, micros: int) -> tuple[tuple[Neighbour, ...], tuple[Neighbour, ...]]:
    """Return the nearest held numbers below and above in the same series, under either of their names.

    Only within the reach of a block: what lies further off proves nothing, and among numbers that were learnt later than the
    moment of asking the search would have no end.
    """
    if not key.isdigit():
        return (), ()
    names = ("key",) if len(key) == 20 else ("key", "alias")
    low, high = _reach(key)
    parts, bounds = [], []
    for name in names:
        parts += [_side(name, "<", ">=", "DESC"), _side(name, ">", "<", "ASC")]
        bounds += [key, low, micros, key, high, micros]
    found = [_neighbour(row, key) for row in sql.hot_rows(" UNION ALL ".join(parts), bounds)]
    found = [each for each in found if each]
    below = sorted((each for each in found if each.key < key), key=lambda each: each.gap)
    above = sorted((each for each in found if each.key > key), key=lambda each: each.gap)
    return tuple(below[:BLOCK_ROWS]), tuple(above[:BLOCK_ROWS])


def _reach(key: str) -> tuple[str, str]:
    """Return the bounds, the upper one excluded, of the numbers that can lie in one block with this one."""
    stem = 5 if len(key) == 20 and key[0] == "2" else len(key) - 8
    width, number = len(key) - stem, int(key[stem:])
    low, high = max(0, number - BLOCK_REACH), number + BLOCK_REACH + 1
    above = f"{key[:stem]}{high:0{width}d}" if high < 10**width else key[:stem] + ":"
    return f"{key[:stem]}{low:0{width}d}", above


def _side(name: str, sign: str, edge: str, order: str) -> str:
    """Return the query for one side of a number; names come from our code, never from input."""
    return (
        f"SELECT * FROM (SELECT {name}, seller_tax_id, {text_of('issued_on')}, issued_at, feed, kind FROM ledger_invoice"
        f" WHERE {name} {sign} %s AND {name} {edge} %s AND known_at <= %s"
        f" ORDER BY {name} {order} LIMIT {BLOCK_ROWS}) AS {name}_{order.lower()}"
    )


def _neighbour(row: Row, key: str) -> Any:
    if len(row[0]) != len(key) or not (row[0].isdigit() and key.isdigit()):
        return None
    return Neighbour(
        key=row[0],
        gap=abs(int(row[0]) - int(key)),
        seller_tax_id=row[1],
        issued_on=date.fromisoformat(row[2]),
        issued_at=None if row[3] is None else from_micros(row[3]),
        feed=row[4],
        kind=row[5] or "",
    )
