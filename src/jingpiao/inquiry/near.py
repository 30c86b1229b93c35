"""Near misses (相近号码): the held invoices that somebody who typed this number may have meant, in one or two queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from fapiao.claim import Claim, Understood
from fapiao.neighbours import FORMS, back_ranges, distance, distance1
from jingpiao import sql
from jingpiao.columns import to_fen

INVOICE = (
    "key, alias, version, kind, region, issued_on, issued_at, amount, tax, total, seller_tax_id, seller_name, "
    "buyer_tax_id, buyer_name, check_code, feed, known_at, body"
)
Row = tuple[Any, ...]
Part = tuple[str, list[Any]]
"""One arm of a statement, with its parameters."""
MOST_NEAR = 400
"""Rows that a range or a sum may give; in dense blocks there are more, and those are no typos by themselves."""
_KEY, _VERSION, _KNOWN_AT = 0, 2, 16
TWO = 2
"""Edits up to which a number may be a slip of the pen."""


def near_misses(sought: Sequence[tuple[Understood, int]], until: int) -> list[list[Row]]:
    """Return, for each claim and its moment, held invoices within one edit, and those of the claimed sum and day within two.

    Where there are none, any within two edits. ``until`` is the latest of the moments. One edit is looked for in one
    statement for all claims, by sum and within two edits for each by itself; of a single claim edit and sum go together.
    """
    wanted = [(each.typed, distance1(each.typed) if each.typed else set()) for each, _ in sought]
    by_edit = list(_one_edit(wanted, until))
    by_sum = [list(_same_sum(each.claim, micros)) if each.typed else [] for each, micros in sought]
    if len(sought) == 1:
        candidates = [_rows([*by_edit, *by_sum[0]])]
    else:
        shared = _by_name(_rows(by_edit))
        candidates = [
            [*(row for key in shared.keys() & keys for row in shared[key]), *_rows(arms)]
            for (_, keys), arms in zip(wanted, by_sum, strict=True)
        ]
    return [
        _chosen(understood.typed, keys, micros, rows)
        for (understood, micros), (_, keys), rows in zip(sought, wanted, candidates, strict=True)
    ]


def _chosen(typed: str, one_edit: set[str], micros: int, candidates: Iterable[Row]) -> list[Row]:
    """Return those of the candidates that were known and are near; else those within two edits."""
    near = [
        row
        for row in candidates
        if row[_KNOWN_AT] <= micros and (row[0] in one_edit or row[1] in one_edit or _within_two(typed, row))
    ]
    if not near and len(typed) in FORMS:
        near = _two_edits(typed, micros)
    found = {(row[_KEY], row[_VERSION]): row for row in near}
    return [found[place] for place in sorted(found)]


def _rows(arms: Sequence[Part]) -> list[Row]:
    if not arms:
        return []
    statement = " UNION ALL ".join(text for text, _ in arms)
    return sql.hot_rows(statement, [value for _, values in arms for value in values])


def _by_name(rows: Iterable[Row]) -> dict[str, list[Row]]:
    by_name: dict[str, list[Row]] = {}
    for row in rows:
        for name in row[:2]:
            if name:
                by_name.setdefault(name, []).append(row)
    return by_name


def _within_two(typed: str, row: Row) -> bool:
    return any(distance(typed, name) <= TWO for name in row[:2] if name)


def _one_edit(wanted: Sequence[tuple[str, set[str]]], until: int) -> Iterator[Part]:
    """Yield the searches for the keys that lie one edit away from what was typed."""
    keys = [key for _, near in wanted for key in near]
    by_alias = [key for typed, near in wanted if not _is_digital(typed) for key in near]
    for column, values in (("key", keys), ("alias", by_alias)):
        if values:
            yield (
                f"SELECT {INVOICE} FROM ledger_invoice WHERE {sql.among(column)} AND known_at <= %s",
                [sql.texts(values), until],
            )


def _is_digital(typed: str) -> bool:
    """Tell whether a number can be no alias: 数电 numbers begin so."""
    return typed[:1] == "2" and len(typed) > 19


def _same_sum(claim: Claim, micros: int) -> Iterator[Part]:
    """Yield the searches by sum: two edits may fall anywhere in the number, and only the other fields can tell then.

    The tax-included sum is what 数电 are asked by, the ex-tax one what the tax-control kinds are; each has its index.
    """
    for column, sum_, only in (("total", claim.total, ""), ("amount", claim.amount, "AND kind < '50' ")):
        if sum_ is None:
            continue
        day = "AND issued_on = %s " if claim.issued_on else ""
        yield (
            f"SELECT * FROM (SELECT {INVOICE} FROM ledger_invoice WHERE {column} = %s {only}{day}"
            f"AND known_at <= %s LIMIT {MOST_NEAR}) AS same_{column}",
            [to_fen(sum_), *([claim.issued_on.isoformat()] if claim.issued_on else []), micros],
        )


def _two_edits(typed: str, micros: int) -> list[Row]:
    """Return held invoices within two edits whose second half has at most one, or that lie close by.

    Two edits deep in the second half would mean reading a whole region's block: those are found by their sum (`_same_sum`).
    """
    behind = sql.for_each(
        "half",
        INVOICE,
        f"ledger_invoice WHERE reversed_key >= half.value AND reversed_key < half.value || '{_LAST}' AND known_at <= %s",
        MOST_NEAR,
    )
    found = sql.hot_rows(
        f"{behind} UNION ALL SELECT {INVOICE} FROM ledger_invoice WHERE key >= %s AND key < %s AND known_at <= %s"
        f" LIMIT {MOST_NEAR}",
        [sql.texts(low for low, _ in back_ranges(typed)), micros, *_close_by(typed), micros],
    )
    return [row for row in found if _within_two(typed, row)]


_LAST = "~"
"""Sorts behind every sign that a key can have, digits and capital letters: what begins with a text lies before text + this."""


def _close_by(typed: str) -> tuple[str, str]:
    prefix = typed[:17]
    return prefix, prefix[:-1] + chr(ord(prefix[-1]) + 1)


def of_tail(tail: str, micros: int) -> list[Row]:
    """Return legacy invoices whose number is this one, whatever their code."""
    back = tail[::-1]
    return [
        row
        for row in sql.hot_rows(
            f"SELECT {INVOICE} FROM ledger_invoice WHERE reversed_key >= %s AND reversed_key < %s"
            f" AND known_at <= %s LIMIT {MOST_NEAR}",
            [back, back[:-1] + chr(ord(back[-1]) + 1), micros],
        )
        if row[1] is None and (row[3] or "99") < "50"
    ]
