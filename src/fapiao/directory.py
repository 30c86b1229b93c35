"""The directory of a zip (中央目录): what an archive says it holds, read in one pass where it has the usual form.

Usual is: one disk, no comment, sizes below four gigabytes, nothing before the first entry. Anything else is left to `zipfile`,
which knows every form; both give the same entries.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

UTF8_NAMES = 0x800
_END = struct.Struct("<4s4H2IH")
"""The end record: mark, two disks, entries here and in all, size and place of the directory, length of the comment."""
_HEADER = struct.Struct("<4s4xHH4xIIIHHH8xI")
"""An entry: mark, flags, method, checksum, packed and whole size, lengths of name, extra and comment, place of its data."""
_MOST = 0xFFFFFFFF


class Entry(NamedTuple):
    """One entry as the directory names it (条目): its name in bytes, as decoded by its own flag, and as its maker meant it."""

    raw: bytes
    name: str
    meant: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    at: int

    @property
    def is_folder(self) -> bool:
        """Whether the entry is a folder."""
        return self.name.endswith("/")


def entries_of(data: bytes) -> list[Entry]:
    """Return the entries of a zip in the order of its directory.

    Errors: those of `zipfile.ZipFile` for whatever is no whole zip.
    """
    found = _usual(data)
    return _unusual(data) if found is None else found


def lists(data: bytes, *names: bytes) -> bool:
    """Tell whether a zip's directory lists one of some names, given in small letters, whatever their case and a leading ``/``.

    Nothing else of the directory is read. Errors: those of `entries_of` where it has not the usual form.
    """
    place = _place(data)
    if place is None:
        return not _bare(names).isdisjoint(_bare([entry.raw for entry in entries_of(data)]))
    directory = data[place[0] :].lower()
    return any(
        _is_entry(directory, found.start(), len(found[0]))
        for found in re.finditer(_pattern(names), directory)
    )


def _bare(names: Iterable[bytes]) -> frozenset[bytes]:
    return frozenset([name.lower().lstrip(b"/") for name in names])


@lru_cache(maxsize=16)
def _pattern(names: tuple[bytes, ...]) -> re.Pattern[bytes]:
    return re.compile(b"/*(?:" + b"|".join(re.escape(name) for name in names) + b")")


def _is_entry(directory: bytes, at: int, length: int) -> bool:
    """Tell whether an entry begins just before a place, and its name has so many bytes."""
    head = at - _HEADER.size
    return head >= 0 and directory[head : head + 4] == b"pk\x01\x02" and _length(directory, head) == length


def _length(directory: bytes, head: int) -> int:
    return int.from_bytes(directory[head + 28 : head + 30], "little")


def _place(data: bytes) -> tuple[int, int] | None:
    """Return where a directory of the usual form begins, and how many entries it has."""
    end = len(data) - _END.size
    if end < 0:
        return None
    mark, disk, first, here, count, size, at, comment = _END.unpack_from(data, end)
    if mark != b"PK\x05\x06" or disk or first or comment or here != count or at + size != end:
        return None
    return at, count


def _usual(data: bytes) -> list[Entry] | None:
    place = _place(data)
    if place is None:
        return None
    at, count = place
    end = len(data) - _END.size
    found = []
    for _ in range(count):
        if at + _HEADER.size > end:
            return None
        mark, flags, method, crc, packed, whole, name_size, extra, comment, spot = _HEADER.unpack_from(
            data, at
        )
        begin = at + _HEADER.size
        at = begin + name_size + extra + comment
        raw = data[begin : begin + name_size]
        if mark != b"PK\x01\x02" or _MOST in (packed, whole, spot) or b"\x00" in raw or at > end:
            return None
        name, meant = _names(raw, flags)
        found.append(Entry(raw, name, meant, flags, method, crc, packed, whole, spot))
    return found if at == end else None


def _unusual(data: bytes) -> list[Entry]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [_entry(info) for info in archive.infolist()]


def _entry(info: zipfile.ZipInfo) -> Entry:
    raw = info.orig_filename.encode("utf-8" if info.flag_bits & UTF8_NAMES else "cp437", "replace")
    return Entry(
        raw,
        info.filename,
        _names(raw, info.flag_bits)[1],
        info.flag_bits,
        info.compress_type,
        info.CRC,
        info.compress_size,
        info.file_size,
        info.header_offset,
    )


def _names(raw: bytes, flags: int) -> tuple[str, str]:
    """Return a name by its flag, and as meant: names that are not marked as UTF-8 are UTF-8 or GBK all the same."""
    if raw.isascii():
        name = raw.decode("ascii")
        return name, name
    if flags & UTF8_NAMES:
        name = raw.decode("utf-8")
        return name, name
    name = raw.decode("cp437")
    for encoding in ("utf-8", "gb18030"):
        try:
            return name, raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name, name
