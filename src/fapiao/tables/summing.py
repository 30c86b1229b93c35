"""Summing (明细归总): an invoice known only by its lines of goods (信息汇总表 alone).

The sums of that sheet are the line's own, so the invoice's are their sum. Some programs repeat the invoice's sums on each
line instead: that shows where quantity × price contradicts a sum that is the same on every line, and then it is taken once.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from fapiao.einvoice.values import is_stars
from fapiao.finding import Finding
from fapiao.format import Reading
from fapiao.invoice import Line
from fapiao.money import money_or_none
from fapiao.tables.invoices import line_of_row

_NEAR = Decimal("0.05")


class Gathered(msgspec.Struct):
    """What further rows say of one invoice (补充行): the first row's reading, lines, special fields, sums."""

    first: Reading
    lines: list[Line] = []
    special: dict[str, str] = {}
    sums: list[tuple[Decimal | None, Decimal | None, Decimal | None]] = []
    stars: bool = False
    cut: bool = False

    def add_line(self, told: Mapping[str, str]) -> None:
        """Add a row that is a line of goods."""
        line = line_of_row(told)
        self.lines.append(line)
        self.sums.append((line.amount, line.tax, money_or_none(told.get("total"))))
        self.stars = self.stars or is_stars(told.get("tax"))

    def alone(self) -> Reading:
        """Return the invoice's one reading when only these rows know it."""
        invoice = self.first.invoice
        if invoice is None or not self.lines:
            return self.first
        if len(self.lines) == 1:
            return self._with(lines=tuple(self.lines))
        if self._repeated():
            return self._with(_REPEATED, lines=tuple(_without_sums(line) for line in self.lines))
        amount, tax, total = (self._sum(place) for place in range(3))
        if total is None and amount is not None:
            total = amount + (tax or 0)
        return self._with(_SUMMED, lines=tuple(self.lines), amount=amount, tax=tax, total=total)

    def _with(self, *findings: Finding, **told: object) -> Reading:
        assert self.first.invoice is not None
        invoice = msgspec.structs.replace(self.first.invoice, **told)
        return msgspec.structs.replace(
            self.first, invoice=invoice, findings=(*self.first.findings, *findings)
        )

    def _repeated(self) -> bool:
        return len(set(self.sums)) == 1 and any(
            line.amount is not None
            and line.quantity is not None
            and line.price is not None
            and abs(line.quantity * line.price - line.amount) > _NEAR
            for line in self.lines
        )

    def _sum(self, place: int) -> Decimal | None:
        known = [amount for row in self.sums if (amount := row[place]) is not None]
        if place == 1 and self.stars:
            return sum(known, Decimal(0)) if known else None
        return sum(known, Decimal(0)) if len(known) == len(self.sums) else None


def _without_sums(line: Line) -> Line:
    return msgspec.structs.replace(line, amount=None, tax=None, tax_text=None)


_SUMMED = Finding(
    code="sums-from-lines",
    path="total",
    severity="note",
    message="文件里只有明细，金额由各行相加得出",
    message_en="the file holds lines only: the sums were added up from them",
)
_REPEATED = Finding(
    code="sums-repeated",
    path="total",
    severity="note",
    message="每行重复写着整张发票的金额，只算一次",
    message_en="each line repeats the whole invoice's sums: they were taken once",
)
