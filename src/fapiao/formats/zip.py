"""Zip (压缩包): files of every other kind inside; each member comes back, and a bad one never sinks the others."""

from __future__ import annotations

import msgspec

from fapiao.archive import Spent
from fapiao.bundle import Bundle
from fapiao.errors import FapiaoError
from fapiao.format import Format, Reading, Readings, detect, failed, read_bytes

DEEPEST = 2
_KEY = "zip"


def sniff(data: bytes, name: str) -> int:
    """Tell a zip that is neither OFD nor a workbook; those are surer of themselves."""
    return 1 if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK00PK\x03\x04")) else 0


def read(data: bytes, name: str) -> Readings:
    """Yield the readings of every member, or its error. Errors: `file-damaged`, `archive-too-many`, `no-invoice`."""
    bundle = Bundle(data, Spent())
    if not bundle.names:
        raise FapiaoError("no-invoice", "压缩包是空的", "the archive is empty")
    yield from _members(bundle, name, "", DEEPEST)


def _members(bundle: Bundle, outer: str, prefix: str, deeper: int) -> Readings:
    for inner, data in bundle.entries():
        path = prefix + inner
        if isinstance(data, FapiaoError):
            yield _placed(failed(outer, data), outer, path)
        elif _is_zip(data, inner):
            yield from _nested(data, bundle.spent, outer, path, deeper - 1)
        else:
            for reading in read_bytes(data, inner):
                yield _placed(reading, outer, path)


def _nested(data: bytes, spent: Spent, outer: str, path: str, deeper: int) -> Readings:
    try:
        if deeper < 1:
            raise FapiaoError("archive-too-deep")
        inside = Bundle(data, spent)
        if not inside.names:
            raise FapiaoError("no-invoice", "压缩包是空的", "the archive is empty")
        yield from _members(inside, outer, f"{path}/", deeper)
    except FapiaoError as slip:
        yield _placed(failed(outer, slip, _KEY), outer, path)


def _is_zip(data: bytes, name: str) -> bool:
    try:
        return detect(data, name).key == _KEY
    except FapiaoError:
        return False


def _placed(reading: Reading, outer: str, path: str) -> Reading:
    return msgspec.structs.replace(reading, file=outer, member=path)


FORMAT = Format(
    key=_KEY,
    label="压缩包",
    label_en="Zip archive",
    suffixes=(".zip",),
    sniff=sniff,
    read=read,
)
