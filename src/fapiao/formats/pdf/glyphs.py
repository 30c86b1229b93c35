"""Glyphs (字形): the signs of a PDF page by their origins, turned upright and joined into runs.

A page may be turned, lie beside its origin, or set its text sideways: what counts is the direction in which most of
its text runs. Signs set askew (watermarks) are left out, as are hidden ones where others can be seen, and signs drawn
twice at nearly the same place (imitated bold) count once.
"""

from __future__ import annotations

import ctypes
from math import cos, pi, sin
from statistics import median
from typing import Any

import pypdfium2.raw as raw

POINT = 25.4 / 72
"""Millimetres in a PDF point."""
_ASKEW = 0.08
"""Radians: text that leans more is a watermark; less, a page that lay askew in a scanner."""
_QUARTER = pi / 2
_LEVEL = 0.001
_HIDDEN = raw.FPDF_TEXTRENDERMODE_INVISIBLE
Joined = tuple[list[list[Any]], int, int]


_Told = tuple[str, int, float, float, float, float, float, float, float]
"""A sign, its quarter turns, its origin (x, y) and its box (left, bottom, right, top) in points, its lean in radians."""
_Glyph = tuple[float, float, float, float, str]
"""A sign's left edge, baseline, width and size in millimetres from the top left, and the sign."""


def runs_of(page: Any, room: int, *, some_hidden: bool) -> Joined:
    """Return a page's runs as ``[x, y, width, size, text]`` in millimetres, the signs used, and the quarter turns.

    ``room`` is how many signs may be read at most; ``some_hidden`` says that hidden text stands beside visible.
    """
    text = page.get_textpage()
    count = min(text.count_chars(), room)
    told = _read(text.raw, count, some_hidden=some_hidden)
    text.close()
    told, turn = _levelled(told), _turn(told)
    glyphs = (
        [_placed(each, page.get_bbox(), turn) for each in told if each[1] == turn]
        if turn
        else _upright(told, page)
    )
    return _once(_joined(glyphs)), count, turn


def _read(text: Any, count: int, *, some_hidden: bool) -> list[_Told]:
    """Return sign, quarter turns, origin and box of every sign that is not askew."""
    x, y, box = ctypes.c_double(), ctypes.c_double(), raw.FS_RECTF()
    into_x, into_y, into_box = ctypes.byref(x), ctypes.byref(y), ctypes.byref(box)
    code_of, angle_of = raw.FPDFText_GetUnicode, raw.FPDFText_GetCharAngle
    origin_of, box_of = raw.FPDFText_GetCharOrigin, raw.FPDFText_GetLooseCharBox
    told: list[_Told] = []
    for place in range(count):
        sign = _sign(code_of(text, place))
        if sign is None or (sign == " " and raw.FPDFText_IsGenerated(text, place) == 1):
            continue
        turn, lean = 0, 0.0
        if angle := angle_of(text, place):
            turn = round(angle / _QUARTER)
            lean = angle - turn * _QUARTER
            if abs(lean) > _ASKEW:
                continue
        if some_hidden and _is_hidden(text, place):
            continue
        origin_of(text, place, into_x, into_y)
        box_of(text, place, into_box)
        told.append((sign, turn % 4, x.value, y.value, box.left, box.bottom, box.right, box.top, lean))
    return told


def _sign(code: int) -> str | None:
    if code in (0x20, 0xA0, 0x3000):
        return " "
    if code < 32 or code in (0xFFFE, 0xFFFF) or 0xD800 <= code <= 0xDFFF:
        return None
    return chr(code)


def _is_hidden(text: Any, place: int) -> bool:
    item = raw.FPDFText_GetTextObject(text, place)
    return bool(item) and raw.FPDFTextObj_GetTextRenderMode(item) == _HIDDEN


def _turn(told: list[_Told]) -> int:
    turns = [each[1] for each in told if each[0] != " "]
    if not turns or turns.count(0) * 2 >= len(turns):
        return 0
    return max(range(4), key=turns.count)


def _levelled(told: list[_Told]) -> list[_Told]:
    """Return signs as they would stand had the page not lain askew in the scanner."""
    leans = [each[8] for each in told if abs(each[8]) > _LEVEL]
    if len(leans) * 2 < len(told) or not leans:
        return told
    lean = median(leans)
    c, s = cos(lean), sin(lean)
    moved = []
    for sign, turn, x, y, left, low, right, top, _ in told:
        by_x, by_y = x * c - y * s - x, x * s + y * c - y
        box = (left + by_x, low + by_y, right + by_x, top + by_y)
        moved.append((sign, turn, x + by_x, y + by_y, *box, 0.0))
    return moved


def _upright(told: list[_Told], page: Any) -> list[_Glyph]:
    """Return signs by their origins: tight boxes would put "." and "：" on rows of their own."""
    start, _, _, high = page.get_bbox()
    return [
        (
            (x - start) * POINT,
            (high - y) * POINT,
            max(right - x, 0.0) * POINT,
            (top - low) * POINT or 3.2,
            sign,
        )
        for sign, turn, x, y, _, low, right, top, _ in told
        if turn == 0
    ]


def _placed(told: _Told, page: tuple[float, float, float, float], turn: int) -> _Glyph:
    """Return a sign of a sideways page as it stands when the page is turned so that it can be read."""
    sign, _, x, y, left, bottom, right, top, _ = told
    start, low, end, high = page
    if turn == 1:
        at = (high - y, end - x, y - bottom, right - left)
    elif turn == 2:
        at = (end - x, y - low, x - left, top - bottom)
    else:
        at = (y - low, x - start, top - y, right - left)
    return (at[0] * POINT, at[1] * POINT, max(at[2], 0.0) * POINT, abs(at[3]) * POINT or 3.2, sign)


def _joined(glyphs: list[_Glyph]) -> list[list[Any]]:
    """Join signs that follow each other; one space bridges, two part."""
    runs: list[list[Any]] = []
    last: list[Any] | None = None
    reach, gap = 0.0, ""
    for x, y, width, size, sign in glyphs:
        follows = (
            last is not None and abs(last[1] - y) < 0.15 * size and -0.3 * size < x - reach < 0.12 * size
        )
        if sign == " ":
            if follows and not gap:
                reach, gap = x + width, " "
            elif gap:
                reach = float("-inf")
            continue
        if last is not None and follows:
            last[2] = max(last[2], x + width - last[0])
            last[4] += gap + sign
        elif last is None or not _drawn_again(last, x, y, size, sign):
            last = [x, y, width, size, sign]
            runs.append(last)
        reach, gap = last[0] + last[2], ""
    return runs


def _drawn_again(last: list[Any], x: float, y: float, size: float, sign: str) -> bool:
    """Tell whether a sign is the one before it, drawn again a hair away."""
    start = last[0] + last[2] - x
    return (
        last[4].endswith(sign)
        and abs(last[1] - y) < 0.15 * size
        and 0.25 * size < start <= 1.05 * size
        and len(last[4]) == 1
    )


def _once(runs: list[list[Any]]) -> list[list[Any]]:
    """Leave out a run whose text stands at nearly the same place already."""
    kept: list[list[Any]] = []
    seen: dict[str, list[tuple[float, float]]] = {}
    for run in runs:
        x, y, _, size, text = run
        places = seen.setdefault(text, [])
        if any(abs(x - left) < 0.3 * size and abs(y - level) < 0.3 * size for left, level in places):
            continue
        places.append((x, y))
        kept.append(run)
    return kept
