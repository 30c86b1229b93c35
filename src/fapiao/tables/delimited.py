"""Delimited text (CSV): rows in UTF-8, GB18030 or UTF-16, with comma, tab or semicolon."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from fapiao.errors import FapiaoError
from fapiao.tables.xlsx import SheetRow

csv.field_size_limit(1_000_000)
MOST_COLUMNS = 400


def decode(data: bytes) -> str:
    """Return text: by its mark, else UTF-8, else GB18030. Errors: `text-undecodable`."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FapiaoError("text-undecodable")


def rows_of(data: bytes) -> Iterator[SheetRow]:
    """Yield rows by line number of their begin. Errors: `text-undecodable`, `sheet-too-wide`."""
    text = decode(data).replace("\x00", "")
    head = text[:20_000]
    delimiter = max(",\t;", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    number = 1
    try:
        for fields in reader:
            cells = {place: field.strip() for place, field in enumerate(fields) if field.strip()}
            if len(fields) > MOST_COLUMNS:
                raise FapiaoError("sheet-too-wide")
            if cells:
                yield SheetRow(number, cells)
            number += 1
    except csv.Error as slip:
        raise FapiaoError(
            "file-damaged", f"第 {number} 行读不了：{slip}", f"row {number} cannot be read: {slip}"
        ) from None
