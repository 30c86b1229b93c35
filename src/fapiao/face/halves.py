"""Halves (并排票面): a page on which invoices stand beside each other, cut between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median

import msgspec

from fapiao.face.rows import folded, printed
from fapiao.placed import PlacedPage, Run

_HEAD = re.compile(r"^发票号码(?![^:\d])")
FAR = 18.0
"""Two numbers belong to two faces where they stand at least so many type sizes apart on about one height."""
LEVEL = 8.0
"""About one height: within so many type sizes."""
_NARROWEST = 0.25
"""A cut needs a strip without text, in type sizes."""


def halves_of(page: PlacedPage) -> list[PlacedPage]:
    """Return a page, or its halves from left to right where invoices stand beside each other."""
    heads = [run for run in page.runs if "号" in run.text and _HEAD.match(folded(printed(run.text)))]
    size = median(run.size for run in page.runs) if len(heads) > 1 else 0.0
    pair = _beside(heads, size)
    cut = _cut(page.runs, *pair, size) if pair else None
    if cut is None:
        return [page]
    left = tuple(run for run in page.runs if run.x < cut)
    right = tuple(msgspec.structs.replace(run, x=run.x - cut) for run in page.runs if run.x >= cut)
    parts = (
        PlacedPage(cut, page.height, left, page.number),
        PlacedPage(page.width - cut, page.height, right, page.number),
    )
    return [half for part in parts for half in halves_of(part)]


def _beside(heads: Sequence[Run], size: float) -> tuple[float, float] | None:
    """Return where two heads on one height begin, the nearest two."""
    ordered = sorted(heads, key=lambda run: run.x)
    pairs = [
        (right.x - left.x, left.x, right.x)
        for place, left in enumerate(ordered)
        for right in ordered[place + 1 :]
        if abs(right.y - left.y) < LEVEL * size and right.x - left.x > FAR * size
    ]
    return min(pairs)[1:] if pairs else None


def _cut(runs: Sequence[Run], left: float, right: float, size: float) -> float | None:
    """Return the middle of the strip without text between two heads that is nearest to the middle of all text."""
    spans = sorted((run.x, run.x + run.width) for run in runs)
    middle = (spans[0][0] + max(end for _, end in spans)) / 2
    strips, reach = [], float("-inf")
    for begin, end in spans:
        if begin - reach > _NARROWEST * size and left < reach and begin <= right:
            strips.append((reach + begin) / 2)
        reach = max(reach, end)
    return min(strips, key=lambda at: abs(at - middle), default=None)
