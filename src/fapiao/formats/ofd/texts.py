"""Text objects (文字对象): where their signs stand, in one row, in a column, scaled or turned, and what they say."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from lxml import etree

from fapiao.formats.ofd.fonts import Fonts
from fapiao.markup import local_name
from fapiao.placed import Run

_NUMBER = re.compile(r"-?\d*\.?\d+(?:[eE][-+]?\d+)?")
_IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_WIDE = 1.9
"""A step wider than this many signs begins another piece."""
_LATIN = 0.55
"""The width of a Latin letter or digit, in type sizes."""


class Text(msgspec.Struct, frozen=True):
    """A text object (文字对象): its runs, whole text, direction (0, 90, 180, 270; -1 aslant) and whether it is shown."""

    runs: tuple[Run, ...]
    text: str
    turn: int
    visible: bool


def text_of_object(item: etree._Element, fonts: Fonts) -> Text:
    """Return what a text object says and where; runs of turned objects keep the page's own axes."""
    plain = _plain(item) if len(item) == 1 else None
    if plain is not None:
        return plain
    matrix = matrix_of(item.get("CTM"))
    runs = tuple(_runs(item, matrix, fonts))
    return Text(
        runs,
        "".join(run.text for run in runs),
        _turn(matrix),
        (item.get("Visible") or "true").lower() != "false",
    )


def _plain(item: etree._Element) -> Text | None:
    """The usual object without detours: one text code in one row, closely set, neither scaled nor turned nor hidden."""
    code = item[0]
    text = code.text
    if not text or "\x00" in text or _DETOURS.intersection(item.keys()) or _has_room(text):
        return None
    count = len(text) - 1
    falls, forward = code.get("DeltaY"), code.get("DeltaX")
    if falls and any(deltas(falls, count)):
        return None
    try:
        left, top = map(float, item.attrib["Boundary"].split()[:2])
        size, x, y = float(item.attrib["Size"]), float(code.attrib["X"]), float(code.attrib["Y"])
    except (KeyError, ValueError):
        return None
    steps = deltas(forward, count) if count and forward else []
    close = len(steps) == count and (not count or max(steps) <= _WIDE * _LATIN * size)
    if not close or text.isspace() or not code.tag.endswith("TextCode"):
        return None
    width = sum(steps) + size * (_LATIN if text[-1].isascii() else 1.0)
    return Text((Run(left + x, top + y, width, size, text),), text, 0, True)


_WORDS = re.compile(r"[^\s\u00a0]+(?:[ \u00a0][^\s\u00a0]+)*")
"""One blank stands within a text; several make the room between two columns."""


def _has_room(text: str) -> bool:
    return "  " in text or "\u3000" in text or "\u00a0\u00a0" in text or text[0].isspace()


_DETOURS = frozenset({"CTM", "HScale", "Visible"})


def matrix_of(text: str | None) -> tuple[float, ...]:
    """Return the six numbers of a CTM; the identity where it is missing or broken."""
    numbers = tuple(floats(text)) if text else _IDENTITY
    return numbers if len(numbers) == 6 else _IDENTITY


def _turn(matrix: tuple[float, ...]) -> int:
    a, b = matrix[0], matrix[1]
    if abs(b) <= 0.1 * abs(a):
        return 0 if a >= 0 else 180
    if abs(a) <= 0.1 * abs(b):
        return 90 if b > 0 else 270
    return -1


def _runs(item: etree._Element, matrix: tuple[float, ...], fonts: Fonts) -> Iterator[Run]:
    box = floats(item.get("Boundary", ""))
    left, top = (box[0], box[1]) if len(box) > 1 else (0.0, 0.0)
    size = _one(item.get("Size"), 3.0)
    stretch = _one(item.get("HScale"), 1.0)
    x = y = 0.0
    glyphs: list[etree._Element] = []
    at = 0
    for code in item:
        name = local_name(code)
        if name == "CGTransform":
            glyphs.append(code)
        elif name == "TextCode":
            x, y = _one(code.get("X"), x), _one(code.get("Y"), y)
            raw = code.text or ""
            text = fonts.readable(item.get("Font", ""), raw, glyphs, at)
            at += len(raw)
            if text:
                placed = _Placing(left, top, size, stretch, matrix)
                yield from placed.pieces(text, x, y, code.get("DeltaX"), code.get("DeltaY"))


class _Placing(msgspec.Struct, frozen=True):
    """How an object's own coordinates come to stand on the page (坐标变换)."""

    left: float
    top: float
    size: float
    stretch: float
    matrix: tuple[float, ...]

    def pieces(
        self, text: str, x: float, y: float, delta_x: str | None, delta_y: str | None
    ) -> Iterator[Run]:
        """Yield one run a piece: wide steps begin another piece, steps downwards another row or a column's next sign."""
        falls = deltas(delta_y, len(text) - 1) if delta_y else []
        steps = deltas(delta_x, len(text) - 1) if delta_x else []
        if not any(falls):
            yield from self._row(text, x, y, steps)
            return
        at, place = 0, x
        for number in range(len(text)):
            fall = falls[number] if number < len(falls) else 0.0
            if fall or number + 1 == len(text):
                yield from self._row(text[at : number + 1], x, y, steps[at:number])
                place += steps[number] if number < len(steps) else 0.0
                at, x, y = number + 1, place, y + fall
            else:
                place += steps[number] if number < len(steps) else self._usual(text[number])

    def _usual(self, sign: str) -> float:
        return self.size * self.stretch * (0.5 if sign.isascii() else 1.0)

    def _row(self, text: str, x: float, y: float, steps: list[float]) -> Iterator[Run]:
        closely = len(steps) == len(text) - 1 and max(steps, default=0.0) <= _WIDE * _LATIN * self.size
        if closely and not _has_room(text):
            yield from self._piece(text, x, y, sum(steps))
            return
        places, at = [x], 0
        for number, sign in enumerate(text):
            step = steps[number] if number < len(steps) else self._usual(sign)
            narrow = self.size * (_LATIN if sign.isascii() else 1.0)
            places.append(places[-1] + step)
            if number + 1 == len(text) or step > _WIDE * max(narrow, 0.1):
                for words in _WORDS.finditer(text, at, number + 1):
                    begun, last = places[words.start()], places[words.end() - 1]
                    yield from self._piece(words[0], begun, y, last - begun)
                at = number + 1

    def _piece(self, text: str, x: float, y: float, length: float) -> Iterator[Run]:
        if text.strip():
            a, b, c, d, e, f = self.matrix
            scale = abs(a) if abs(a) >= abs(b) else abs(b)
            last = self.size * (_LATIN if text[-1].isascii() else 1.0)
            height = abs(d) if abs(d) >= abs(c) else abs(c)
            yield Run(
                self.left + a * x + c * y + e,
                self.top + b * x + d * y + f,
                scale * (length + last),
                self.size * (height or 1.0),
                text,
            )


def moved(text: Text, matrix: tuple[float, ...]) -> Text:
    """Return a text as a composite object shows it: shifted and scaled; one that is turned there is on no row."""
    a, b, c, d, e, f = matrix
    if b or c:
        return msgspec.structs.replace(text, turn=-1)
    runs = tuple(
        Run(a * run.x + e, d * run.y + f, abs(a) * run.width, abs(d) * run.size, run.text)
        for run in text.runs
    )
    return msgspec.structs.replace(text, runs=runs)


def deltas(text: str, count: int) -> list[float]:
    """Return the steps of a DeltaX or DeltaY: plain numbers, or ``g n v`` for n times v."""
    if "g" not in text:
        return floats(text)[:count]
    parts = text.split()
    if len(parts) == 3 and parts[1].isdecimal() and _NUMBER.fullmatch(parts[2]):
        return [float(parts[2])] * min(int(parts[1]), count)
    steps: list[float] = []
    words = iter(parts)
    for word in words:
        try:
            if word == "g":
                times, step = int(next(words)), float(next(words))
                steps += [step] * min(times, count - len(steps))
            else:
                steps.append(float(word))
        except (ValueError, StopIteration):
            break
        if len(steps) >= count:
            break
    return steps


def floats(text: str) -> list[float]:
    """Return the numbers of a list as written; whatever is no number is passed over."""
    try:
        return [float(word) for word in text.split()]
    except ValueError:
        return [float(number) for number in _NUMBER.findall(text)]


def _one(text: str | None, otherwise: float) -> float:
    if not text:
        return otherwise
    try:
        return float(text)
    except ValueError:
        return next(iter(floats(text)), otherwise)


__all__ = ["Text", "deltas", "floats", "matrix_of", "moved", "text_of_object"]
