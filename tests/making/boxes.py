"""Boxes: a TrueType font of our own whose every glyph is a box, so that placed text has extents without any font."""

from __future__ import annotations

import struct
from functools import lru_cache

_POINTS = ((60, -80), (60, 820), (440, 820), (440, -80))


@lru_cache(maxsize=1)
def font_file() -> bytes:
    """Return the font's bytes: glyph 0 empty, glyph 1 a narrow box, glyph 2 a wide one; 1000 units an em."""
    narrow, wide = _glyph(1), _glyph(2)
    tables = {
        b"glyf": narrow + wide,
        b"head": struct.pack(
            ">IIIIHHQQhhhhHHhhh",
            0x10000,
            0x10000,
            0,
            0x5F0F3CF5,
            3,
            1000,
            0,
            0,
            0,
            -140,
            1000,
            860,
            0,
            8,
            2,
            1,
            0,
        ),
        b"hhea": struct.pack(
            ">IhhhHhhhhhhhhhhhH", 0x10000, 860, -140, 0, 1000, 0, 0, 1000, 1, 0, 0, 0, 0, 0, 0, 0, 3
        ),
        b"hmtx": struct.pack(">HhHhHh", 500, 0, 500, 60, 1000, 60),
        b"loca": struct.pack(">IIII", 0, 0, len(narrow), len(narrow) + len(wide)),
        b"maxp": struct.pack(">IHHHHHHHHHHHHHH", 0x10000, 3, 4, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
    }
    return _whole(tables)


def _glyph(wide: int) -> bytes:
    points = [(x * wide, y) for x, y in _POINTS]
    left, right = points[0][0], points[2][0]
    out = struct.pack(">hhhhhHH", 1, left, -80, right, 820, 3, 0) + bytes([1] * 4)
    for axis in (0, 1):
        before = 0
        for point in points:
            out += struct.pack(">h", point[axis] - before)
            before = point[axis]
    return out + b"\0" * (-len(out) % 4)


def _whole(tables: dict[bytes, bytes]) -> bytes:
    out = struct.pack(">IHHHH", 0x10000, len(tables), 64, 2, len(tables) * 16 - 64)
    body, place = b"", 12 + 16 * len(tables)
    for tag, data in sorted(tables.items()):
        out += struct.pack(">4sIII", tag, 0, place + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    return out + body


def glyphs_of_codes() -> bytes:
    """Return the map from codes to glyphs: ASCII narrow, the rest wide."""
    return b"".join(struct.pack(">H", 1 if code < 0x80 or code == 0xA5 else 2) for code in range(0x10000))
