"""Fonts of an OFD (字形变换): glyph numbers back to characters, for texts whose codes are no characters.

A text object may draw glyphs by number (`CGTransform`) and put anything into its `TextCode`. Real makers put the characters
there; where they do not, the embedded font's own table of characters (cmap) tells them, and where that is missing the text
is not known: it is left out rather than guessed.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterator, Sequence

from lxml import etree

from fapiao.errors import FapiaoError
from fapiao.formats.ofd.package import Document, text_of

_NO_TEXT = frozenset({"Co", "Cn", "Cc", "Cs"})
MOST_FONT_BYTES = 8 * 2**20


class Fonts:
    """A document's embedded fonts (嵌入字体), opened only when a text cannot be read without them; ``None`` has none."""

    def __init__(self, document: Document | None) -> None:
        self._document = document
        self._tables: dict[str, dict[int, str]] = {}

    def readable(self, font: str, raw: str, glyphs: Sequence[etree._Element], at: int) -> str:
        """Return the characters of a text code, which begins at the object's sign ``at``; empty where they are not known."""
        if not glyphs or not any(map(_unknown, raw)):
            return raw.replace("\x00", "")
        table = self._table(font)
        signs = list(raw)
        for element in glyphs:
            begin, count = _integer(element.get("CodePosition")) - at, _integer(element.get("CodeCount"), 1)
            drawn = [_integer(word) for text in text_of(element, "Glyphs") for word in text.split()]
            if len(drawn) == count and begin >= 0 and begin + count <= len(signs):
                signs[begin : begin + count] = [table.get(glyph, "\ue000") for glyph in drawn]
        text = "".join(signs)
        return "" if any(map(_unknown, text)) else text

    def _table(self, font: str) -> dict[int, str]:
        if font not in self._tables:
            data = self._file(font)
            self._tables[font] = dict(characters_of(data)) if data else {}
        return self._tables[font]

    def _file(self, font: str) -> bytes | None:
        if self._document is None:
            return None
        package, base = self._document.package, self._document.base
        for kind in ("PublicRes", "DocumentRes"):
            for location in text_of(self._document.root, kind):
                part = package.part(base, location)
                for element in part[1].iter("{*}Font") if part else ():
                    if part and element.get("ID") == font:
                        for name in text_of(element, "FontFile"):
                            folder = f"{part[0]}/{part[1].get('BaseLoc') or ''}"
                            real = package.find(folder, name) or package.find(part[0], name)
                            return _bytes(self._document, real)
        return None


def _unknown(sign: str) -> bool:
    return sign == "\ufffd" or unicodedata.category(sign) in _NO_TEXT


def _bytes(document: Document, real: str | None) -> bytes | None:
    try:
        data = document.package.read(real) if real else None
    except FapiaoError:
        return None
    return data if data and len(data) <= MOST_FONT_BYTES else None


def characters_of(font: bytes) -> Iterator[tuple[int, str]]:
    """Yield glyph number and character of a TrueType or OpenType font's cmap (formats 4 and 12); nothing from others."""
    try:
        for at in _unicode_tables(font):
            form = struct.unpack_from(">H", font, at)[0]
            if form == 4:
                yield from _format_four(font, at)
            elif form == 12:
                yield from _format_twelve(font, at)
    except struct.error:
        return


def _unicode_tables(font: bytes) -> list[int]:
    count = struct.unpack_from(">H", font, 4)[0]
    for number in range(min(count, 64)):
        tag, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * number)
        if tag == b"cmap":
            tables = struct.unpack_from(">H", font, offset + 2)[0]
            records = [
                struct.unpack_from(">HHI", font, offset + 4 + 8 * each) for each in range(min(tables, 32))
            ]
            return [offset + where for platform, kind, where in records if platform == 0 or kind in (1, 10)]
    return []


def _format_four(font: bytes, at: int) -> Iterator[tuple[int, str]]:
    segments = struct.unpack_from(">H", font, at + 6)[0] // 2
    ends = struct.unpack_from(f">{segments}H", font, at + 14)
    starts = struct.unpack_from(f">{segments}H", font, at + 16 + 2 * segments)
    shifts = struct.unpack_from(f">{segments}H", font, at + 16 + 4 * segments)
    ranges_at = at + 16 + 6 * segments
    ranges = struct.unpack_from(f">{segments}H", font, ranges_at)
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        for code in range(start, min(end, 0xFFFE) + 1):
            glyph = code
            if ranges[number]:
                spot = ranges_at + 2 * number + ranges[number] + 2 * (code - start)
                glyph = struct.unpack_from(">H", font, spot)[0]
                if not glyph:
                    continue
            yield (glyph + shifts[number]) & 0xFFFF, chr(code)


def _format_twelve(font: bytes, at: int) -> Iterator[tuple[int, str]]:
    groups = min(struct.unpack_from(">I", font, at + 12)[0], 20_000)
    for number in range(groups):
        start, end, glyph = struct.unpack_from(">III", font, at + 16 + 12 * number)
        for code in range(start, min(end, start + 0xFFFF, 0x10FFFF) + 1):
            yield glyph + code - start, chr(code)


def _integer(text: str | None, otherwise: int = 0) -> int:
    try:
        return int(text or otherwise)
    except ValueError:
        return otherwise
