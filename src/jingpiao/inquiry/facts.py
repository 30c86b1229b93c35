"""Facts (事实): everything that the tables say of some keys and parties, read in one statement for one question or for many.

The rows of many questions lie together, by what they are and by key; each question sees only what was known at its own moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from fapiao.claim import Understood
from fapiao.situation import Held, ImportFact, NextState, SetAside, TaxpayerFact, VerificationFact
from fapiao.verification.question import digest_of
from jingpiao import sql
from jingpiao.columns import from_fen, from_micros
from jingpiao.inquiry.near import Part, Row

_NUMBER, _WORD = "CAST(NULL AS BIGINT)", "CAST(NULL AS TEXT)"
_UNISSUED = ", ".join([_WORD, _NUMBER, _NUMBER, _NUMBER, *[_WORD] * 6])
_EMPTY = f"{_NUMBER}, {_UNISSUED}"
"""The columns that only invoices fill, typed, because PostgreSQL wants the parts of a union alike."""
_KNOWN_AT, _RELEASED_AT = 7, 8


class Facts:
    """Rows of the one statement (事实集), by what they are and by key, each list in the order in which it was learnt."""

    def __init__(self) -> None:
        self._by: dict[tuple[str, str], list[Row]] = {}
        self._asked: set[str] = set()

    def look_up(self, keys: Iterable[str], parties: Iterable[str], until: int) -> None:
        """Read everything under these keys and of these parties that was known until a moment."""
        wanted, named = list(dict.fromkeys(keys)), list(dict.fromkeys(parties))
        parts: list[Part] = []
        if wanted:
            self._asked.update(wanted)
            parts += [*_moves(wanted, until), *_arrivals(wanted, until)]
        if named:
            parts.append(_parties(named, until))
        self._add(parts)

    def look_up_moves(self, names: Iterable[str], until: int) -> None:
        """Read what happened to invoices of these names, as far as it was not read before."""
        wanted = [name for name in dict.fromkeys(names) if name not in self._asked]
        if wanted:
            self._asked.update(wanted)
            self._add(list(_moves(wanted, until)))

    def other_names(self) -> list[str]:
        """Return the other names of 数电纸质 that were found: a state or a move may have been told under either."""
        found = (row for (what, _), rows in self._by.items() if what == "invoice" for row in rows if row[2])
        return sorted({name for row in found for name in row[1:3]} - self._asked)

    def known(self, micros: int) -> Known:
        """Return what of all this was known at a moment."""
        return Known(self._by, micros)

    def _add(self, parts: Sequence[Part]) -> None:
        if not parts:
            return
        statement = " UNION ALL ".join(text for text, _ in parts)
        for row in sorted(
            sql.hot_rows(statement, [value for _, values in parts for value in values]), key=_learnt
        ):
            self._by.setdefault((row[0], row[1]), []).append(row)
            if row[2] and row[0] in ("invoice", "quarantine"):
                self._by.setdefault((row[0], row[2]), []).append(row)


def _learnt(row: Row) -> int:
    return int(row[_KNOWN_AT])


class Known:
    """What was known at one moment (当时所知)."""

    __slots__ = ("_by", "_micros")

    def __init__(self, by: dict[tuple[str, str], list[Row]], micros: int) -> None:
        self._by, self._micros = by, micros

    def _rows(self, what: str, keys: Iterable[str]) -> list[Row]:
        by, micros = self._by, self._micros
        found = {id(row): row for key in keys for row in by.get((what, key), ()) if row[_KNOWN_AT] <= micros}
        return list(found.values())

    def held(self, keys: Sequence[str]) -> tuple[Held, ...]:
        """Return the invoices under these keys, each once."""
        found = {(row[1], row[4]): row for row in self._rows("invoice", keys)}
        return tuple(self.invoice(_unpack(row)) for row in found.values())

    def invoice(self, row: Row) -> Held:
        """Return the invoice of a row of columns `INVOICE`, with its state and the bins it lay in."""
        names = (row[0], row[1]) if row[1] else row[:1]
        state, state_at, next_state = self._state(names)
        return Held(
            key=row[0],
            alias=row[1],
            version=row[2],
            kind=row[3] or None,
            region=row[4] or None,
            issued_on=row[5] if isinstance(row[5], date) else date.fromisoformat(row[5]),
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
            next_state=next_state,
            binned_by=self._bins(names),
        )

    def _state(self, names: Sequence[str]) -> tuple[str, datetime | None, NextState | None]:
        rows = sorted(self._rows("state", names), key=lambda each: (each[4], each[_KNOWN_AT]))
        if not rows:
            return "normal", None, None
        now = [row for row in rows if row[4] <= self._micros]
        state, since = (now[-1][3], from_micros(now[-1][4])) if now else ("normal", None)
        later = [row for row in rows[len(now) :] if row[4] == rows[len(now)][4]]
        coming = NextState(later[-1][3], from_micros(later[-1][4])) if later else None
        return state, since, coming if coming and coming.state != state else None

    def _bins(self, names: Sequence[str]) -> tuple[str, ...]:
        last: dict[str, str] = {}
        for row in sorted(self._rows("bin", names), key=_learnt):
            last[row[2]] = row[3]
        return tuple(by for by, move in last.items() if move == "in")

    def set_aside(self, keys: Sequence[str]) -> tuple[SetAside, ...]:
        """Return what waited in quarantine under these keys, newest first."""
        return tuple(
            SetAside(
                key=row[1],
                reasons=tuple(msgspec.json.decode(row[3])),
                feed=row[6],
                known_at=from_micros(row[_KNOWN_AT]),
            )
            for row in reversed(self._rows("quarantine", keys))
            if row[_RELEASED_AT] is None or row[_RELEASED_AT] > self._micros
        )

    def imports(self, keys: Sequence[str]) -> tuple[ImportFact, ...]:
        """Return what imports said of these keys."""
        return tuple(
            ImportFact(tax_id=row[2], result=row[3], reason=row[5], known_at=from_micros(row[_KNOWN_AT]))
            for row in self._rows("import", keys)
        )

    def verifications(self, understood: Understood) -> tuple[VerificationFact, ...]:
        """Return what the national platform was seen to say of exactly the claimed fields, oldest first."""
        rows = self._rows("asking", (understood.key,) if understood.key else ())
        own = digest_of(understood) if rows else ""
        return tuple(
            VerificationFact(
                channel=row[2], result=row[3], state=row[5], known_at=from_micros(row[_KNOWN_AT])
            )
            for row in rows
            if row[6] == own
        )

    def taxpayers(self, parties: Sequence[str]) -> tuple[TaxpayerFact, ...]:
        """Return what was last known of each named party."""
        last = {row[1]: row for row in self._rows("taxpayer", parties)}
        return tuple(
            TaxpayerFact(tax_id=row[1], name=row[2], region=row[3], active=row[5] == "in")
            for row in last.values()
        )


def _unpack(row: Row) -> Row:
    """Return an invoice row of the one statement in the order of `INVOICE`."""
    _, key, alias, kind, version, region, feed, known_at, issued_at, issued_on, *rest, body = row
    return (key, alias, version, kind, region, issued_on, issued_at, *rest, feed, known_at, body)


def _among(column: str, values: Sequence[str]) -> str:
    """Return a condition on a column; for one value, by far the most frequent case, the plainest there is."""
    return f"{column} = %s" if _is_one(values) else sql.among(column)


def _values(values: Sequence[str]) -> Any:
    return values[0] if _is_one(values) else sql.texts(values)


def _is_one(values: Sequence[str]) -> bool:
    return len(values) == 1 and "\x00" not in values[0]  # PostgreSQL holds no NUL in a text


def _moves(keys: Sequence[str], until: int) -> Iterator[Part]:
    """Yield what happened to invoices after they came."""
    among, told = _among("key", keys), _values(keys)
    yield (
        f"SELECT 'state', key, CAST(NULL AS TEXT), state, effective_at, by_number, feed, known_at, {_EMPTY}"
        f" FROM ledger_invoicestate WHERE {among} AND known_at <= %s",
        [told, until],
    )
    yield (
        f"SELECT 'bin', key, by, {_flag('into')}, 0, actor, feed, known_at, {_EMPTY}"
        f" FROM ledger_binmove WHERE {among} AND known_at <= %s",
        [told, until],
    )


def _arrivals(keys: Sequence[str], until: int) -> Iterator[Part]:
    """Yield the invoices themselves, what was set aside, what imports and outside services said."""
    among, told = _among("key", keys), _values(keys)
    either = f"({among} OR {_among('alias', keys)})"
    yield (
        f"SELECT 'quarantine', key, alias, {text_of('reasons')}, 0, '', feed, known_at, released_at, {_UNISSUED}"
        f" FROM ledger_quarantined WHERE {either} AND known_at <= %s",
        [told, told, until],
    )
    yield (
        f"SELECT 'import', key, tax_id, result, 0, reason, feed, known_at, {_EMPTY}"
        f" FROM ledger_importrow WHERE {among} AND known_at <= %s",
        [told, until],
    )
    yield (
        f"SELECT 'asking', key, channel, result, 0, state, digest, known_at, {_EMPTY}"
        f" FROM verification_asking WHERE {among} AND trusted AND known_at <= %s",
        [told, until],
    )
    yield (
        "SELECT 'invoice', key, alias, kind, version, region, feed, known_at, issued_at, "
        f"{text_of('issued_on')}, amount, tax, total, seller_tax_id, seller_name, buyer_tax_id, buyer_name, "
        f"check_code, body FROM ledger_invoice WHERE {either} AND known_at <= %s",
        [told, told, until],
    )


def _parties(tax_ids: Sequence[str], until: int) -> Part:
    return (
        f"SELECT 'taxpayer', tax_id, name, region, 0, {_flag('active')}, feed, known_at, {_EMPTY}"
        f" FROM ledger_taxpayer WHERE {_among('tax_id', tax_ids)} AND known_at <= %s",
        [_values(tax_ids), until],
    )


def _flag(column: str) -> str:
    return f"CASE WHEN \"{column}\" THEN 'in' ELSE 'out' END"


def text_of(column: str) -> str:
    """Return a column as text, alike on both databases."""
    return f"CAST({column} AS TEXT)"
