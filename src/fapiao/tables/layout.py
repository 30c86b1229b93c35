"""Layout (表格版面): where the tables of a sheet begin and end, and which rows of them are invoices."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

import msgspec

from fapiao.money import money_or_none
from fapiao.tables.headings import continues, recognise
from fapiao.tables.rows import SheetRow

SEARCHED_ROWS = 200
_SUM = re.compile(
    r"^(?:本页|本表|以上|全部|当页|本月|累计)*(?:合计|总计|小计|累计|共计|汇总)|^(?:total|subtotal|sum)\b",
    re.IGNORECASE,
)
_COUNT = re.compile(r"^共\d+(?:张|份|条|行|笔)")
_NEUTRAL = re.compile(r"^'(?=[=+\-@])")
_QUOTED = re.compile(r'^="(.*)"$')
_IDENTITY = ("digital_number", "number")
_MONEY = ("amount", "tax", "total")


class Table(msgspec.Struct, frozen=True):
    """A table under its heading (表格): fields by column. ``hint`` is the sheet's name, which may name the kind.

    ``by_line``: each row is a line of goods, not an invoice (信息汇总表); ``further``: its rows add to invoices that another
    table states, as lines or as one of the sheets for a kind of its own (铁路, 航空, 机动车…). ``numbers`` and ``sums`` are
    where its rows name the invoice and its money.
    """

    columns: dict[int, str]
    heading_row: int
    hint: str
    by_line: bool
    further: bool
    numbers: tuple[int, ...]
    sums: tuple[tuple[int, str], ...]

    def told(self, row: SheetRow) -> dict[str, str]:
        """Return a row's texts by field."""
        told = {}
        cells = row.cells
        for column, path in self.columns.items():
            text = cells.get(column)
            if text:
                told[path] = _plain(text) if text[0] in "'=" else text
        return told


def table_of(columns: dict[int, str], heading_row: int, hint: str = "") -> Table:
    """Return the table that these fields by column begin."""
    named = set(columns.values())
    by_line = "line.name" in named and bool(named & _OF_LINES)
    special = any(path.startswith("special.") for path in named) and bool(_KINDS.search(hint))
    return Table(
        columns,
        heading_row,
        hint,
        by_line,
        by_line or special,
        tuple(column for column, path in columns.items() if path in _IDENTITY),
        tuple((column, path) for column, path in columns.items() if path in _MONEY),
    )


_OF_LINES = {"line.rate", "line.rate_percent", "line.quantity", "line.tax_code"}
_KINDS = re.compile("铁路|航空|行程单|机动车|二手车|旅客|货物运输|通行费|建筑|不动产")


def _plain(text: str) -> str:
    quoted = _QUOTED.match(text)
    return quoted[1] if quoted else _NEUTRAL.sub("", text)


def first_table(rows: Iterable[SheetRow], hint: str = "") -> Table | None:
    """Return the first table of a sheet, ``None`` where no heading is found in its first rows."""
    found = next(_placed(rows, hint), None)
    return found[0] if found else None


def placed_rows(rows: Iterable[SheetRow], hint: str = "") -> Iterator[tuple[Table, SheetRow]]:
    """Yield the rows that are invoices or lines of goods, each with its table.

    Titles, blank rows, sums and notes are left out. A heading may take two rows; another heading further down, or
    beside the first, begins another table.
    """
    sums = _Sums()
    for table, row in _placed(rows, hint):
        if row is None:
            sums = _Sums()
        elif not sums.is_sum(table, row):
            yield table, row


def _placed(rows: Iterable[SheetRow], hint: str) -> Iterator[tuple[Table, SheetRow | None]]:
    """Yield (table, None) for each heading and (table, row) for each row below it."""
    tables: list[Table] = []
    above = SheetRow(0, {})
    fresh = False
    for count, row in enumerate(rows):
        found = _heading(row, above, tables, fresh)
        if found:
            tables = [table_of(columns, row.number, hint) for columns in found]
            fresh = True
            yield tables[0], None
        else:
            if not tables and count >= SEARCHED_ROWS:
                return
            fresh = False
            for table in tables:
                if len(tables) == 1 or table.columns.keys() & row.cells.keys():
                    yield table, row
        above = row


def _heading(row: SheetRow, above: SheetRow, tables: list[Table], fresh: bool) -> list[dict[int, str]]:
    if fresh and continues(row.cells, above.cells):
        return recognise(row.cells, above.cells)
    if tables and _has_number(tables, row):
        return []
    alone = recognise(row.cells)
    if (tables and not alone) or row.number != above.number + 1 or _has_number(tables, above):
        return alone
    below = recognise(row.cells, above.cells)
    return below if sum(map(len, below)) > sum(map(len, alone)) else alone


def _has_number(tables: list[Table], row: SheetRow) -> bool:
    """The common case on the hot path: a row with digits where its number stands is no heading."""
    for table in tables:
        for column in table.numbers:
            if row.cells.get(column, "")[-1:].isdigit():
                return True
    return False


class _Sums:
    """The sums of a table so far, by which a row of sums without a word is known."""

    def __init__(self) -> None:
        self._sums = dict.fromkeys(_MONEY, Decimal(0))
        self._count = 0

    def is_sum(self, table: Table, row: SheetRow) -> bool:
        if _has_number([table], row):
            self._count += 1
            for column, name in table.sums:
                self._sums[name] += money_or_none(row.cells.get(column)) or 0
            return False
        if any(_says_sum(text) for text in row.cells.values()):
            return True
        told = table.told(row)
        if not told:
            return not row.wrong
        return self._repeats(told) or (len(row.cells) <= 2 and not _states(told))

    def _repeats(self, told: Mapping[str, str]) -> bool:
        stated = {name: money_or_none(told[name]) for name in _MONEY if name in told}
        return (
            self._count > 0
            and bool(stated)
            and set(told) <= {*_MONEY, "line.quantity"}
            and all(self._sums[name] == amount for name, amount in stated.items())
        )


def _says_sum(text: str) -> bool:
    word = re.sub(r"[\s:：]", "", text[:20])
    return bool(_SUM.match(word) or _COUNT.match(word))


def _states(told: Mapping[str, str]) -> bool:
    """Tell whether a row without a number still states an invoice's day or sums: then it is one that cannot be read."""
    return (
        "issued" in told
        or "invoice_json" in told
        or any(money_or_none(told.get(name)) is not None for name in _MONEY)
    )
