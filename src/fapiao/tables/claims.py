"""Claims of a table (表格里的提问): each row as the mapping that `fapiao.asking.claim_from_mapping` takes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from fapiao.archive import names_of
from fapiao.errors import FapiaoError
from fapiao.tables.day_cells import day_of
from fapiao.tables.delimited import rows_of
from fapiao.tables.headings import path_of
from fapiao.tables.rows import SheetRow
from fapiao.tables.xlsx import BOOK, Workbook

_FIELDS = {
    "issued": "issued_on",
    "digital_number": "number",
    "seller.tax_id": "seller_tax_id",
    "seller.name": "seller_name",
    "buyer.tax_id": "buyer_tax_id",
    "buyer.name": "buyer_name",
} | {
    name: name
    for name in (
        "ref",
        "text",
        "code",
        "number",
        "amount",
        "tax",
        "total",
        "check_code",
        "kind",
        "lookup",
        "tax_ids",
        "as_of",
    )
}
SEARCHED_ROWS = 15


def claims_of_table(data: bytes, name: str) -> Iterator[dict[str, Any] | FapiaoError]:
    """Yield one mapping a row. Errors: `headings-unknown` without a column for the number or a text."""
    rows = _rows(data)
    columns = next((found for row in islice(rows, SEARCHED_ROWS) if (found := _columns(row))), None)
    if columns is None:
        raise FapiaoError("headings-unknown")
    for row in rows:
        yield _told(columns, row)


def _columns(row: SheetRow) -> dict[int, str] | None:
    named = {column: path_of(text) for column, text in row.cells.items()}
    fields = {column: _FIELDS[path] for column, path in named.items() if path in _FIELDS}
    return fields if {"number", "text"} & set(fields.values()) else None


def _told(columns: dict[int, str], row: SheetRow) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for column, field in columns.items():
        text = row.cells.get(column)
        if text and field == "issued_on":
            told.setdefault(field, day_of(text)[0] or text)
        elif text and field == "number" and len(text) > len(told.get(field, "")):
            told[field] = text  # of 发票号码 and 数电发票号码 the one with more digits
        elif text:
            told.setdefault(field, text)
    return told


def _rows(data: bytes) -> Iterator[SheetRow]:
    if BOOK not in names_of(data):
        return rows_of(data)
    book = Workbook(data)
    shown = next((sheet for sheet in book.sheets if not sheet.hidden), None)
    return book.rows(shown) if shown else iter(())
