"""Rows (文字行): placed runs gathered by baseline into rows, and into cells where gaps are wide."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import msgspec

from fapiao.placed import PlacedPage, Run

SAME_ROW = 0.45
"""Baselines nearer than this share of the type size stand on one row: labels and typed values differ a little."""
GAP = 0.4
"""A gap wider than this share of the type size begins a new cell."""


class Cell(msgspec.Struct, frozen=True):
    """Text without wide gaps (单元): left and right edge in millimetres, and the text without spaces."""

    left: float
    right: float
    text: str

    @property
    def middle(self) -> float:
        """The cell's centre."""
        return (self.left + self.right) / 2


class Row(msgspec.Struct, frozen=True):
    """A row of cells from left to right (行) at one height."""

    y: float
    cells: tuple[Cell, ...]

    @property
    def text(self) -> str:
        """The row's text without any gap."""
        return "".join(cell.text for cell in self.cells)

    def within(self, left: float, right: float) -> Row:
        """Return the part of the row that begins between two edges."""
        return Row(self.y, tuple(cell for cell in self.cells if left <= cell.left < right))


def rows_of(page: PlacedPage) -> list[Row]:
    """Return a page's rows from top to bottom."""
    rows: list[list[Run]] = []
    for run in sorted(page.runs, key=lambda each: each.y):
        if run.text.strip():
            row = rows[-1] if rows else None
            if row and run.y - _level(row) <= SAME_ROW * min(run.size, row[0].size, 5.0):
                row.append(run)
            else:
                rows.append([run])
    return [Row(_level(row), _cells(row)) for row in rows]


def _level(row: Sequence[Run]) -> float:
    return sum(run.y for run in row) / len(row)


def _cells(row: Sequence[Run]) -> tuple[Cell, ...]:
    cells: list[list[float | str]] = []
    for run in sorted(row, key=lambda each: each.x):
        text = clean(run.text)
        if not text:
            continue
        last = cells[-1] if cells else None
        if last and run.x - float(last[1]) < GAP * min(run.size, 5.0):
            last[1] = max(float(last[1]), run.x + run.width)
            last[2] = f"{last[2]}{text}"
        else:
            cells.append([run.x, run.x + run.width, text])
    return tuple(Cell(float(left), float(right), str(text)) for left, right, text in cells)


_KEEP = str.maketrans(
    {
        "￥": "¥",
        "：": ":",
        "，": ",",
        "（": "(",
        "）": ")",
        "\u00a0": None,
        "\u3000": None,
        "\x00": None,
        " ": None,
        "\u200b": None,
        "\ufeff": None,
    }
)


def clean(text: str) -> str:
    """Return text in half-width brackets and colons without spaces; radicals from odd fonts become characters."""
    return unicodedata.normalize("NFKC", text.translate(_KEEP)).translate(_KEEP)
