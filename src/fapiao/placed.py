"""Placed text (版面文字): text runs with their positions on a page, as OFD pages, PDF pages and OCR give them.

`fapiao.face` reads an invoice out of these, whatever the file was.
"""

from __future__ import annotations

import msgspec


class Run(msgspec.Struct, frozen=True):
    """A run of characters on one baseline (文字块): left edge, baseline, width and font size in millimetres.

    ``y`` grows downwards from the top of the page.
    """

    x: float
    y: float
    width: float
    size: float
    text: str


class PlacedPage(msgspec.Struct, frozen=True):
    """One page (页面): its size in millimetres and its runs in drawing order."""

    width: float
    height: float
    runs: tuple[Run, ...]
    number: int = 1
