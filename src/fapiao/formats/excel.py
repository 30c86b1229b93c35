"""Excel (工作簿): 全量发票查询导出, the deduction list, and any table whose headings can be recognised."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from fapiao.archive import names_of, names_one_of
from fapiao.errors import FapiaoError
from fapiao.format import Format, Readings
from fapiao.invoice import Invoice
from fapiao.sandbox import SANDBOX
from fapiao.tables.gathering import Source, gather, has_table
from fapiao.tables.layout import first_table
from fapiao.tables.marked_up import is_marked_up
from fapiao.tables.rows import SheetRow
from fapiao.tables.workbook_writing import write_workbook
from fapiao.tables.xlsx import BOOK, Workbook

_OLD_MARK = b"\xd0\xcf\x11\xe0"
_BINARY_BOOK = "xl/workbook.bin"
_STREAMS = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book", "EncryptedPackage"))


def sniff(data: bytes, name: str) -> int:
    """Tell a workbook: a zip that holds one, the old compound file with a workbook's stream, or a table in markup."""
    if data.startswith(b"PK"):
        listed = names_one_of(data, BOOK.encode(), _BINARY_BOOK.encode())
        return 3 if listed and names_of(data) & {BOOK, _BINARY_BOOK} else 0
    if is_marked_up(data):
        return 3
    return 2 if data.startswith(_OLD_MARK) and any(stream in data for stream in _STREAMS) else 0


def read(data: bytes, name: str) -> Readings:
    """Yield one reading an invoice. Errors: `no-invoice`, `file-damaged`, `file-encrypted`, `sheet-too-wide`."""
    sources = _sources(data)
    if not has_table(sources):
        raise FapiaoError(
            "no-invoice", "表格里没有可认的发票数据", "no sheet holds invoices that can be recognised"
        )
    count = 0
    for reading in gather(sources, name, "excel"):
        count += 1
        yield reading
    if not count:
        raise FapiaoError(
            "no-invoice", "表格里没有发票（只有表头）", "the sheet holds headings but no invoice"
        )


def _sources(data: bytes) -> list[Source]:
    if not _is_zipped(data):
        reader = "marked_up" if is_marked_up(data) else "xls"
        told = SANDBOX.call(f"fapiao.tables.{reader}:sheets_of", data, seconds=30.0)
        return [Source(name, partial(_old_rows, rows), hidden) for name, hidden, rows in told]
    book = Workbook(data)
    return [Source(sheet.name, partial(book.rows, sheet), sheet.hidden) for sheet in book.sheets]


def _is_zipped(data: bytes) -> bool:
    return data.startswith(b"PK") and BOOK in names_of(data)


def _old_rows(rows: list[Any]) -> Iterator[SheetRow]:
    for number, cells in rows:
        yield SheetRow(number, dict(cells))


def rows(data: bytes) -> int:
    """Return about how many readings will come: the rows of the sheets of invoices, or of lines where there is no other."""
    if not _is_zipped(data):
        return 0
    book = Workbook(data)
    found = [(sheet, table) for sheet in book.sheets if (table := first_table(book.rows(sheet), sheet.name))]
    chosen = [sheet for sheet, table in found if not table.further] or [sheet for sheet, _ in found]
    return sum(max(0, book.count(sheet) - 1) for sheet in chosen)


def write(invoice: Invoice) -> bytes:
    """Return a workbook with this one invoice, in the layout of 全量发票查询."""
    return write_workbook([invoice])


FORMAT = Format(
    key="excel",
    label="Excel 工作簿",
    label_en="Excel workbook",
    suffixes=(".xlsx", ".xlsm", ".xls", ".xlsb", ".et", ".html", ".htm"),
    sniff=sniff,
    read=read,
    write=write,
    rows=rows,
)
