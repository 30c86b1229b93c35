"""Excel (工作簿): 全量发票查询导出, the deduction list, and any table whose headings can be recognised."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from fapiao.errors import FapiaoError
from fapiao.format import Format, Reading, Readings
from fapiao.invoice import Invoice, Line
from fapiao.sandbox import SANDBOX
from fapiao.tables.invoices import Table, line_of_row, readings_of, row_key, split_table
from fapiao.tables.workbook_writing import write_workbook
from fapiao.tables.xlsx import Sheet, SheetRow, Workbook

MOST_LINES = 400_000
"""Lines of goods kept in memory for joining; beyond that invoices come without their lines, and say so."""
_OLD_MARK = b"\xd0\xcf\x11\xe0"


def sniff(data: bytes, name: str) -> int:
    """Tell a workbook: a zip that names xl/workbook.xml, or the old compound file."""
    if data.startswith(b"PK"):
        return 3 if b"xl/workbook.xml" in data else 0
    return 2 if data.startswith(_OLD_MARK) else 0


def read(data: bytes, name: str) -> Readings:
    """Yield one reading a row. Errors: `headings-unknown`, `no-invoice`, `file-damaged`, `sheet-too-wide`."""
    if data.startswith(_OLD_MARK):
        yield from _read_old(data, name)
        return
    book = Workbook(data)
    tables = [(sheet, table) for sheet in book.sheets if (table := split_table(book.rows(sheet))[0])]
    whole = [pair for pair in tables if not pair[1].by_line]
    by_line = [pair for pair in tables if pair[1].by_line]
    if not tables:
        raise FapiaoError(
            "no-invoice", "表格里没有可认的发票数据", "no sheet holds invoices that can be recognised"
        )
    lines = _lines(book, by_line) if by_line else {}
    count = 0
    for sheet, _ in whole:
        for reading in _sheet(book, sheet, name):
            count += 1
            yield _joined(reading, lines)
    if not whole:
        for sheet, table in by_line:
            for reading in _from_lines(book, sheet, table, name):
                count += 1
                yield reading
    if not count:
        raise FapiaoError(
            "no-invoice", "表格里没有发票（只有表头）", "the sheet holds headings but no invoice"
        )


def _sheet(book: Workbook, sheet: Sheet, name: str) -> Iterator[Reading]:
    table, rows = split_table(book.rows(sheet))
    if table:
        yield from readings_of(table, rows, name, "excel")


def _lines(book: Workbook, sheets: list[tuple[Sheet, Table]]) -> dict[str, list[Line]]:
    lines: dict[str, list[Line]] = {}
    count = 0
    for sheet, _ in sheets:
        table, rows = split_table(book.rows(sheet))
        for row in rows if table else ():
            told = table.told(row) if table else {}
            count += 1
            if told and count <= MOST_LINES:
                lines.setdefault(row_key(told), []).append(line_of_row(told))
    return lines


def _joined(reading: Reading, lines: dict[str, list[Line]]) -> Reading:
    invoice = reading.invoice
    if invoice is None or not lines or invoice.lines:
        return reading
    key = invoice.digital_number or (invoice.code or "") + (invoice.number or "")
    own = lines.get(key)
    if not own:
        return reading
    return msgspec.structs.replace(reading, invoice=msgspec.structs.replace(invoice, lines=tuple(own)))


def _from_lines(book: Workbook, sheet: Sheet, table: Table, name: str) -> Iterator[Reading]:
    """A file with only 信息汇总表: each invoice once, its sums those of its lines."""
    found: dict[str, Reading] = {}
    _, rows = split_table(book.rows(sheet))
    for row in rows:
        for reading in readings_of(table, [row], name, "excel"):
            key = row_key(table.told(row))
            if reading.invoice is None or key not in found:
                found[key or f"row {row.number}"] = _with_line(reading, line_of_row(table.told(row)))
            else:
                found[key] = _grown(found[key], reading.invoice, line_of_row(table.told(row)))
    yield from found.values()


def _with_line(reading: Reading, line: Line) -> Reading:
    if reading.invoice is None:
        return reading
    return msgspec.structs.replace(reading, invoice=msgspec.structs.replace(reading.invoice, lines=(line,)))


def _grown(reading: Reading, more: Invoice, line: Line) -> Reading:
    invoice = reading.invoice
    assert invoice is not None
    sums: dict[str, Any] = {
        name: getattr(invoice, name) + getattr(more, name)
        if None not in (getattr(invoice, name), getattr(more, name))
        else None
        for name in ("amount", "tax", "total")
    }
    return msgspec.structs.replace(
        reading, invoice=msgspec.structs.replace(invoice, lines=(*invoice.lines, line), **sums)
    )


def _read_old(data: bytes, name: str) -> Readings:
    sheets = SANDBOX.call("fapiao.tables.xls:sheets_of", data, seconds=30.0)
    found = False
    for rows in sheets:
        table, below = split_table(SheetRow(number, dict(cells)) for number, cells in rows)
        if table:
            found = True
            yield from readings_of(table, below, name, "excel")
    if not found:
        raise FapiaoError(
            "no-invoice", "表格里没有可认的发票数据", "no sheet holds invoices that can be recognised"
        )


def write(invoice: Invoice) -> bytes:
    """Return a workbook with this one invoice, in the layout of 全量发票查询."""
    return write_workbook([invoice])


FORMAT = Format(
    key="excel",
    label="Excel 工作簿",
    label_en="Excel workbook",
    suffixes=(".xlsx", ".xlsm", ".xls"),
    sniff=sniff,
    read=read,
    write=write,
)
