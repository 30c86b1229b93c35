"""XLS and XLSB (旧版与二进制工作簿): read by calamine, in the sandbox only: a crafted sheet makes it ask for any amount of memory."""

from __future__ import annotations

import contextlib
import io
import resource
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import python_calamine

from fapiao.errors import FapiaoError

MOST_ROWS = 70_000
MOST_MEMORY = 350 * 2**20
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

Told = tuple[str, bool, list[tuple[int, list[tuple[int, str]]]]]
"""A sheet: its name, whether it is hidden, its rows as (number, [(column, text)])."""


def sheets_of(data: bytes) -> list[Told]:
    """Return every sheet. Errors: `file-encrypted`, `file-damaged`."""
    if _ENCRYPTED in data:
        raise FapiaoError("file-encrypted")
    with _bounded_memory():
        return _sheets(data)


def _sheets(data: bytes) -> list[Told]:
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [_sheet(book, each) for each in book.sheets_metadata if str(each.typ).endswith("WorkSheet")]
    except python_calamine.PasswordError:
        raise FapiaoError("file-encrypted") from None
    except python_calamine.CalamineError as slip:
        raise FapiaoError("file-damaged", f"工作簿损坏：{slip}", f"the workbook is damaged: {slip}") from None


@contextlib.contextmanager
def _bounded_memory() -> Iterator[None]:
    """Let this process grow by `MOST_MEMORY` at most: two cells at opposite corners make calamine ask for a gigabyte."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if Path("/proc/self/statm").exists() else 0
    most = pages * resource.getpagesize() + MOST_MEMORY
    if not pages or 0 <= soft < most:
        yield
        return
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _sheet(book: Any, told: Any) -> Told:
    sheet = book.get_sheet_by_name(told.name)
    kept = [
        (number, cells)
        for number, row in enumerate(islice(sheet.iter_rows(), MOST_ROWS), 1)
        if (cells := [(place, text) for place, value in enumerate(row) if (text := _text(value))])
    ]
    return told.name, not str(told.visible).endswith(".Visible"), kept


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.2E}" if abs(value) >= 1e15 else f"{value:.15g}"
    return str(value).strip() if value is not None else ""
