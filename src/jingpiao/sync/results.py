"""Results of an import (导入结果) to take away: every row with what became of it, as CSV or as an Excel workbook."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from typing import IO, Any

import xlsxwriter

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


def sheet(batch: int) -> IO[bytes]:
    """Return an import's rows as a workbook in a temporary file that vanishes when it is closed."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the reply closes it
    book = xlsxwriter.Workbook(
        file,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    page = book.add_worksheet("导入结果")
    for column, head in enumerate(HEADS):
        page.write_string(0, column, head)
    for place, row in enumerate(selectors.import_row_results(batch), 1):
        for column, cell in enumerate(cells(row)):
            page.write_string(place, column, cell)
    book.close()
    file.seek(0)
    return file
