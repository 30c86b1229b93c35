"""Results of an import (导入结果) to take away: every row with what became of it, as CSV or as an Excel workbook."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from fapiao.tables.workbook_stream import workbook_blocks
from fapiao.tables.workbook_writing import neutral
from jingpiao.sync import selectors

COLUMNS = ("file", "row", "result", "code", "number", "error", "message")
HEADS = (
    "文件 file",
    "行 row",
    "结果 result",
    "发票代码 code",
    "发票号码 number",
    "错误 error",
    "说明 message",
)


def cells(row: dict[str, Any]) -> list[str]:
    """Return a row's cells, none of which a spreadsheet takes for a formula."""
    error = row["error"] or {}
    told = [row["file"], row["row"], row["result"], row["code"], row["number"]]
    told += [error.get("code"), error.get("message")]
    return [neutral("" if cell is None else str(cell)) for cell in told]


def csv_rows(batch: int) -> Iterator[bytes]:
    """Yield an import's rows as CSV, while they are read."""
    yield b"\xef\xbb\xbf" + ",".join(COLUMNS).encode() + b"\r\n"
    for row in selectors.import_row_results(batch):
        buffer = io.StringIO()
        csv.writer(buffer).writerow(cells(row))
        yield buffer.getvalue().encode()


def sheet(batch: int) -> Iterator[bytes]:
    """Yield an import's rows as a workbook, while they are read."""
    return workbook_blocks("导入结果", HEADS, map(cells, selectors.import_row_results(batch)))
