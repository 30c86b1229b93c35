"""Guarded zip (安全的 zip 读取): never to disk, bounded in entries, bytes and ratio.

OFD, Excel and plain zip files all open here. Names with ``..`` are refused; a leading ``/`` is accepted as
a lookup key only, because real OFD files use absolute names inside.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import IO

from fapiao.directory import Entry, entries_of, lists
from fapiao.errors import FapiaoError


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may hold: entries, bytes each, bytes in all, and the ratio above one megabyte."""

    entries: int = 2_000
    each: int = 32 * 2**20
    total: int = 64 * 2**20
    ratio: int = 200


@dataclass(slots=True)
class Spent:
    """What has been unpacked so far (已解开的量), shared by an archive and those inside it."""

    bytes: int = 0
    entries: int = 0


MEGABYTE = 2**20
_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError),
    *(OSError, ValueError, KeyError, struct.error),
)
_HEADER = struct.Struct("<4s22xHH")
"""A local file header: its mark, and the sizes of the name and the extra field behind it."""


class Archive:
    """An opened zip with every guard in force (压缩包).

    Parameters: ``data`` the whole file; ``limits`` what it may hold; ``spent`` what archives around it have unpacked so
    far. Errors: `file-damaged`, `file-encrypted`, `archive-unsafe-path`, `archive-too-many`, `archive-too-big`.
    """

    rereads = 4
    """How often the whole of it may be unpacked: a sheet is looked at before it is read."""

    def __init__(self, data: bytes, limits: Limits | None = None, spent: Spent | None = None) -> None:
        self.limits = limits or Limits()
        self._data = data
        self.spent = spent or Spent()
        try:
            found = entries_of(data)
        except _DAMAGE:
            raise FapiaoError(
                "file-damaged", "压缩结构损坏，打不开", "the zip structure is damaged"
            ) from None
        self._entries: dict[str, Entry] = {}
        self._declared = 0
        for entry in found:
            if not entry.is_folder:
                self._admit(entry)

    def _admit(self, entry: Entry) -> None:
        name = entry_name(entry.meant)
        if name in self._entries:
            raise FapiaoError("file-damaged", f"压缩包里有重名文件：{name}", f"duplicate entry {name}")
        if len(self._entries) >= self.limits.entries:
            raise FapiaoError("archive-too-many")
        self._check(entry)
        self._entries[name] = entry

    def _check(self, entry: Entry) -> None:
        size = entry.size
        if entry.flags & 0x1:
            raise FapiaoError("file-encrypted")
        suspicious = size > MEGABYTE and size > self.limits.ratio * max(entry.packed, 1)
        if suspicious or size > self.limits.each:
            raise FapiaoError("archive-too-big")
        if self._declared + size > self.limits.total:
            raise FapiaoError("archive-too-big")
        self._declared += size

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all files inside, without leading ``/``, in the order of the directory."""
        return tuple(self._entries)

    def __contains__(self, name: str) -> bool:
        return name.lstrip("/") in self._entries

    def read(self, name: str) -> bytes:
        """Return one entry's bytes, as many as its directory declares and no more, held against its checksum."""
        entry = self._entry(name)
        if entry.method not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            return b"".join(self.stream(name))
        self._spend(entry.size)
        try:
            data = _inflated(self._raw(entry), entry)
        except _DAMAGE:
            raise _damaged(name) from None
        if len(data) != entry.size or zlib.crc32(data) != entry.crc:
            raise _damaged(name)
        return data

    def size_of(self, name: str) -> int:
        """Return how many bytes an entry declares."""
        return self._entry(name).size

    def _entry(self, name: str) -> Entry:
        entry = self._entries.get(name.lstrip("/"))
        if entry is None:
            raise FapiaoError("file-damaged", f"压缩包里缺少 {name}", f"the archive lacks {name}")
        return entry

    def _raw(self, entry: Entry) -> bytes:
        """Return an entry's packed bytes; its own header must name it as the directory does."""
        mark, name_size, extra_size = _HEADER.unpack_from(self._data, entry.at)
        begin = entry.at + _HEADER.size + name_size
        if mark != b"PK\x03\x04" or self._data[begin - name_size : begin] != entry.raw:
            raise ValueError("header and directory differ")
        return self._data[begin + extra_size : begin + extra_size + entry.packed]

    def _spend(self, size: int) -> None:
        self.spent.bytes += size
        if self.spent.bytes > self.rereads * self.limits.total:
            raise FapiaoError("archive-too-big")

    def stream(self, name: str) -> Iterator[bytes]:
        """Yield one entry's bytes in blocks of 256 KB."""
        entry = self._entry(name)
        try:
            archive, places = self._opened
            with archive.open(places[entry.at]) as file:
                yield from self._counted(file)
        except _DAMAGE:
            raise _damaged(name) from None

    @cached_property
    def _opened(self) -> tuple[zipfile.ZipFile, dict[int, zipfile.ZipInfo]]:
        """The archive as the standard library opens it, for what is streamed or packed unusually, and its entries by place."""
        archive = zipfile.ZipFile(io.BytesIO(self._data))
        return archive, {info.header_offset: info for info in archive.infolist()}

    def _counted(self, file: IO[bytes]) -> Iterator[bytes]:
        seen = 0
        while block := file.read(256 * 1024):
            seen += len(block)
            self._spend(len(block))
            if seen > self.limits.each:
                raise FapiaoError("archive-too-big")
            yield block


def _inflated(raw: bytes, entry: Entry) -> bytes:
    if entry.method == zipfile.ZIP_STORED:
        return raw
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(raw, entry.size + 1)


def _damaged(name: str) -> FapiaoError:
    return FapiaoError("file-damaged", f"压缩包里的 {name} 损坏", f"{name} in the archive is damaged")


def names_of(data: bytes) -> frozenset[str]:
    """Return the names that a zip's directory lists, nothing where it has none; entries are not looked at."""
    try:
        return frozenset([entry.name.lstrip("/") for entry in entries_of(data)])
    except _DAMAGE:
        return frozenset()


def names_one_of(data: bytes, *names: bytes) -> bool | None:
    """Tell whether a zip's directory lists one of some names, given in small letters; ``None`` where it has none to read."""
    try:
        return lists(data, *names)
    except _DAMAGE:
        return None


def entry_name(raw: str) -> str:
    """Return an entry's safe name. Errors: `archive-unsafe-path` for ``..``, drive letters and NUL."""
    if _PLAIN_NAME.fullmatch(raw):
        return raw
    name = raw.replace("\\", "/")
    if "\x00" in name or ".." in name.split("/") or (len(name) > 1 and name[1] == ":"):
        raise FapiaoError(
            "archive-unsafe-path",
            f"压缩包里有不安全的路径：{raw[:80]!r}",
            f"unsafe path in archive: {raw[:80]!r}",
        )
    return name.lstrip("/")


_PLAIN_NAME = re.compile(r"\w[\w/-]*(?:\.\w+)?", re.ASCII)
"""The usual name: nothing but words, slashes and one suffix."""


def is_absolute(raw: str) -> bool:
    """Tell whether an entry's raw name is absolute (``/x``, ``C:\\x``)."""
    return raw.startswith(("/", "\\")) or (len(raw) > 1 and raw[1] == ":")
