"""Composite objects (复合对象): a page may show a unit (CompositeGraphicUnit) kept among its document's resources."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from lxml import etree

from fapiao.formats.ofd.package import Document
from fapiao.formats.ofd.texts import floats, matrix_of

DEEPEST, MOST = 4, 400
"""Units may show further units: so many floors down and so many of them at most."""
Matrix = tuple[float, ...]


class Composites:
    """A document's composite units (复合图元), looked up only when a page shows one."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def within(self, root: etree._Element) -> Iterator[tuple[etree._Element, Matrix]]:
        """Yield each unit that a content part shows, with the matrix that brings it onto the page."""
        waiting: list[tuple[etree._Element, Matrix, int]] = [(root, (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), 0)]
        left = MOST
        while waiting:
            shown, outer, depth = waiting.pop()
            for item in shown.iter("{*}CompositeObject"):
                unit = self._units.get(item.get("ResourceID", ""))
                if unit is None or depth >= DEEPEST or not left:
                    continue
                left -= 1
                matrix = _after(outer, _matrix(item))
                yield unit, matrix
                waiting.append((unit, matrix, depth + 1))

    @cached_property
    def _units(self) -> dict[str, etree._Element]:
        return {
            unit.get("ID", ""): unit
            for _, root in self._document.resources()
            for name in ("CompositeGraphicUnit", "CompositGraphicUnit")
            for unit in root.iter(f"{{*}}{name}")
        }


def _matrix(item: etree._Element) -> Matrix:
    """An object's own matrix, then its place."""
    a, b, c, d, e, f = matrix_of(item.get("CTM"))
    box = floats(item.get("Boundary", ""))
    left, top = (box[0], box[1]) if len(box) > 1 else (0.0, 0.0)
    return a, b, c, d, e + left, f + top


def _after(outer: Matrix, inner: Matrix) -> Matrix:
    """Return the matrix that does the inner one, then the outer one."""
    a, b, c, d, e, f = inner
    o = outer
    return (
        o[0] * a + o[2] * b,
        o[1] * a + o[3] * b,
        o[0] * c + o[2] * d,
        o[1] * c + o[3] * d,
        o[0] * e + o[2] * f + o[4],
        o[1] * e + o[3] * f + o[5],
    )
