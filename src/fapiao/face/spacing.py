"""Spaced figures (数字疏排): digits set apart at one pitch, as fonts with wrong widths give them, are one figure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fapiao.placed import Run

_SIGNS = frozenset("0123456789.,¥￥-%*")
_BEGUN = re.compile(r"[¥￥Y]-?\d")
"""A wide sign of the currency may hold on to the first digit."""
LEAST = 3
"""So many signs at one pitch at least: two figures of one digit may stand beside each other by chance."""
WIDEST = 1.3
"""A pitch in type sizes beyond which signs belong to no one figure."""
_EVEN = 0.12
"""Pitches differ by no more than this share of the type size."""


def unspaced(runs: Sequence[Run]) -> list[Run]:
    """Return runs in which figures whose signs stand apart at one pitch are whole."""
    if sum(len(run.text) == 1 and run.text in _SIGNS for run in runs) < LEAST - 1:
        return list(runs)
    told: list[Run] = []
    figure: list[Run] = []
    for run in runs:
        if figure and not _goes_on(figure, run):
            told += _settled(figure)
            figure = []
        if _is_sign(run) or (not figure and _BEGUN.fullmatch(run.text)):
            figure.append(run)
        else:
            told.append(run)
    return told + _settled(figure)


def _goes_on(figure: Sequence[Run], run: Run) -> bool:
    last = figure[-1]
    pitch = run.x - last.x
    if not _is_sign(run) or abs(run.y - last.y) > 0.15 * run.size:
        return False
    if last.text[1:]:
        return 0 < run.x - last.x - last.width < 0.5 * run.size
    before = last.x - figure[-2].x if len(figure) > 1 and not figure[-2].text[1:] else pitch
    return 0 < pitch < WIDEST * run.size and abs(pitch - before) < _EVEN * run.size


def _is_sign(run: Run) -> bool:
    return len(run.text) == 1 and run.text in _SIGNS


def _settled(figure: Sequence[Run]) -> list[Run]:
    """Return a figure as one run; two that stand at one pitch by chance part where they are farthest apart."""
    if len(figure) < LEAST:
        return list(figure)
    points = [place for place, run in enumerate(figure) if run.text == "."]
    if len(points) > 1:
        cut = max(range(points[0] + 1, points[1] + 1), key=lambda at: figure[at].x - figure[at - 1].x)
        return _settled(figure[:cut]) + _settled(figure[cut:])
    first, last = figure[0], figure[-1]
    text = "".join(run.text for run in figure)
    return [Run(first.x, first.y, last.x + last.width - first.x, first.size, text)]
