"""XLS (旧版工作簿): read by calamine, in the sandbox only: a crafted sheet can make it ask for any amount of memory."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import python_calamine

MOST_ROWS = 70_000


def sheets_of(data: bytes) -> list[list[tuple[int, list[tuple[int, str]]]]]:
    """Return the rows of every sheet as (number, [(column, text)])."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    sheets = []
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)[:MOST_ROWS]
        sheets.append(
            [
                (number, cells)
                for number, row in enumerate(rows, 1)
                if (cells := [(place, text) for place, value in enumerate(row) if (text := _text(value))])
            ]
        )
    return sheets


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.2E}" if abs(value) >= 1e15 else f"{value:.15g}"
    return str(value).strip() if value is not None else ""
