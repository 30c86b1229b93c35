"""Gathering (归集): from the pages of a file to the sheets of each invoice, whatever their order.

A page may hold two invoices (two halves of an A4), an invoice several pages, and a list (清单) stands on pages of its
own that name the invoice they belong to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from fapiao.face.bare import bare_number
from fapiao.face.heads import list_of, own_code, own_number
from fapiao.face.lines import heading_columns
from fapiao.face.papers import is_face, names_itself_otherwise
from fapiao.face.rows import Row
from fapiao.face.sheet import Sheet

_HEAD = re.compile(r"(?<!蓝字)(?<!蓝字数电)(?<!原)发票号码:?\d{8,20}|(?<!蓝字)(?<!蓝字数电)发票号码:?$")
_FOOT = re.compile(r"^(开票人|收款人|复核)")
APART = 55.0
"""Two numbers on a page belong to two invoices where they stand at least this far apart, in millimetres."""


def faces_in(sheets: Sequence[Sheet]) -> list[list[Sheet]]:
    """Return the sheets of each invoice, in the order in which the invoices begin."""
    groups: dict[str, list[Sheet]] = {}
    last: str | None = None
    parts = [part for sheet in sheets for part in parts_of(sheet)]
    known = {_told(part.text) for part in parts if is_face(part.text)}
    for part in parts:
        key = _key(part.text, groups, known)
        if key is None and last is not None and _continues(part):
            key = last
        if key is not None:
            groups.setdefault(key, []).append(part)
            last = key
    return list(groups.values())


def _key(text: str, groups: dict[str, list[Sheet]], known: set[str | None]) -> str | None:
    """A page that says little beside its number belongs to an invoice that another page shows to be one."""
    listed = list_of(text)
    if listed and f"{listed[0]}{listed[1]}" in groups:
        return f"{listed[0]}{listed[1]}"
    key = _told(text)
    if key is None:
        return bare_number(text)
    return key if key in known else None


def _told(text: str) -> str | None:
    number = own_number(text)
    if number is None:
        return None
    return f"{own_code(text) or ''}{number}" if len(number) == 8 else number


def _continues(sheet: Sheet) -> bool:
    """A page without a number goes on with the invoice before it only if it is a list or has a table of goods."""
    text = sheet.text
    if own_number(text) is not None:
        return False
    if "清单" in text and "税" in text:
        return True
    return not names_itself_otherwise(text) and any(
        "税额" in row.text and heading_columns(row) for row in sheet.rows
    )


def parts_of(sheet: Sheet) -> Iterator[Sheet]:
    """Yield the sheet, or its parts where several invoices stand on it."""
    heads = [row for row in sheet.rows if _HEAD.search(row.text)]
    starts: list[Row] = []
    for row in heads:
        if not starts or row.y - starts[-1].y >= APART:
            starts.append(row)
    if len(starts) < 2:
        yield sheet
        return
    cuts = [_cut(sheet, above, below) for above, below in pairwise(starts)]
    edges = [float("-inf"), *cuts, float("inf")]
    for top, bottom in pairwise(edges):
        yield sheet.between(top, bottom)


def _cut(sheet: Sheet, above: Row, below: Row) -> float:
    """Return where one invoice ends: below its people, else in the widest gap before the next number."""
    rows = [row for row in sheet.rows if above.y < row.y <= below.y]
    feet = [row.y for row in rows if _FOOT.match(row.text)]
    if feet:
        return feet[-1] + 2.0
    gaps = [(after.y - before.y, after.y - 1.0) for before, after in pairwise(rows)]
    return max(gaps)[1] if gaps else below.y - 1.0
