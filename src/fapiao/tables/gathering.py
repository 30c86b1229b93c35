"""Gathering (归并): the sheets of one workbook become readings, each invoice once, lines of goods joined to it.

发票基础信息 has a row an invoice, 信息汇总表 a row a line, and further sheets (铁路, 航空, 机动车…) one more row for the kinds
they are named after. Rows of the first kind come out as they are read; what the others say is kept by invoice and joined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec

from fapiao.finding import Finding
from fapiao.format import Reading
from fapiao.invoice import invoice_keys
from fapiao.tables.identity_cells import key_of
from fapiao.tables.invoices import reading_of
from fapiao.tables.layout import Table, first_table, placed_rows
from fapiao.tables.rows import SheetRow
from fapiao.tables.summing import Gathered

MOST_LINES = 300_000
"""Lines of goods kept in memory for joining; beyond that invoices come without their lines, and say so."""
LOOKED_AHEAD = 2_000
"""Rows of a sheet of invoices in which a further table, of lines, is looked for before the first is given out."""


class Source(msgspec.Struct, frozen=True):
    """A sheet (表): its name, a way to read its rows from the beginning, and whether it is hidden."""

    name: str
    rows: Callable[[], Iterator[SheetRow]]
    hidden: bool = False


def gather(sources: Sequence[Source], file: str, key: str) -> Iterator[Reading]:
    """Yield the readings of all sheets in order; nothing where no sheet has a table of invoices."""
    yield from _Gathering(sources, file, key).readings()


def has_table(sources: Sequence[Source]) -> bool:
    """Tell whether any sheet has a heading that can be recognised."""
    return any(first_table(source.rows(), source.name) for source in sources)


class _Gathering:
    """One workbook under way: what further rows said by invoice, and which invoices have come out."""

    def __init__(self, sources: Sequence[Source], file: str, key: str) -> None:
        self._sources, self._file, self._key = sources, file, key
        self._further: dict[str, Gathered] = {}
        self._seen: set[str] = set()
        self._count = 0

    def readings(self) -> Iterator[Reading]:
        looked = [self._look(source) for source in self._sources]
        for source, count in zip(self._sources, looked, strict=True):
            for reading in self._given(source, count):
                yield _with(reading, _HIDDEN) if source.hidden else reading
        for name, found in self._further.items():
            if name not in self._seen:
                yield _with(found.alone(), _CUT) if found.cut else found.alone()

    def _look(self, source: Source) -> int:
        """Keep what a sheet's further rows say; returns how many of its rows were looked at."""
        first = first_table(source.rows(), source.name)
        if first is None:
            return 0
        count = 0
        for table, row in placed_rows(source.rows(), source.name):
            if not first.further and count >= LOOKED_AHEAD:
                break
            count += 1
            if table.further:
                self._keep(table, row)
        return count

    def _given(self, source: Source, looked: int) -> Iterator[Reading]:
        for place, (table, row) in enumerate(placed_rows(source.rows(), source.name)):
            if not table.further:
                yield self._joined(self._reading(table, row))
            elif not key_of(table.told(row)):
                yield self._reading(table, row)
            elif place >= looked:
                self._keep(table, row)

    def _reading(self, table: Table, row: SheetRow) -> Reading:
        return reading_of(table, row, self._file, self._key)

    def _keep(self, table: Table, row: SheetRow) -> None:
        told = table.told(row)
        name = key_of(told)
        if not name:
            return
        self._count += 1
        found = self._further.get(name)
        if found is None:
            found = self._further[name] = Gathered(first=self._reading(table, row))
        if self._count > MOST_LINES:
            found.cut = True
        elif table.by_line:
            found.add_line(told)
        found.special |= {
            path.removeprefix("special."): text for path, text in told.items() if path.startswith("special.")
        }

    def _joined(self, reading: Reading) -> Reading:
        names = invoice_keys(reading.invoice) if self._further and reading.invoice else ()
        name = next((each for each in names if each in self._further), None)
        if name is None or reading.invoice is None:
            return reading
        self._seen.add(name)
        found = self._further[name]
        invoice = msgspec.structs.replace(
            reading.invoice,
            lines=reading.invoice.lines or tuple(found.lines),
            special={**found.special, **(reading.invoice.special or {})} or None,
        )
        joined = msgspec.structs.replace(reading, invoice=invoice)
        return _with(joined, _CUT) if found.cut else joined


def _with(reading: Reading, finding: Finding) -> Reading:
    return msgspec.structs.replace(reading, findings=(*reading.findings, finding))


_CUT = Finding(
    code="lines-left-out",
    path="lines",
    severity="warning",
    message=f"明细超过 {MOST_LINES} 行，这张发票的明细没有读全",
    message_en=f"over {MOST_LINES} lines of goods: those of this invoice are not complete",
)
_HIDDEN = Finding(
    code="sheet-hidden",
    path="",
    severity="note",
    message="来自隐藏的工作表",
    message_en="from a hidden sheet",
)
