"""Joining (拼接): signs that a maker set one by one, each an object or a text code of its own, become texts again."""

from __future__ import annotations

from collections.abc import Sequence

from fapiao.placed import Run

_LEVEL = 0.15
"""Baselines of one text differ by no more than this share of the type size."""
_BACK, _ON = -0.4, 0.15
"""A sign follows where it begins so far from the end of the last one: narrow letters end before they are thought to."""
_LETTERS_ON = 0.45
"""Wide Latin letters end later than they are thought to."""
_FIGURE = frozenset("0123456789.,¥￥-%")
_BLANK = 0.75
"""A gap up to this is a blank within a text, unless figures stand on both sides: those are two."""


def joined(runs: Sequence[Run]) -> list[Run]:
    """Return runs in which single signs that follow each other are one; longer runs stay as they are."""
    told: list[Run] = []
    open_run: Run | None = None
    for run in runs:
        if len(run.text) > 1:
            told.append(run)
            open_run = None
        elif open_run is not None and (link := _link(open_run, run)) is not None:
            width = run.x + run.width - open_run.x
            open_run = Run(open_run.x, open_run.y, width, open_run.size, open_run.text + link + run.text)
            told[-1] = open_run
        else:
            open_run = run
            told.append(run)
    return told


def _link(last: Run, run: Run) -> str | None:
    """Return what stands between a text and a sign that goes on with it, ``None`` where it does not."""
    if abs(last.y - run.y) > _LEVEL * run.size or abs(last.size - run.size) > 0.1 * run.size:
        return None
    before, after = last.text[-1], run.text
    letters = before.isascii() and before.isalpha() and after.isascii() and after.isalpha()
    gap = (run.x - last.x - last.width) / max(run.size, 0.01)
    if _BACK < gap < (_LETTERS_ON if letters else _ON):
        return ""
    return " " if 0 < gap < _BLANK and not {before, after} <= _FIGURE else None
