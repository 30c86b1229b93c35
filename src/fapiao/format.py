"""A file format (文件格式): how it is told, read and, where possible, written; and the one way to read anything.

Members live in `fapiao.formats`. `read_bytes` is the only entrance: it finds the format by content first and
name second, and gives readings; an unreadable file gives one reading with its error, never an exception.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from os.path import splitext
from typing import Literal

import msgspec

from fapiao.errors import FapiaoError
from fapiao.finding import Finding
from fapiao.invoice import Invoice
from fapiao.registry import Members

Route = Literal["attachment", "tag", "metadata", "text-layer", "qr", "ocr", "cell", "element"]
CERTAIN = 3
"""What the surest sniff returns: of a file whose name fits too nothing else need be thought."""
MOST_BYTES = 200 * 2**20
"""The largest file that is opened at all, in bytes; a larger one is refused as `file-too-large`."""


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """What could be said of a file's digests and signature (签章): never more than was checked."""

    state: Literal["valid", "invalid", "absent", "not-checked"] = "absent"
    digests: Literal["match", "mismatch", "not-checked"] = "not-checked"
    signer: str | None = None
    detail: str | None = None


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Why a file gave no invoice (错误): the code and sentences of a `FapiaoError`, as a value."""

    code: str
    message: str
    message_en: str = ""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One invoice as one place of one file tells it (读数), or the error that stopped it.

    ``member`` is the path inside a zip; ``page`` counts from 1 (sheets: the row of the heading is 1, so the row
    itself); ``route`` is where most values came from, ``routes`` names the others by field.
    """

    file: str
    member: str | None = None
    page: int | None = None
    format: str | None = None
    route: Route | None = None
    invoice: Invoice | None = None
    findings: tuple[Finding, ...] = ()
    signature: Signature = Signature()
    error: Problem | None = None
    routes: dict[str, str] = {}


Readings = Iterator[Reading]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One kind of file (文件格式).

    ``sniff(data, name)`` returns how sure it is: 0 not this, 1 perhaps (by name), 2 by structure, 3 certain.
    ``read(data, name)`` yields readings and may raise `FapiaoError`. ``write(invoice)`` returns the bytes of a
    file that reads back as the same invoice, or is ``None`` where the format cannot be made. ``rows(data)`` returns about
    how many readings will come, for progress; ``None`` where only reading tells.
    """

    key: str
    label: str
    label_en: str
    suffixes: tuple[str, ...]
    sniff: Callable[[bytes, str], int]
    read: Callable[[bytes, str], Readings]
    write: Callable[[Invoice], bytes] | None = None
    rows: Callable[[bytes], int] | None = None


FORMATS: Members[Format] = Members("fapiao.formats", "FORMAT", lambda member: member.key)


def problem(slip: FapiaoError) -> Problem:
    """Return an error as the value that a reading carries."""
    return Problem(code=slip.code, message=slip.message, message_en=slip.message_en)


def failed(name: str, slip: FapiaoError, format_key: str | None = None) -> Reading:
    """Return the reading of a file that could not be read."""
    return Reading(file=name, format=format_key, error=problem(slip))


def detect(data: bytes, name: str) -> Format:
    """Return the format of these bytes: the surest sniff wins, a fitting suffix breaks a tie.

    Errors: `file-empty`, `file-too-large`, `file-type-unknown`.
    """
    if not data.strip(b"\x00 \t\r\n"):
        raise FapiaoError("file-empty")
    if len(data) > MOST_BYTES:
        raise too_large(len(data))
    suffix = splitext(name)[1].lower()
    for member in FORMATS.values():
        if suffix in member.suffixes and member.sniff(data, name) == CERTAIN:
            return member
    sure, _, key = max(
        (member.sniff(data, name), suffix in member.suffixes, key) for key, member in FORMATS.items()
    )
    if not sure:
        raise FapiaoError("file-type-unknown")
    return FORMATS[key]


def expected_rows(data: bytes, name: str) -> int | None:
    """Return about how many readings a file will give, ``None`` where that is not known beforehand."""
    try:
        count = detect(data, name).rows
        return count(data) if count else None
    except FapiaoError:
        return None


def too_large(size: int) -> FapiaoError:
    """Return the error for a file of ``size`` bytes that is over `MOST_BYTES`."""
    most = MOST_BYTES // 2**20
    return FapiaoError(
        "file-too-large",
        f"文件有 {size // 2**20} MB，上限 {most} MB",
        f"the file has {size // 2**20} MB, the limit is {most} MB",
    )


def read_bytes(data: bytes, name: str) -> Readings:
    """Yield every reading of one file; an error comes back as a reading, after those that went before it."""
    key: str | None = None
    try:
        found = detect(data, name)
        key = found.key
        yield from found.read(data, name)
    except FapiaoError as slip:
        yield failed(name, slip, key)
