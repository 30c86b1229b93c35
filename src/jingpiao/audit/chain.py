"""The chain (链): each entry's digest covers its fields and the digest before it, so that no entry can be changed alone.

A digest is SHA-256 over the JSON of the fields in the order of `FIELDS`, times as microseconds since 1970 UTC. Anybody can
compute it again from an export.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

BEGINNING = "0" * 64
FIELDS = (
    "number",
    "at",
    "who",
    "role",
    "address",
    "request_id",
    "action",
    "what",
    "detail",
    "before",
    "after",
    "former",
)


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What a look through the chain found (核验结果). ``first_bad`` is the number of the first entry that is wrong."""

    ok: bool
    entries: int
    first_bad: int | None = None
    reason: str | None = None


def digest_of(values: Sequence[Any]) -> str:
    """Return the digest of an entry from its values in the order of `FIELDS`."""
    return hashlib.sha256(msgspec.json.encode(list(values))).hexdigest()


def look_through(rows: Iterable[Sequence[Any]], fixed: Mapping[int, str]) -> Checked:
    """Look through entries in their order: values of `FIELDS`, then the digest that each states.

    ``fixed`` are digests by number that were signed and kept elsewhere: they tell a chain that was made anew, or cut off.
    Reasons: ``missing``, ``unchained``, ``changed``, ``not-as-fixed``, ``cut-off``.
    """
    former, count = BEGINNING, 0
    for row in rows:
        number, stated = row[0], row[-1]
        wrong = _wrong(row, count + 1, former, fixed)
        if wrong:
            return Checked(ok=False, entries=count, first_bad=count + 1, reason=wrong)
        former, count = stated, number
    if any(number > count for number in fixed):
        return Checked(ok=False, entries=count, first_bad=count + 1, reason="cut-off")
    return Checked(ok=True, entries=count)


def _wrong(row: Sequence[Any], expected: int, former: str, fixed: Mapping[int, str]) -> str | None:
    number, stated = row[0], row[-1]
    if number != expected:
        return "missing"
    if row[-2] != former:
        return "unchained"
    if digest_of(row[:-1]) != stated:
        return "changed"
    return "not-as-fixed" if fixed.get(number, stated) != stated else None
