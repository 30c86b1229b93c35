"""Zip (压缩包): files of every other kind inside; each member comes back, and a bad one never sinks the others."""

from __future__ import annotations

import msgspec

from fapiao.archive import MEGABYTE, Archive, Limits
from fapiao.errors import FapiaoError
from fapiao.format import Format, Reading, Readings, failed, read_bytes

LIMITS = Limits(entries=2_000, each=200 * MEGABYTE, total=512 * MEGABYTE)
DEEPEST = 2
_SEPARATOR = "//"


def sniff(data: bytes, name: str) -> int:
    """Tell a zip that is neither OFD nor a workbook; those are surer of themselves."""
    return 1 if data.startswith((b"PK\x03\x04", b"PK\x05\x06")) else 0


def read(data: bytes, name: str) -> Readings:
    """Yield the readings of every member. Errors: those of `fapiao.archive`, `archive-too-deep`, `no-invoice`."""
    depth = name.count(_SEPARATOR) + 1
    if depth > DEEPEST:
        raise FapiaoError("archive-too-deep")
    archive = Archive(data, LIMITS)
    if not archive.names:
        raise FapiaoError("no-invoice", "压缩包是空的", "the archive is empty")
    for inner in archive.names:
        if not _ignored(inner):
            yield from _member(archive, inner, name)


def _member(archive: Archive, inner: str, name: str) -> Readings:
    outer, _, _ = name.partition(_SEPARATOR)
    path = f"{name.partition(_SEPARATOR)[2]}/{inner}".lstrip("/") if _SEPARATOR in name else inner
    try:
        data = archive.read(inner)
    except FapiaoError as slip:
        yield msgspec.structs.replace(failed(outer, slip), member=path)
        return
    for reading in read_bytes(data, f"{name}{_SEPARATOR}{inner}"):
        yield _named(reading, outer, path)


def _named(reading: Reading, outer: str, path: str) -> Reading:
    return msgspec.structs.replace(reading, file=outer, member=reading.member or path)


def _ignored(inner: str) -> bool:
    last = inner.rpartition("/")[2]
    return inner.startswith("__MACOSX/") or last in (".DS_Store", "Thumbs.db", "desktop.ini")


FORMAT = Format(
    key="zip",
    label="压缩包",
    label_en="Zip archive",
    suffixes=(".zip",),
    sniff=sniff,
    read=read,
)
