"""A workbook of the old sort (.xls), made by hand: a compound file with one BIFF8 stream of labels and numbers."""

from __future__ import annotations

import struct
from collections.abc import Sequence

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_LEAST = 4096


def old_workbook(*sheets: tuple[str, Sequence[Sequence[str | float | None]]], hidden: str = "") -> bytes:
    """Return an .xls of these sheets."""
    bodies = [_sheet(rows) for _, rows in sheets]
    heads = [
        _record(0x0085, struct.pack("<IBB", 0, int(name == hidden), 0) + _short(name)) for name, _ in sheets
    ]
    at = len(_begin(5)) + sum(map(len, heads)) + len(_record(0x000A, b""))
    globals_ = _begin(5)
    for head, body in zip(heads, bodies, strict=True):
        globals_ += head[:4] + struct.pack("<I", at) + head[8:]
        at += len(body)
    return _compound(globals_ + _record(0x000A, b"") + b"".join(bodies))


def far_corner() -> bytes:
    """Return an .xls whose two cells stand at opposite corners: a reader that fills what lies between needs a gigabyte."""
    cells = b"".join(
        _record(0x0203, struct.pack("<HHHd", row, column, 0, 1.0)) for row, column in ((0, 0), (65_535, 255))
    )
    body = _begin(0x10) + cells + _record(0x000A, b"")
    head = _record(0x0085, struct.pack("<IBB", 0, 0, 0) + _short("S"))
    at = len(_begin(5)) + len(head) + len(_record(0x000A, b""))
    return _compound(_begin(5) + head[:4] + struct.pack("<I", at) + head[8:] + _record(0x000A, b"") + body)


def _sheet(rows: Sequence[Sequence[str | float | None]]) -> bytes:
    width = max(map(len, rows))
    cells = _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    for place, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, str):
                text = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
                cells += _record(0x0204, struct.pack("<HHH", place, column, 0) + text)
            elif value is not None:
                cells += _record(0x0203, struct.pack("<HHHd", place, column, 0, value))
    return _begin(0x10) + cells + _record(0x000A, b"")


def _begin(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _short(text: str) -> bytes:
    return struct.pack("<BB", len(text), 1) + text.encode("utf-16-le")


def _compound(stream: bytes) -> bytes:
    size = max(len(stream), _LEAST)
    count = -(-size // _SECTOR)
    stream = stream.ljust(count * _SECTOR, b"\x00")
    tables = -(-(count + 2) // 128)
    chain = [*range(1, count), _END, _END, *([_FAT] * tables)]
    table = b"".join(struct.pack("<I", each) for each in chain).ljust(tables * _SECTOR, b"\xff")
    folder = _entry("Root Entry", 5, _END, 0, child=1) + _entry("Workbook", 2, 0, size)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 16
    header += struct.pack(
        "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, tables, count, 0, _LEAST, _END, 0, _END, 0
    )
    places = [count + 1 + each for each in range(tables)]
    header += b"".join(struct.pack("<I", each) for each in places).ljust(436, b"\xff")
    return header + stream + folder.ljust(_SECTOR, b"\x00") + table


def _entry(name: str, kind: int, start: int, size: int, child: int = _FREE) -> bytes:
    text = name.encode("utf-16-le") + b"\x00\x00"
    head = text.ljust(64, b"\x00") + struct.pack("<HBBIII", len(text), kind, 1, _FREE, _FREE, child)
    return head + b"\x00" * 36 + struct.pack("<IQ", start, size)
