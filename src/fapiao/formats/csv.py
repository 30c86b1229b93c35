"""CSV (分隔文本): tables as delimited text in any of the encodings that Chinese software writes."""

from __future__ import annotations

from fapiao.errors import FapiaoError
from fapiao.format import Format, Readings
from fapiao.invoice import Invoice
from fapiao.tables.delimited import rows_of
from fapiao.tables.headings import recognise
from fapiao.tables.invoices import readings_of, split_table
from fapiao.tables.workbook_writing import csv_lines


def sniff(data: bytes, name: str) -> int:
    """Tell a table: one of its first rows is a heading."""
    head = data[:8192]
    if b"\x00" in head and head[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return 0
    if head[:1] in (b"<", b"%") or head.startswith(b"PK"):
        return 0
    named = name.lower().endswith((".csv", ".tsv"))
    try:
        rows = rows_of(head[: head.rfind(b"\n") + 1] or head)
        found = any(recognise(row.cells) for row, _ in zip(rows, range(15), strict=False))
    except FapiaoError:
        return int(named)
    return 2 if found else int(named)


def read(data: bytes, name: str) -> Readings:
    """Yield one reading a row. Errors: `headings-unknown`, `text-undecodable`, `no-invoice`."""
    table, rows = split_table(rows_of(data))
    if table is None:
        raise FapiaoError("headings-unknown")
    count = 0
    for reading in readings_of(table, rows, name, "csv"):
        count += 1
        yield reading
    if not count:
        raise FapiaoError(
            "no-invoice", "表格里没有发票（只有表头）", "the table holds headings but no invoice"
        )


def write(invoice: Invoice) -> bytes:
    """Return a CSV file with this one invoice."""
    return b"".join(csv_lines([invoice]))


FORMAT = Format(
    key="csv",
    label="CSV 表格",
    label_en="CSV",
    suffixes=(".csv", ".tsv"),
    sniff=sniff,
    read=read,
    write=write,
)
