"""Claims of a table (表格里的提问): each row as the mapping that `fapiao.asking.claim_from_mapping` takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fapiao.errors import FapiaoError
from fapiao.tables.delimited import rows_of
from fapiao.tables.headings import PATHS, bare
from fapiao.tables.xlsx import SheetRow, Workbook

_FIELDS = {
    "issued": "issued_on",
    "seller.tax_id": "seller_tax_id",
    "seller.name": "seller_name",
    "buyer.tax_id": "buyer_tax_id",
    "buyer.name": "buyer_name",
}
_KEPT = {
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
}


def claims_of_table(data: bytes, name: str) -> Iterator[dict[str, Any] | FapiaoError]:
    """Yield one mapping a row. Errors: `headings-unknown` without a column for the number or a text."""
    rows = _rows(data)
    heading = next(rows, None)
    columns = {column: PATHS.get(bare(text)) for column, text in heading.cells.items()} if heading else {}
    if not {"number", "digital_number", "text"} & set(columns.values()):
        raise FapiaoError("headings-unknown")
    for row in rows:
        told: dict[str, Any] = {}
        for column, path in columns.items():
            field = _FIELDS.get(path or "", path)
            if field == "digital_number" and row.cells.get(column):
                told["number"] = row.cells[column]
            elif field and (field in _KEPT or field in _FIELDS.values()) and row.cells.get(column):
                told.setdefault(field, row.cells[column])
        yield told


def _rows(data: bytes) -> Iterator[SheetRow]:
    if data.startswith(b"PK"):
        book = Workbook(data)
        for sheet in book.sheets:
            if not sheet.hidden:
                yield from book.rows(sheet)
                return
    else:
        yield from rows_of(data)
