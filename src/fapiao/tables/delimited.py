"""Delimited text (CSV): rows in UTF-8, GB18030 or UTF-16, with comma, tab, semicolon or bar; never all of it at once."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator

from fapiao.errors import FapiaoError
from fapiao.tables.rows import SheetRow

LONGEST_FIELD = 1_000_000
csv.field_size_limit(LONGEST_FIELD)
MOST_COLUMNS = 400
BLOCK = 2**20
DELIMITERS = ",\t;|，"


def encoding_of(data: bytes) -> str:
    """Return the encoding of a text: by its mark, else UTF-8, UTF-16 by its NULs, else GB18030.

    Errors: `text-undecodable`.
    """
    encodings = utf16_of(data[:4096])
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    for encoding in (*encodings, "utf-8", "gb18030"):
        if _decodes(data, encoding):
            return encoding
    raise FapiaoError("text-undecodable")


def decode(data: bytes) -> str:
    """Return the whole of a text. Errors: `text-undecodable`."""
    return data.decode(encoding_of(data), "replace")


def rows_of(data: bytes) -> Iterator[SheetRow]:
    """Yield rows by line number of their begin. Errors: `text-undecodable`, `sheet-too-wide`, `file-damaged`."""
    lines = _lines(data, encoding_of(data))
    head = []
    for line in lines:
        head.append(line)
        if len(head) >= 20:
            break
    reader = csv.reader(_chained(head, lines), delimiter=delimiter_of("".join(head)[:20_000]))
    number = 1
    try:
        for fields in reader:
            if len(fields) > MOST_COLUMNS:
                raise FapiaoError("sheet-too-wide")
            cells = {place: text for place, field in enumerate(fields) if field and (text := field.strip())}
            if cells:
                yield SheetRow(number, cells)
            number += 1
    except csv.Error as slip:
        raise FapiaoError(
            "file-damaged", f"第 {number} 行读不了：{slip}", f"row {number} cannot be read: {slip}"
        ) from None


def delimiter_of(head: str) -> str:
    """Return the sign that parts the columns: the one that stands most often in the head, outside of quotes."""
    plain = re.sub(r'"[^"]*"', "", head)
    return max(DELIMITERS, key=plain.count)


def _chained(head: list[str], lines: Iterator[str]) -> Iterator[str]:
    yield from head
    yield from lines


def _lines(data: bytes, encoding: str) -> Iterator[str]:
    """Yield lines with their ends, decoded block by block; NUL is left out."""
    rest = ""
    for text in _blocks(data, encoding):
        pieces = _split(rest + text)
        rest = pieces.pop()
        if len(rest) > 64 * LONGEST_FIELD:
            raise FapiaoError("sheet-too-wide", "有一行长得异常", "one line is absurdly long")
        yield from pieces
    if rest:
        yield rest


def _split(text: str) -> list[str]:
    """Split after each line feed; signs such as U+2028 and lone carriage returns inside a field stay."""
    return re.split(r"(?<=\n)", text)


def _blocks(data: bytes, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for start in range(0, len(data), BLOCK):
        yield decoder.decode(data[start : start + BLOCK], start + BLOCK >= len(data)).replace("\x00", "")


def _decodes(data: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(data), BLOCK):
            decoder.decode(data[start : start + BLOCK], start + BLOCK >= len(data))
    except UnicodeDecodeError:
        return False
    return True


def utf16_of(head: bytes) -> tuple[str, ...]:
    """Return UTF-16 where a text's beginning has its mark, or the NULs beside its Latin signs; else nothing."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    low, high = head[::2].count(0), head[1::2].count(0)
    for encoding, zeros, others in (("utf-16-le", high, low), ("utf-16-be", low, high)):
        if len(head) > 16 and zeros * 10 > len(head) and others * 5 < zeros:
            return (encoding,)
    return ()
