"""Rows (文字行): placed runs gathered by baseline into rows, and into cells where gaps are wide.

Two texts stand side by side, sign for sign: ``text`` folded to half width, in which labels are searched, and ``raw``
as printed, from which values are taken.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from fapiao.placed import Run

SAME_ROW = 0.45
"""Baselines nearer than this share of the type size stand on one row: labels and typed values differ a little."""
SLIPPED = 0.8
"""Up to this share two rows are still one where nothing of one stands above anything of the other."""
GAP = 0.4
"""A gap wider than this share of the type size begins a new cell."""
LARGEST = 5.0
"""Millimetres: titles are larger, and must not draw their neighbours into their row."""


class Cell(msgspec.Struct, frozen=True):
    """Text without wide gaps (单元): left and right edge in millimetres, the text folded and as printed.

    ``seams`` are where runs met that were set apart: place in the text, and the left edge there.
    """

    left: float
    right: float
    text: str
    raw: str = ""
    seams: tuple[tuple[int, float, float], ...] = ()

    @property
    def middle(self) -> float:
        """The cell's centre."""
        return (self.left + self.right) / 2

    def parted(self, *edges: float) -> list[Cell]:
        """Return the cell cut where a text of its own begins beyond one of some edges: names print over what is beside them."""
        cuts = [
            next((seam for seam in self.seams if seam[2] >= edge), None) for edge in edges if self.left < edge
        ]
        seams = sorted({seam for seam in cuts if seam})
        starts = [(0, self.left), *((at, left) for at, _, left in seams)]
        ends = [*((at, right) for at, right, _ in seams), (len(self.text), self.right)]
        return [
            Cell(
                left,
                right,
                self.text[begin:end],
                self.raw[begin:end],
                tuple((at - begin, *rest) for at, *rest in self.seams if begin < at < end),  # type: ignore[misc]
            )
            for (begin, left), (end, right) in zip(starts, ends, strict=True)
        ]

    def places(self) -> list[tuple[float, float]]:
        """Return where each sign stands: wide signs take twice the room of narrow ones."""
        weights = [1 if sign < "⺀" and sign not in _WIDE else 2 for sign in self.raw]
        step = (self.right - self.left) / max(sum(weights), 1)
        places, at = [], self.left
        for weight in weights:
            places.append((at, at + weight * step))
            at += weight * step
        return places


_WIDE = "￥（）：；，、·"


class Row(msgspec.Struct, frozen=True):
    """A row of cells from left to right (行) at one height, with its type size in millimetres.

    ``text`` is the row's text without any gap, folded; ``raw`` the same as printed.
    """

    y: float
    cells: tuple[Cell, ...]
    size: float = 3.2
    text: str = ""
    raw: str = ""

    def within(self, left: float, right: float) -> Row:
        """Return the part of the row that begins between two edges."""
        parts = [
            part for cell in self.cells for part in (cell.parted(left, right) if cell.seams else (cell,))
        ]
        return row_of(self.y, tuple(part for part in parts if left <= part.left < right), self.size)

    def places(self) -> list[tuple[float, float]]:
        """Return where each sign of `text` stands."""
        return [place for cell in self.cells for place in cell.places()]


def row_of(y: float, cells: tuple[Cell, ...], size: float) -> Row:
    """Return the row of some cells."""
    return Row(y, cells, size, "".join([cell.text for cell in cells]), "".join([cell.raw for cell in cells]))


def rows_of(runs: Sequence[Run]) -> list[Row]:
    """Return the rows of some runs from top to bottom."""
    rows: list[list[Run]] = []
    row: list[Run] = []
    total = 0.0
    for run in sorted(runs, key=_height):
        if row and run.y - total / len(row) <= SAME_ROW * min(run.size, row[0].size, LARGEST):
            row.append(run)
            total += run.y
        else:
            row = [run]
            rows.append(row)
            total = run.y
    return [
        row_of(_level(row), cells, min(row[0].size, LARGEST))
        for row in _settled(rows)
        if (cells := _cells(row))
    ]


def _height(run: Run) -> float:
    return run.y


def _place(run: Run) -> float:
    return run.x


def _level(row: Sequence[Run]) -> float:
    return row[0].y if len(row) == 1 else sum([run.y for run in row]) / len(row)


def _settled(rows: list[list[Run]]) -> list[list[Run]]:
    """Put a row into the one above where its baseline slipped: values typed a little beside their labels."""
    settled: list[list[Run]] = []
    for row in rows:
        above = settled[-1] if settled else None
        if above and _fits(above, row):
            above.extend(row)
        else:
            settled.append(list(row))
    return settled


def _fits(above: Sequence[Run], row: Sequence[Run]) -> bool:
    if _level(row) - _level(above) > SLIPPED * LARGEST or _is_sum(above) or _is_sum(row):
        return False
    size = min(min([run.size for run in above]), min([run.size for run in row]), LARGEST)
    if _level(row) - _level(above) > SLIPPED * size:
        return False
    return all(
        run.x >= other.x + other.width - 0.2 * size or other.x >= run.x + run.width - 0.2 * size
        for run in row
        for other in above
    )


def _is_sum(row: Sequence[Run]) -> bool:
    """The sum (合计) stands close below the last line of goods, which is none of it."""
    return min(row, key=_place).text.lstrip()[:1] in ("合", "小")


def _cells(row: Sequence[Run]) -> tuple[Cell, ...]:
    groups: list[list[tuple[float, float, str]]] = []
    reach = float("-inf")
    for run in sorted(row, key=_place):
        text = printed(run.text).strip()
        if not text:
            continue
        left, right = run.x, run.x + run.width
        near = groups and left - reach < GAP * min(run.size, LARGEST)
        if near and not (_FIGURE.fullmatch(text) and _FIGURE.fullmatch(groups[-1][-1][2])):
            groups[-1].append((left, right, text))
            reach = max(reach, right)
        else:
            groups.append([(left, right, text)])
            reach = right
    return tuple([_cell(group) for group in groups])


def _cell(group: Sequence[tuple[float, float, str]]) -> Cell:
    left, right, raw = group[0]
    if len(group) == 1:
        return Cell(left, right, folded(raw), raw)
    seams, at, before = [], len(raw), right
    for begun, ended, text in group[1:]:
        seams.append((at, before, begun))
        at += len(text)
        before = ended
    raw = "".join([text for _, _, text in group])
    return Cell(left, max([right for _, right, _ in group]), folded(raw), raw, tuple(seams))


_FIGURE = re.compile(r"[-¥￥]?\d[\d,]*\.?\d*%?")
"""Two figures that stand close were set one by one: a price that reaches over to its quantity."""
_GONE = re.compile(r"[\s\u00a0\u3000\x00\u200b-\u200f\ufeff\u00ad]+")


def printed(text: str) -> str:
    """Return text as printed: no spaces but between Latin words, odd fonts' radicals as characters, digits half width."""
    return text if _PLAIN.fullmatch(text) else _spelled(text)


@lru_cache(maxsize=8192)
def _spelled(text: str) -> str:
    return "".join([_plain(sign) for sign in _GONE.sub(_space, text)])


_PLAIN = re.compile(r"[!-~]*")


def _space(gap: re.Match[str]) -> str:
    before, after = gap.string[: gap.start()][-1:], gap.string[gap.end() :][:1]
    latin = before.isascii() and after.isascii() and before.isalpha() and after.isalpha()
    return " " if latin else ""


_RADICALS = dict(
    zip(
        "⺁⺄⺆⺊⺌⺍⺓⺗⺙⺟⺠⺨⺫⺬⺮⺼⻁⻃⻄⻅⻆⻉⻋⻑⻒⻓⻔⻘⻙⻚⻛⻜⻝⻟⻠⻢⻣⻤⻥⻦⻨⻩⻫⻬⻭⻮⻯⻰⻳",
        "厂乙冂卜小小幺心攵母民犭目示竹肉虎西西见角贝车長镸长门青韦页风飞食食饣马骨鬼鱼鸟麦黄斉齐歯齿竜龙龟",
        strict=True,
    )
)
"""Radicals (部首) that some fonts' tables give for whole characters, where Unicode names no compatibility with them."""


@lru_cache(maxsize=20_000)
def _plain(sign: str) -> str:
    if sign in _RADICALS:
        return _RADICALS[sign]
    folded_sign = unicodedata.normalize("NFKC", sign)
    if len(folded_sign) != 1 or (sign > "\uff00" and not folded_sign.isalnum()):
        return sign
    return folded_sign


_FOLD = str.maketrans("￥：∶﹕，（）；／＊％．－＋＃＆［］＝−—–", "¥:::,();/*%.-+#&[]=---")


def folded(text: str) -> str:
    """Return printed text folded to half width, sign for sign."""
    return text if text.isascii() else _fold(text)


@lru_cache(maxsize=8192)
def _fold(text: str) -> str:
    return text.translate(_FOLD)
