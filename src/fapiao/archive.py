"""Guarded zip (安全的 zip 读取): never to disk, bounded in entries, bytes and ratio.

OFD, Excel and plain zip files all open here. Names with ``..`` are refused; a leading ``/`` is accepted as
a lookup key only, because real OFD files use absolute names inside.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

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
_UTF8_NAMES = 0x800
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, struct.error)
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
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _DAMAGE:
            raise FapiaoError(
                "file-damaged", "压缩结构损坏，打不开", "the zip structure is damaged"
            ) from None
        self._entries: dict[str, zipfile.ZipInfo] = {}
        self._declared = 0
        for info in self._zip.infolist():
            if not info.is_dir():
                self._admit(info)

    def _admit(self, info: zipfile.ZipInfo) -> None:
        name = entry_name(raw_name(info))
        if name in self._entries:
            raise FapiaoError("file-damaged", f"压缩包里有重名文件：{name}", f"duplicate entry {name}")
        if len(self._entries) >= self.limits.entries:
            raise FapiaoError("archive-too-many")
        self._check(info)
        self._entries[name] = info

    def _check(self, info: zipfile.ZipInfo) -> None:
        if info.flag_bits & 0x1:
            raise FapiaoError("file-encrypted")
        if info.file_size > self.limits.each or _suspicious(info, self.limits.ratio):
            raise FapiaoError("archive-too-big")
        if self._declared + info.file_size > self.limits.total:
            raise FapiaoError("archive-too-big")
        self._declared += info.file_size

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all files inside, without leading ``/``, in the order of the directory."""
        return tuple(self._entries)

    def __contains__(self, name: str) -> bool:
        return name.lstrip("/") in self._entries

    def read(self, name: str) -> bytes:
        """Return one entry's bytes, as many as its directory declares and no more, held against its checksum."""
        entry = self._entry(name)
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            return b"".join(self.stream(name))
        self._spend(entry.file_size)
        try:
            data = _inflated(self._raw(entry), entry)
        except _DAMAGE:
            raise _damaged(name) from None
        if len(data) != entry.file_size or zlib.crc32(data) != entry.CRC:
            raise _damaged(name)
        return data

    def size_of(self, name: str) -> int:
        """Return how many bytes an entry declares."""
        return self._entry(name).file_size

    def _entry(self, name: str) -> zipfile.ZipInfo:
        entry = self._entries.get(name.lstrip("/"))
        if entry is None:
            raise FapiaoError("file-damaged", f"压缩包里缺少 {name}", f"the archive lacks {name}")
        return entry

    def _raw(self, entry: zipfile.ZipInfo) -> bytes:
        """Return an entry's packed bytes; its own header must name it as the directory does."""
        at = entry.header_offset
        mark, name_size, extra_size = _HEADER.unpack_from(self._data, at)
        begin = at + _HEADER.size + name_size
        encoding = "utf-8" if entry.flag_bits & 0x800 else "cp437"
        if mark != b"PK\x03\x04" or self._data[begin - name_size : begin] != entry.orig_filename.encode(
            encoding
        ):
            raise ValueError("header and directory differ")
        return self._data[begin + extra_size : begin + extra_size + entry.compress_size]

    def _spend(self, size: int) -> None:
        self.spent.bytes += size
        if self.spent.bytes > self.rereads * self.limits.total:
            raise FapiaoError("archive-too-big")

    def stream(self, name: str) -> Iterator[bytes]:
        """Yield one entry's bytes in blocks of 256 KB."""
        entry = self._entry(name)
        try:
            with self._zip.open(entry) as file:
                yield from self._counted(file)
        except _DAMAGE:
            raise _damaged(name) from None

    def _counted(self, file: IO[bytes]) -> Iterator[bytes]:
        seen = 0
        while block := file.read(256 * 1024):
            seen += len(block)
            self._spend(len(block))
            if seen > self.limits.each:
                raise FapiaoError("archive-too-big")
            yield block


def _inflated(raw: bytes, entry: zipfile.ZipInfo) -> bytes:
    if entry.compress_type == zipfile.ZIP_STORED:
        return raw
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(raw, entry.file_size + 1)


def _damaged(name: str) -> FapiaoError:
    return FapiaoError("file-damaged", f"压缩包里的 {name} 损坏", f"{name} in the archive is damaged")


def names_of(data: bytes) -> frozenset[str]:
    """Return the names that a zip's directory lists, nothing where it has none; entries are not looked at."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return frozenset(name.lstrip("/") for name in archive.namelist())
    except _DAMAGE:
        return frozenset()


def entry_name(raw: str) -> str:
    """Return an entry's safe name. Errors: `archive-unsafe-path` for ``..``, drive letters and NUL."""
    name = raw.replace("\\", "/")
    if "\x00" in name or ".." in name.split("/") or (len(name) > 1 and name[1] == ":"):
        raise FapiaoError(
            "archive-unsafe-path",
            f"压缩包里有不安全的路径：{raw[:80]!r}",
            f"unsafe path in archive: {raw[:80]!r}",
        )
    return name.lstrip("/")


def raw_name(info: zipfile.ZipInfo) -> str:
    """Return an entry's name as its maker meant it: names that are not marked as UTF-8 are UTF-8 or GBK all the same."""
    if info.flag_bits & _UTF8_NAMES:
        return info.filename
    try:
        raw = info.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def is_absolute(raw: str) -> bool:
    """Tell whether an entry's raw name is absolute (``/x``, ``C:\\x``)."""
    return raw.startswith(("/", "\\")) or (len(raw) > 1 and raw[1] == ":")


def _suspicious(info: zipfile.ZipInfo, ratio: int) -> bool:
    return info.file_size > MEGABYTE and info.file_size > ratio * max(info.compress_size, 1)
