"""CSV (分隔文本): tables as delimited text in any of the encodings that Chinese software writes."""

from __future__ import annotations

from functools import partial
from itertools import islice

from fapiao.errors import FapiaoError
from fapiao.format import Format, Readings
from fapiao.invoice import Invoice
from fapiao.tables.delimited import rows_of, utf16_of
from fapiao.tables.gathering import Source, gather, has_table
from fapiao.tables.layout import first_table
from fapiao.tables.workbook_writing import csv_lines

_HEAD = 16_384


def sniff(data: bytes, name: str) -> int:
    """Tell a table: one of its first rows is a heading."""
    head = data[:_HEAD]
    if head[:1] in (b"<", b"%") or head.startswith((b"PK", b"\x89PNG", b"\xff\xd8", b"\xd0\xcf")):
        return 0
    named = int(name.lower().endswith((".csv", ".tsv")))
    binary = head.count(b"\x00") > len(head) // 20 and not utf16_of(head)
    try:
        found = first_table(islice(rows_of(_whole_lines(head)), 40))
    except FapiaoError:
        return 0 if binary else named
    return 2 if found else 0 if binary else named


def _whole_lines(head: bytes) -> bytes:
    """Cut after the last line feed, so that no sign is cut in two; in UTF-16 its NUL goes along."""
    end = head.rfind(b"\n") + 1 if len(head) == _HEAD else len(head)
    return head[: end + (end % 2 if utf16_of(head) else 0)] or head


def read(data: bytes, name: str) -> Readings:
    """Yield one reading an invoice. Errors: `headings-unknown`, `text-undecodable`, `no-invoice`, `sheet-too-wide`."""
    sources = [Source("", partial(rows_of, data))]
    if not has_table(sources):
        raise FapiaoError("headings-unknown")
    count = 0
    for reading in gather(sources, name, "csv"):
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
    rows=lambda data: max(0, data.count(b"\n") - 1),
)
