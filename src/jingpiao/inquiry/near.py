"""Near misses (相近号码): the held invoices that somebody who typed this number may have meant, in one or two queries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fapiao.claim import Claim, Understood
from fapiao.neighbours import FORMS, back_ranges, distance, distance1
from jingpiao import sql
from jingpiao.columns import to_fen

INVOICE = (
    "key, alias, version, kind, region, issued_on, issued_at, amount, tax, total, seller_tax_id, seller_name, "
    "buyer_tax_id, buyer_name, check_code, feed, known_at, body"
)
Part = tuple[str, list[Any]]
"""One arm of a statement, with its parameters."""
MOST_NEAR = 400
"""Rows that a range or a sum may give; in dense blocks there are more, and those are no typos by themselves."""
TWO = 2
"""Edits up to which a number may be a slip of the pen."""


def near_misses(understood: Understood, micros: int) -> list[tuple[Any, ...]]:
    """Return held invoices within one edit, and those of the claimed sum and day within two; or else any within two."""
    typed = understood.typed
    arms = [*_one_edit(typed, micros), *_same_sum(understood.claim, micros)]
    if arms:
        statement = " UNION ".join(text for text, _ in arms)
        found = sql.rows(statement, [value for _, values in arms for value in values])
        found = [row for row in found if _within_two(typed, row)]
        if found:
            return found
    return _two_edits(typed, micros) if len(typed) in FORMS else []


def _within_two(typed: str, row: tuple[Any, ...]) -> bool:
    return any(distance(typed, name) <= TWO for name in row[:2] if name)


def _one_edit(typed: str, micros: int) -> Iterator[Part]:
    keys = distance1(typed)
    if keys:
        columns = ("key",) if typed[0] == "2" and len(typed) > 19 else ("key", "alias")  # 数电 is no alias
        parameter = sql.texts(keys)
        for column in columns:
            yield (
                f"SELECT {INVOICE} FROM ledger_invoice WHERE {sql.among(column)} AND known_at <= %s",
                [parameter, micros],
            )


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


def _two_edits(typed: str, micros: int) -> list[tuple[Any, ...]]:
    """Return held invoices within two edits whose second half has at most one, or that lie close by.

    Two edits deep in the second half would mean reading a whole region's block: those are found by their sum (`_same_sum`).
    """
    back = back_ranges(typed)
    conditions = ["(key >= %s AND key < %s)", *["(reversed_key >= %s AND reversed_key < %s)"] * len(back)]
    ranges = [bound for pair in (_close_by(typed), *back) for bound in pair]
    found = sql.rows(
        f"SELECT {INVOICE} FROM ledger_invoice WHERE ({' OR '.join(conditions)}) AND known_at <= %s"
        f" LIMIT {MOST_NEAR}",
        [*ranges, micros],
    )
    return [row for row in found if _within_two(typed, row)]


def _close_by(typed: str) -> tuple[str, str]:
    prefix = typed[:17]
    return prefix, prefix[:-1] + chr(ord(prefix[-1]) + 1)


def of_tail(tail: str, micros: int) -> list[tuple[Any, ...]]:
    """Return legacy invoices whose number is this one, whatever their code."""
    back = tail[::-1]
    return [
        row
        for row in sql.rows(
            f"SELECT {INVOICE} FROM ledger_invoice WHERE reversed_key >= %s AND reversed_key < %s"
            f" AND known_at <= %s LIMIT {MOST_NEAR}",
            [back, back[:-1] + chr(ord(back[-1]) + 1), micros],
        )
        if row[1] is None and (row[3] or "99") < "50"
    ]
