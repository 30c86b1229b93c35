"""A sheet (票面): the part of a page that one invoice stands on, as rows, with the labels set upright beside its areas."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median

import msgspec

from fapiao.face.rows import Row, rows_of
from fapiao.face.seals import unsealed
from fapiao.face.spacing import unspaced
from fapiao.placed import PlacedPage, Run

UPRIGHT = frozenset("购买方销售备注密码区信息")
"""Signs of the labels set upright beside their areas (购买方信息, 销售方信息, 备注, 密码区): they belong to no row."""
USUAL_SIZE = 3.2
"""Millimetres (9 points): the type size of the face, to which a page printed larger or smaller is brought."""


SEAL = 0.7
"""Lone signs smaller than this share of the usual size are a seal's (监制章), set around or down through the head."""


_LONE_HAN = re.compile("[\u4e00-\u9fff]")
_BLANK = re.compile("[\ue000-\uf8ff\\s\\x00]*")
"""Signs of private use alone are a mark or a piece of a seal."""


class Sheet(msgspec.Struct, frozen=True):
    """What stands on one page, or one half of it: its width and rows in millimetres, its page number from 1."""

    number: int
    width: float
    rows: tuple[Row, ...]
    upright: tuple[Run, ...] = ()

    @property
    def text(self) -> str:
        """All rows, a line each, folded."""
        return "\n".join(row.text for row in self.rows)

    def upright_at(self, sign: str) -> Run | None:
        """Return the first upright label's sign, by reading order."""
        return next((run for run in self.upright if run.text == sign), None)

    def between(self, top: float, bottom: float) -> Sheet:
        """Return the part of the sheet between two heights."""
        return Sheet(
            self.number,
            self.width,
            tuple(row for row in self.rows if top <= row.y < bottom),
            tuple(run for run in self.upright if top <= run.y < bottom),
        )


def sheet_of(page: PlacedPage) -> Sheet:
    """Return the sheet of a whole page, brought to the usual type size."""
    runs = unspaced(unsealed([run for run in page.runs if not _BLANK.fullmatch(run.text)]))
    middle = median([run.size for run in runs]) if runs else USUAL_SIZE
    runs = _without_rings(runs, SEAL * middle)
    scale = 1.0 if 2.3 <= middle <= 4.2 or middle <= 0 else USUAL_SIZE / middle
    if scale != 1.0:
        runs = [
            Run(run.x * scale, run.y * scale, run.width * scale, run.size * scale, run.text) for run in runs
        ]
    upright = _upright(runs)
    if upright:
        marks = {id(run) for run in upright}
        runs = [run for run in runs if id(run) not in marks]
    return Sheet(page.number, page.width * scale, tuple(rows_of(runs)), upright)


def _without_rings(runs: Sequence[Run], largest: float) -> list[Run]:
    """Return the runs without small lone signs, but those that a longer text as small stands beside or above."""
    small = {id(run) for run in runs if run.size <= largest and _LONE_HAN.fullmatch(run.text)}
    if not small:
        return list(runs)
    texts = [run for run in runs if run.size <= largest and len(run.text) > 1]
    return [run for run in runs if id(run) not in small or any(_of_text(run, text) for text in texts)]


def _of_text(sign: Run, text: Run) -> bool:
    """A cell of a table set small shares its baseline with others; a name's last sign stands below its beginning."""
    hair = 0.05 * sign.size
    below = sign.y - text.y
    return abs(sign.size - text.size) < hair and (
        abs(below) < hair or (abs(sign.x - text.x) < hair and 0 < below < 1.5 * sign.size)
    )


def _upright(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Return the signs that have another, different such sign above or below at the same left edge."""
    lone = [run for run in runs if len(run.text) == 1 and run.text in UPRIGHT]
    return tuple(
        run
        for run in sorted(lone, key=lambda each: (each.y, each.x))
        if any(
            run.text != other.text
            and abs(run.x - other.x) < 0.5 * run.size
            and 0.8 * run.size < abs(run.y - other.y) < 6 * run.size
            for other in lone
        )
    )
