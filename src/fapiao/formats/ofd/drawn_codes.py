"""Drawn codes (矢量二维码): QR codes that a page draws as paths: a square a module, all in one path, or thick strokes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from lxml import etree
from PIL import Image

from fapiao.formats.ofd.package import Document
from fapiao.formats.ofd.texts import floats, matrix_of
from fapiao.pictures import decode_qr

LEAST_SIDES, MOST_SIDES = 400, 60_000
"""A page with fewer sides of areas draws no code with them; more are not looked at."""
LIGHT = 127
"""Colours lighter than this draw no module."""
PIXELS = 10
"""Pixels a millimetre at which areas are drawn: a module is half a millimetre or more."""
MOST_ROWS = 2_000_000
"""So many rows of dots may the sides cross together: drawing must come to an end."""
LARGEST = 80.0
"""Millimetres: an area larger than this is a ground, not a module."""
MOST_PAGES = 10
_TOKEN = re.compile(r"[A-Za-z]|-?\d*\.?\d+(?:[eE][-+]?\d+)?")
_ENDS = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7}
"""How many numbers each operator takes; the last two are where it ends."""
THICK = 0.2
"""Millimetres: a stroke at least so wide may be a row of modules; frames are drawn finer."""
Point = tuple[float, float]
Area = tuple[bool, list[list[Point]]]
"""Whether it is dark, and its rings."""


def drawn_payloads(document: Document) -> list[str]:
    """Return the payloads of the first page whose areas are a code; an empty list where none is."""
    for location in [page.get("BaseLoc") for page in document.root.iter("{*}Page")][:MOST_PAGES]:
        drawn = document.package.mentions(document.base, location, b"AbbreviatedData")
        part = document.package.part(document.base, location) if drawn else None
        areas = list(_areas(part[1])) if part else []
        if LEAST_SIDES <= sum(len(ring) for _, rings in areas for ring in rings) <= MOST_SIDES:
            picture = _picture(areas)
            payloads = decode_qr(picture, patient=False) if picture else []
            if payloads:
                return payloads
    return []


def _areas(root: etree._Element) -> Iterator[Area]:
    """Yield each area in the order of drawing: a light one covers what is under it."""
    for item in root.iter("{*}PathObject"):
        data = next((each.text for each in item.iterchildren("{*}AbbreviatedData") if each.text), None)
        if not data:
            continue
        filled = (item.get("Fill") or "false").lower() == "true"
        drawn = _rings(data) if filled else _strokes(_lines(data), item)
        left, top = ([*floats(item.get("Boundary", "")), 0.0, 0.0])[:2]
        a, b, c, d, e, f = matrix_of(item.get("CTM"))
        rings = [[(left + a * x + c * y + e, top + b * x + d * y + f) for x, y in ring] for ring in drawn]
        if rings and not _wide(rings):
            dark = not _light(item, "{*}FillColor" if filled else "{*}StrokeColor")
            yield from ((dark, each) for each in ([rings] if filled else [[ring] for ring in rings]))


def _strokes(lines: list[list[Point]], item: etree._Element) -> list[list[Point]]:
    """Return thick upright or level strokes as the areas that they blacken."""
    half = (floats(item.get("LineWidth", "")) or [0.0])[0] / 2
    if half * 2 < THICK or (item.get("Stroke") or "true").lower() == "false":
        return []
    steps = [step for line in lines for step in pairwise(line)]
    return [_thickened(*step, half) for step in steps if step[0][0] == step[1][0] or step[0][1] == step[1][1]]


def _thickened(start: Point, end: Point, half: float) -> list[Point]:
    (x, y), (to_x, to_y) = sorted((start, end))
    if y == to_y:
        return [(x, y - half), (to_x, y - half), (to_x, y + half), (x, y + half)]
    return [(x - half, y), (x + half, y), (x + half, to_y), (x - half, to_y)]


def _light(item: etree._Element, name: str) -> bool:
    colour = next(item.iterchildren(name), None)
    words = colour.get("Value", "").split() if colour is not None else []
    try:
        values = [int(word[1:], 16) if word.startswith("#") else float(word) for word in words]
    except ValueError:
        return False
    return len(values) in (1, 3) and min(values) > LIGHT


def _wide(rings: list[list[Point]]) -> bool:
    xs = [x for ring in rings for x, _ in ring]
    ys = [y for ring in rings for _, y in ring]
    return max(xs) - min(xs) > LARGEST or max(ys) - min(ys) > LARGEST


def _rings(data: str) -> list[list[Point]]:
    """Return the lines of a path that enclose something."""
    return [line for line in _lines(data) if len(line) > 2]


def _lines(data: str) -> list[list[Point]]:
    """Return the lines of a path; curves count by where they end."""
    rings: list[list[Point]] = []
    operator = ""
    numbers: list[float] = []
    for token in _TOKEN.findall(data):
        if token.isalpha():
            operator, numbers = token.upper(), []
            continue
        numbers.append(float(token))
        if len(numbers) == _ENDS.get(operator, 0):
            if operator in "MS" or not rings:
                rings.append([])
            rings[-1].append((numbers[-2], numbers[-1]))
            numbers = []
    return rings


def _picture(areas: Sequence[Area]) -> Image.Image | None:
    """Return areas drawn in black and white, as large as the dark ones reach."""
    dark = [point for blackens, rings in areas if blackens for ring in rings for point in ring]
    if not dark:
        return None
    xs, ys = [x for x, _ in dark], [y for _, y in dark]
    left, top = min(xs), min(ys)
    width, height = (int((max(side) - min(side)) * PIXELS) + 1 for side in (xs, ys))
    rows = PIXELS * sum(
        abs(before[1] - after[1])
        for _, rings in areas
        for ring in rings
        for before, after in zip(ring, [*ring[1:], ring[0]], strict=True)
    )
    if max(width, height) > 4_000 or min(width, height) < 60 or rows > MOST_ROWS:
        return None
    dots = [bytearray(b"\xff" * width) for _ in range(height)]
    for blackens, rings in areas:
        moved = [[((x - left) * PIXELS, (y - top) * PIXELS) for x, y in ring] for ring in rings]
        _fill(dots, moved, b"\x00" if blackens else b"\xff")
    picture = Image.frombytes("L", (width, height), b"".join(dots))
    padded = Image.new("L", (width + 80, height + 80), 255)
    padded.paste(picture, (40, 40))
    return padded


def _fill(dots: list[bytearray], rings: list[list[Point]], dot: bytes) -> None:
    """Colour what lies within an odd number of rings, row by row through the middles of the dots."""
    crossings: dict[int, list[float]] = {}
    for ring in rings:
        for (x, y), (to_x, to_y) in zip(ring, [*ring[1:], ring[0]], strict=True):
            if y > to_y:
                x, y, to_x, to_y = to_x, to_y, x, y
            for row in range(max(int(y + 0.5), 0), min(int(to_y + 0.5), len(dots))):
                crossings.setdefault(row, []).append(x + (row + 0.5 - y) * (to_x - x) / (to_y - y))
    for row, found in crossings.items():
        found.sort()
        for begin, end in zip(found[::2], found[1::2], strict=False):
            first, last = max(int(begin + 0.5), 0), int(end + 0.5)
            dots[row][first:last] = dot * (min(last, len(dots[row])) - first)
