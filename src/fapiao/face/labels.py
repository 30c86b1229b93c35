"""Labels (栏目): forms of boxes, where a label's value stands right of it or below it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fapiao.face.rows import Cell, Row


def right_of(rows: Sequence[Row], labels: Sequence[str]) -> dict[str, str]:
    """Return the text right of each label up to the next one; a label seen twice keeps its first value."""
    pattern = re.compile("|".join(re.escape(label) for label in sorted(labels, key=len, reverse=True)))
    told: dict[str, str] = {}
    for row in rows:
        found = list(pattern.finditer(row.text))
        for match, after in zip(found, [*found[1:], None], strict=False):
            value = row.raw[match.end() : after.start() if after else None].lstrip(":：∶ ").strip()
            if value:
                told.setdefault(match[0], value)
    return told


def below(heading: Row, rows: Sequence[Row], labels: Sequence[str]) -> dict[str, str]:
    """Return the text under each label of a heading row, from the first row that has any."""
    places, signs = [], heading.places()
    for label in labels:
        at = heading.text.find(label)
        if at >= 0:
            places.append((signs[at][0], signs[at + len(label) - 1][1], label))
    told: dict[str, str] = {}
    for row in rows:
        for cell in row.cells:
            name = min(places, key=lambda place: _apart(place, cell))[2]
            told[name] = told.get(name, "") + cell.raw
        if told:
            break
    return told


def _apart(place: tuple[float, float, str], cell: Cell) -> float:
    left, right, _ = place
    return max(left - cell.right, cell.left - right, 0.0) + abs((left + right) / 2 - cell.middle) / 100
