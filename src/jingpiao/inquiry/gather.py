"""Gathering (取证): fills a `Situation` from the database, in at most six queries, as of one moment.

1. everything under the asked and offered keys (invoices, states, bin, quarantine, imports, verdicts) and the named parties in one
statement, 2. when the feeds last spoke; then, only when nothing arrived: 3. and 4. near misses, 5. their states, 6. the
number's block. What goes by two names and was found costs one more, and then no wider search. Feeds, announcements and what was learnt come from the timeline in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from fapiao.circumstances import BLOCK_REACH
from fapiao.claim import Understood
from fapiao.learning import likeness
from fapiao.neighbours import FORMS
from fapiao.situation import (
    Held,
    ImportFact,
    Neighbour,
    SetAside,
    Situation,
    TaxpayerFact,
    VerificationFact,
)
from fapiao.verification.question import digest_of
from jingpiao import sql
from jingpiao.columns import from_fen, from_micros, to_micros
from jingpiao.inquiry.near import Part, near_misses, of_tail
from jingpiao.ledger.models import CANARY
from jingpiao.sync.timeline import Timeline, last_spoken

_FEED = 15
BLOCK_ROWS = 4


def gather(understood: Understood, as_of: datetime, timeline: Timeline) -> Situation:
    """Return what was known about a claim at a moment."""
    micros, claim = to_micros(as_of), understood.claim
    asked = [understood.key] if understood.key else []
    keys = list(dict.fromkeys([*asked, *understood.offered]))
    rows = _facts(keys, micros, parties=[each for each in (claim.seller_tax_id, claim.buyer_tax_id) if each])
    others = _other_names(rows, keys)
    facts = _Facts([*rows, *_facts(others, micros, invoices=False)] if others else rows)
    held = tuple(facts.held(asked))
    situation = Situation(
        as_of=as_of,
        understood=understood,
        held=held,
        offered=tuple(facts.held(understood.offered)),
        set_aside=tuple(facts.set_aside(asked)),
        imports=tuple(facts.imports(asked)),
        exports=() if held else timeline.exports_of(_own(understood, timeline), as_of),
        verifications=() if held else tuple(facts.verifications(understood)),
        taxpayers=tuple(facts.taxpayers()),
        feeds=timeline.feeds(as_of, last_spoken(list(timeline.declarations), as_of), claim.kind or ""),
        statements=timeline.known_statements(as_of),
        learned=timeline.learned(as_of, likeness(understood)),
    )
    return situation if held or situation.set_aside else _search_wider(situation, micros)


def _own(understood: Understood, timeline: Timeline) -> tuple[str, ...]:
    """Return the taxpayers whose exports count: the asker's; for the operator those named, or the only one there is."""
    claim = understood.claim
    if claim.tax_ids is not None:
        return claim.tax_ids
    named = tuple(each for each in (claim.buyer_tax_id, claim.seller_tax_id) if each)
    return named or (tuple(timeline.exports) if len(timeline.exports) == 1 else ())


def _other_names(rows: list[tuple[Any, ...]], keys: list[str]) -> list[str]:
    """Return the other names of 数电纸质 that were found: a state or a move may have been told under either."""
    names = {name for row in rows if row[0] == "invoice" and row[2] for name in row[1:3]}
    return sorted(names - set(keys))


def _search_wider(situation: Situation, micros: int) -> Situation:
    understood = situation.understood
    near = near_misses(understood, micros) if understood.typed else []
    near = [row for row in near if not row[_FEED].startswith(CANARY)]
    tail = of_tail(understood.tail, micros) if understood.tail else []
    states = (
        _Facts(_facts([row[0] for row in (*near, *tail)], micros, invoices=False))
        if near or tail
        else _Facts([])
    )
    key = understood.key or (understood.offered[0] if understood.offered else understood.typed)
    below, above = _block(key, micros) if len(key) in FORMS else ((), ())
    return msgspec.structs.replace(
        situation,
        near=tuple(states.invoice(row) for row in near),
        tail=tuple(states.invoice(row) for row in tail),
        below=below,
        above=above,
    )


_NUMBER, _WORD = "CAST(NULL AS BIGINT)", "CAST(NULL AS TEXT)"
_EMPTY = ", ".join([_NUMBER, _WORD, _NUMBER, _NUMBER, _NUMBER, *[_WORD] * 6])
"""The columns that only invoices fill, typed, because PostgreSQL wants the parts of a union alike."""


def _facts(
    keys: list[str], micros: int, *, invoices: bool = True, parties: Sequence[str] = ()
) -> list[tuple[Any, ...]]:
    """Return every fact under these keys and of these parties, in one statement; the first column says what each row is."""
    parts: list[Part] = []
    if keys:
        parts += _moves(sql.texts(keys), micros)
    if keys and invoices:
        parts += _arrivals(sql.texts(keys), micros)
    if parties:
        parts.append(_parties(parties, micros))
    if not parts:
        return []
    statement = " UNION ALL ".join(text for text, _ in parts)
    return sql.rows(statement, [value for _, values in parts for value in values])


def _moves(keys: Any, micros: int) -> Iterator[Part]:
    """Yield what happened to invoices after they came."""
    yield (
        f"SELECT 'state', key, CAST(NULL AS TEXT), state, effective_at, by_number, feed, known_at, {_EMPTY}"
        f" FROM ledger_invoicestate WHERE {sql.among('key')} AND known_at <= %s",
        [keys, micros],
    )
    yield (
        f"SELECT 'bin', key, by, {_flag('into')}, 0, actor, feed, known_at, {_EMPTY}"
        f" FROM ledger_binmove WHERE {sql.among('key')} AND known_at <= %s",
        [keys, micros],
    )


def _arrivals(keys: Any, micros: int) -> Iterator[Part]:
    """Yield the invoices themselves, what was set aside, what imports and outside services said."""
    either = f"({sql.among('key')} OR {sql.among('alias')})"
    yield (
        f"SELECT 'quarantine', key, alias, {_text('reasons')}, 0, '', feed, known_at, {_EMPTY}"
        f" FROM ledger_quarantined WHERE {either} AND known_at <= %s AND (released_at IS NULL OR released_at > %s)",
        [keys, keys, micros, micros],
    )
    yield (
        f"SELECT 'import', key, tax_id, result, 0, reason, feed, known_at, {_EMPTY}"
        f" FROM ledger_importrow WHERE {sql.among('key')} AND known_at <= %s",
        [keys, micros],
    )
    yield (
        f"SELECT 'asking', key, channel, result, 0, state, digest, known_at, {_EMPTY}"
        f" FROM verification_asking WHERE {sql.among('key')} AND trusted AND known_at <= %s",
        [keys, micros],
    )
    yield (
        "SELECT 'invoice', key, alias, kind, version, region, feed, known_at, issued_at, "
        f"{_text('issued_on')}, amount, tax, total, seller_tax_id, seller_name, buyer_tax_id, buyer_name, "
        f"check_code, body FROM ledger_invoice WHERE {either} AND known_at <= %s",
        [keys, keys, micros],
    )


def _parties(tax_ids: Sequence[str], micros: int) -> Part:
    return (
        f"SELECT 'taxpayer', tax_id, name, region, 0, {_flag('active')}, feed, known_at, {_EMPTY}"
        f" FROM ledger_taxpayer WHERE {sql.among('tax_id')} AND known_at <= %s",
        [sql.texts(tax_ids), micros],
    )


def _flag(column: str) -> str:
    return f"CASE WHEN \"{column}\" THEN 'in' ELSE 'out' END"


def _text(column: str) -> str:
    return f"CAST({column} AS TEXT)"


class _Facts:
    """Rows of `_facts`, sorted by what they are and by key."""

    def __init__(self, rows: Iterable[tuple[Any, ...]]) -> None:
        self._by: dict[tuple[str, str], list[tuple[Any, ...]]] = {}
        for row in sorted(rows, key=lambda each: each[7]):
            self._by.setdefault((row[0], row[1]), []).append(row)
            if row[0] in ("invoice", "quarantine") and row[2]:
                self._by.setdefault((row[0], row[2]), []).append(row)

    def _rows(self, what: str, keys: Iterable[str]) -> list[tuple[Any, ...]]:
        found = {id(row): row for key in keys for row in self._by.get((what, key), ())}
        return list(found.values())

    def held(self, keys: Iterable[str]) -> list[Held]:
        """Return the invoices under these keys, each once."""
        found = {(row[1], row[4]): row for row in self._rows("invoice", keys)}
        return [self._held(_unpack(row)) for row in found.values()]

    def invoice(self, row: tuple[Any, ...]) -> Held:
        """Return the invoice of a row of columns `INVOICE`."""
        return self._held(row)

    def _held(self, row: tuple[Any, ...]) -> Held:
        names = [row[0], *([row[1]] if row[1] else [])]
        state, state_at = self._state(names)
        day = row[5] if isinstance(row[5], date) else date.fromisoformat(row[5])
        return Held(
            key=row[0],
            alias=row[1],
            version=row[2],
            kind=row[3] or None,
            region=row[4] or None,
            issued_on=day,
            issued_at=None if row[6] is None else from_micros(row[6]),
            amount=from_fen(row[7]),
            tax=None if row[8] is None else from_fen(row[8]),
            total=from_fen(row[9]),
            seller_tax_id=row[10],
            seller_name=row[11],
            buyer_tax_id=row[12],
            buyer_name=row[13],
            check_code=row[14],
            feed=row[15],
            known_at=from_micros(row[16]),
            body=row[17],
            state=state,
            state_at=state_at,
            binned_by=self._bins(names),
        )

    def _state(self, names: list[str]) -> tuple[str, datetime | None]:
        rows = sorted(self._rows("state", names), key=lambda each: (each[4], each[7]))
        return (rows[-1][3], from_micros(rows[-1][4])) if rows else ("normal", None)

    def _bins(self, names: list[str]) -> tuple[str, ...]:
        last: dict[str, str] = {}
        for row in sorted(self._rows("bin", names), key=lambda each: each[7]):
            last[row[2]] = row[3]
        return tuple(by for by, move in last.items() if move == "in")

    def set_aside(self, keys: Iterable[str]) -> list[SetAside]:
        """Return what waits in quarantine under these keys, newest first."""
        return [
            SetAside(
                key=row[1],
                reasons=tuple(msgspec.json.decode(row[3])),
                feed=row[6],
                known_at=from_micros(row[7]),
            )
            for row in reversed(self._rows("quarantine", keys))
        ]

    def imports(self, keys: Iterable[str]) -> list[ImportFact]:
        """Return what imports said of these keys."""
        return [
            ImportFact(tax_id=row[2], result=row[3], reason=row[5], known_at=from_micros(row[7]))
            for row in self._rows("import", keys)
        ]

    def verifications(self, understood: Understood) -> list[VerificationFact]:
        """Return what the national platform was seen to say of exactly the claimed fields, oldest first."""
        rows = self._rows("asking", [understood.key] if understood.key else [])
        own = digest_of(understood) if rows else ""
        return [
            VerificationFact(channel=row[2], result=row[3], state=row[5], known_at=from_micros(row[7]))
            for row in rows
            if row[6] == own
        ]

    def taxpayers(self) -> list[TaxpayerFact]:
        """Return what was last known of each named party."""
        return [
            TaxpayerFact(tax_id=tax_id, name=rows[-1][2], region=rows[-1][3], active=rows[-1][5] == "in")
            for (what, tax_id), rows in self._by.items()
            if what == "taxpayer"
        ]


def _unpack(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return an invoice row of `_facts` in the order of `INVOICE`."""
    _, key, alias, kind, version, region, feed, known_at, issued_at, issued_on, *rest, body = row
    return (key, alias, version, kind, region, issued_on, issued_at, *rest, feed, known_at, body)


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
    found = [_neighbour(row, key) for row in sql.rows(" UNION ALL ".join(parts), bounds)]
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
        f"SELECT * FROM (SELECT {name}, seller_tax_id, {_text('issued_on')}, issued_at, feed FROM ledger_invoice"
        f" WHERE {name} {sign} %s AND {name} {edge} %s AND known_at <= %s"
        f" ORDER BY {name} {order} LIMIT {BLOCK_ROWS}) AS {name}_{order.lower()}"
    )


def _neighbour(row: tuple[Any, ...], key: str) -> Any:
    if len(row[0]) != len(key) or not (row[0].isdigit() and key.isdigit()):
        return None
    return Neighbour(
        key=row[0],
        gap=abs(int(row[0]) - int(key)),
        seller_tax_id=row[1],
        issued_on=date.fromisoformat(row[2]),
        issued_at=None if row[3] is None else from_micros(row[3]),
        feed=row[4],
    )
