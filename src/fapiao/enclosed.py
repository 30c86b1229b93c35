"""Enclosed files (内附文件): invoices that lie as files of their own inside a PDF or OFD, as in a portfolio."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextvars import ContextVar

import msgspec

from fapiao.format import Reading, read_bytes

MOST_FILES, DEEPEST = 20, 2
"""So many files of one are opened, and files within those, but none deeper."""
_DEPTH: ContextVar[int] = ContextVar("depth of enclosed files", default=0)


def read_enclosed(files: Iterable[tuple[str, bytes]], known: Iterable[str]) -> Iterator[Reading]:
    """Yield the invoices of enclosed files by ``(name, bytes)`` whose numbers are not ``known``; ``member`` names the file.

    What cannot be read, or is no invoice, is passed over: the file around it speaks for itself.
    """
    told = set(known)
    depth = _DEPTH.get()
    if depth >= DEEPEST:
        return
    for count, (name, data) in enumerate(files):
        if count >= MOST_FILES:
            return
        for reading in _read(name, data, depth):
            number = reading.invoice.number if reading.invoice else None
            if number and number not in told:
                told.add(number)
                yield msgspec.structs.replace(reading, member=reading.member or name)


def _read(name: str, data: bytes, depth: int) -> list[Reading]:
    mark = _DEPTH.set(depth + 1)
    try:
        return list(read_bytes(data, name))
    finally:
        _DEPTH.reset(mark)
