"""Rows (行): what every kind of table gives, whatever file it came from."""

from __future__ import annotations

import msgspec


class SheetRow(msgspec.Struct, frozen=True):
    """A row (行): its number from 1, and texts by column from 0.

    ``bare`` columns are formulas without a stored value; ``wrong`` ones hold an error such as ``#N/A``.
    """

    number: int
    cells: dict[int, str]
    bare: tuple[int, ...] = ()
    wrong: tuple[int, ...] = ()
