"""winmail.dat (TNEF, MS-OXTNEF): the files that Outlook wraps into one attachment; their titles and contents, nothing else."""

from __future__ import annotations

import struct
from collections.abc import Iterator

MARK = 0x223E9F78
_TITLE, _DATA, _NEXT = 0x8010, 0x800F, 0x9002
_ATTACHMENT = 2
_HEAD = struct.Struct("<BIL")
MOST = 200


def attachments(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield title and content of each file inside; nothing for what is damaged or no TNEF."""
    title, content = "", b""
    for number, value in _attributes(data):
        if number == _NEXT:
            if content:
                yield title or "附件.bin", content
            title, content = "", b""
        elif number == _TITLE:
            title = _title(value)
        elif number == _DATA:
            content = value
    if content:
        yield title or "附件.bin", content


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the attributes of attachments: level, id (its low half names it), length, value, checksum."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != MARK:
        return
    place = 6
    for _ in range(MOST * 10):
        if place + _HEAD.size > len(data):
            return
        level, number, size = _HEAD.unpack_from(data, place)
        place += _HEAD.size
        if place + size + 2 > len(data):
            return
        if level == _ATTACHMENT:
            yield number & 0xFFFF, data[place : place + size]
        place += size + 2


def _title(value: bytes) -> str:
    bare = value.rstrip(b"\x00")
    for encoding in ("utf-8", "gb18030"):
        try:
            return bare.decode(encoding)
        except UnicodeDecodeError:
            continue
    return bare.decode("latin-1")
