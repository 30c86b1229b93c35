"""Pages of an OFD (OFD 页面): text objects of page and template, placed, and by object id for the tags."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from lxml import etree

from fapiao.formats.ofd.package import Package, named, text_of
from fapiao.markup import local_name
from fapiao.placed import PlacedPage, Run

MOST_PAGES = 50
A_PAGE = (210.0, 140.0)
_NUMBER = re.compile(r"-?\d*\.?\d+(?:[eE][-+]?\d+)?")


class OfdPage(msgspec.Struct, frozen=True):
    """A page with its text objects: placed, and by id (文字对象)."""

    identity: str
    placed: PlacedPage
    texts: dict[str, str]
    images: tuple[str, ...]


def pages_of(package: Package) -> list[OfdPage]:
    """Return the pages of every document, at most `MOST_PAGES`; broken pages are left out."""
    pages: list[OfdPage] = []
    for base, document in package.documents:
        templates = {
            element.get("ID", ""): element.get("BaseLoc", "") for element in named(document, "TemplatePage")
        }
        size = _box(document)
        for element in named(document, "Page"):
            if element.get("BaseLoc") and len(pages) < MOST_PAGES:
                page = _page(package, base, element, templates, size, len(pages) + 1)
                if page:
                    pages.append(page)
    return pages


def _page(
    package: Package,
    base: str,
    element: etree._Element,
    templates: dict[str, str],
    size: tuple[float, float],
    number: int,
) -> OfdPage | None:
    part = package.part(base, element.get("BaseLoc"))
    if part is None:
        return None
    _, root = part
    roots = []
    for template in named(root, "Template"):
        drawn = package.part(base, templates.get(template.get("TemplateID", "")))
        if drawn:
            roots.append(drawn[1])
    roots.append(root)
    runs: list[Run] = []
    texts: dict[str, str] = {}
    images: list[str] = []
    for each in roots:
        for item in each.iter("{*}TextObject"):
            placed = list(_runs(item))
            runs += placed
            texts[item.get("ID", "")] = "".join(run.text for run in placed)
        images += [item.get("ResourceID", "") for item in each.iter("{*}ImageObject")]
    width, height = _box(root) if list(named(root, "PhysicalBox")) else size
    return OfdPage(
        element.get("ID", ""), PlacedPage(width, height, tuple(runs), number), texts, tuple(images)
    )


def _box(root: etree._Element) -> tuple[float, float]:
    for text in text_of(root, "PhysicalBox"):
        numbers = _floats(text)
        if len(numbers) == 4 and numbers[2] > 0 and numbers[3] > 0:
            return numbers[2], numbers[3]
    return A_PAGE


def _runs(item: etree._Element) -> Iterator[Run]:
    """Yield one run a piece of a text object: deltas wider than the type size begin another piece."""
    left, top, *_ = (*_floats(item.get("Boundary", "")), 0.0, 0.0)
    matrix = _floats(item.get("CTM", "")) or [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]
    if len(matrix) != 6 or abs(matrix[1]) > abs(matrix[0]):
        return  # turned text: stamps and watermarks
    size = (_floats(item.get("Size", "")) or [3.0])[0] * abs(matrix[3] or 1.0)
    stretch = (_floats(item.get("HScale", "")) or [1.0])[0]
    x = y = 0.0
    for code in item:
        if local_name(code) == "TextCode":
            x = (_floats(code.get("X", "")) or [x])[0]
            y = (_floats(code.get("Y", "")) or [y])[0]
            text = (code.text or "").replace("\x00", "")
            deltas = _deltas(code.get("DeltaX", ""), len(text))
            yield from _pieces(text, deltas, (left, top), (x, y), matrix, size, stretch)


def _pieces(
    text: str,
    deltas: list[float],
    origin: tuple[float, float],
    start: tuple[float, float],
    matrix: list[float],
    size: float,
    stretch: float,
) -> Iterator[Run]:
    a, _, c, d, e, f = matrix
    place, begun, at = start[0], start[0], 0
    level = origin[1] + d * start[1] + f
    for number, sign in enumerate(text):
        step = deltas[number] if number < len(deltas) else size * (0.5 if sign.isascii() else 1.0) * stretch
        narrow = size * (0.55 if sign.isascii() else 1.0) / (abs(a) or 1.0)
        if number + 1 == len(text) or step > 1.9 * max(narrow, 0.1):
            piece = text[at : number + 1]
            if piece.strip():
                yield Run(
                    origin[0] + a * begun + c * start[1] + e, level, a * (place + narrow - begun), size, piece
                )
            at, begun = number + 1, place + step
        place += step


def _deltas(text: str, count: int) -> list[float]:
    """Return the steps of a DeltaX: plain numbers, or ``g n v`` for n times v."""
    steps: list[float] = []
    words = iter(text.split())
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


def _floats(text: str) -> list[float]:
    return [float(number) for number in _NUMBER.findall(text)]
