"""The official export (全量发票查询导出、抵扣勾选清单): whose it is, which way, of what period, and when it was made.

Told by what the file carries itself: its headings and sheets, the number that stands on every row on one side, its days, its
document properties and its name. Each moment says where it was read. A file that could be two taxpayers' is nobody's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, time
from typing import Literal

import msgspec

from fapiao.archive import Archive
from fapiao.errors import FapiaoError
from fapiao.format import Reading
from fapiao.invoice import Invoice
from fapiao.markup import parse_xml
from fapiao.tables.delimited import rows_of
from fapiao.tables.headings import bare
from fapiao.tables.rows import SheetRow
from fapiao.tables.xlsx import LIMITS, Workbook
from fapiao.wording import BEIJING

Direction = Literal["received", "issued"]
SEARCHED_ROWS = 15
MOST_IN_ZIP = 20
_FULL = {bare(name) for name in ("发票来源", "是否正数发票", "发票风险等级")}
_DEDUCTION = ({bare("有效抵扣税额")}, {bare("是否勾选"), bare("勾选状态"), bare("勾选时间")})
_OURS = bare("完整数据(JSON)")
_SHEETS = frozenset({"发票基础信息", "信息汇总表"})
_TAX_ID = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NP-RT-UW-Y]{18}(?![0-9A-Z])|(?<![0-9A-Z])\d{15}(?![0-9A-Z])")
_LONG = re.compile(
    r"(?<!\d)(20\d{2})[-_年.]?(\d{2})[-_月.]?(\d{2})日?[-_T ]?(\d{2})[-_:时.]?(\d{2})[-_:分.]?(\d{2})(?!\d)"
)
_SHORT = re.compile(r"(?<!\d)(20\d{2})[-_年.]?(\d{1,2})[-_月.]?(\d{1,2})日?(?!\d)")


class Signs(msgspec.Struct, frozen=True, kw_only=True):
    """What a file says of itself before its rows are read (文件自述).

    ``moments`` are the moments at which it may have been made, each with where it stands: ``created``, ``modified`` (document
    properties) or ``name``. ``period`` and ``tax_id`` come from the name, where it has them.
    """

    kind: Literal["full", "deduction"]
    moments: tuple[tuple[datetime, str], ...] = ()
    period: tuple[date, date] | None = None
    tax_id: str = ""
    direction: Direction | None = None


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """An official export, understood (官方导出).

    ``exported_by`` says where the moment was read: ``created``, ``modified``, ``name``, or ``arrival`` when only the moment
    is known at which it came to us. ``rows`` counts its invoices.
    """

    tax_id: str
    name: str
    direction: Direction
    period_from: date
    period_to: date
    exported_at: datetime
    exported_by: Literal["created", "modified", "name", "arrival"]
    rows: int
    kind: Literal["full", "deduction"] = "full"

    @property
    def feed(self) -> str:
        """The key of the feed that such exports of this taxpayer make up."""
        return feed_key(self.tax_id, self.direction)


def feed_key(tax_id: str, direction: str) -> str:
    """Return the feed that a taxpayer's exports of one direction make up: ``export:9111…:received``."""
    return f"export:{tax_id}:{direction}"


def signs_of(data: bytes, name: str) -> Signs | None:
    """Return what a file says of itself, ``None`` when it is no official export. Never raises for a bad file."""
    try:
        headings = list(_heads(data))
    except (FapiaoError, ValueError, LookupError, ArithmeticError):
        return None
    kind = _kind(headings, name)
    if kind is None:
        return None
    stem = re.split(r"[\\/]", name)[-1]
    named, period = _named(stem)
    moments = (*_properties(data), *((named, "name") for named in named))
    ids = _TAX_ID.findall(stem.upper())
    return Signs(
        kind=kind,
        moments=moments,
        period=period,
        tax_id=ids[0] if len(ids) == 1 else "",
        direction="received" if kind == "deduction" else _direction_named(stem),
    )


def signs_within(data: bytes, name: str) -> dict[str | None, Signs]:
    """Return the signs of a file under ``None``, or of the exports in a zip under the name of each; empty when there are none."""
    own = signs_of(data, name)
    if own or not data.startswith(b"PK"):
        return {None: own} if own else {}
    found: dict[str | None, Signs] = {}
    try:
        archive = Archive(data, LIMITS)
        tables = [inner for inner in archive.names if inner.lower().endswith((".xlsx", ".xlsm", ".csv"))]
        for inner in tables[:MOST_IN_ZIP]:
            signs = signs_of(archive.read(inner), inner)
            if signs:
                found[inner] = signs
    except FapiaoError:
        return found
    return found


def _heads(data: bytes) -> Iterator[tuple[str, set[str]]]:
    """Yield each sheet's name with the words of its first rows."""
    if data.startswith(b"PK"):
        book = Workbook(data)
        for sheet in book.sheets:
            yield sheet.name, _words(book.rows(sheet))
    elif b"\x00" not in data[:4096] and not data.startswith((b"%PDF", b"<")):
        head = data[:65536]
        yield "", _words(rows_of(head[: head.rfind(b"\n") + 1] or head))


def _words(rows: Iterable[SheetRow]) -> set[str]:
    words: set[str] = set()
    for row, _ in zip(rows, range(SEARCHED_ROWS), strict=False):
        words.update(bare(text) for text in row.cells.values() if len(text) <= 40)
    return words


def _kind(headings: list[tuple[str, set[str]]], name: str) -> Literal["full", "deduction"] | None:
    words = set().union(*(each for _, each in headings))
    if _OURS in words:  # a list that this platform wrote is nobody's word but its own
        return None
    if all(words & group for group in _DEDUCTION):
        return "deduction"
    if words >= _FULL:
        return "full"
    told = "全量发票查询" in name or bool(_SHEETS & {sheet for sheet, _ in headings})
    return "full" if told and bare("发票来源") in words else None


def _direction_named(stem: str) -> Direction | None:
    received = any(word in stem for word in ("取得", "进项", "收票"))
    issued = any(word in stem for word in ("开具", "销项", "开票"))
    if received == issued:
        return None
    return "received" if received else "issued"


def _named(stem: str) -> tuple[list[datetime], tuple[date, date] | None]:
    """Return the moments and the period that a file name holds: two days are a period, a day with its time a moment."""
    moments = []
    for match in _LONG.finditer(stem):
        try:
            moments.append(datetime(*map(int, match.groups()), tzinfo=BEIJING))  # type: ignore[misc, arg-type]
        except ValueError:
            continue
    days = []
    for match in _SHORT.finditer(_LONG.sub(" ", stem)):
        try:
            days.append(date(int(match[1]), int(match[2]), int(match[3])))
        except ValueError:
            continue
    period = (days[0], days[1]) if len(days) == 2 and days[0] <= days[1] else None
    return moments, period


def _properties(data: bytes) -> list[tuple[datetime, str]]:
    """Return when a workbook says it was made and last saved; nothing for other files."""
    if not data.startswith(b"PK"):
        return []
    try:
        archive = Archive(data, LIMITS)
        if "docProps/core.xml" not in archive:
            return []
        root = parse_xml(archive.read("docProps/core.xml"))
    except FapiaoError:
        return []
    found = []
    for word in ("created", "modified"):
        text = (root.findtext(f"{{*}}{word}") or "").strip().replace("Z", "+00:00")
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            continue
        found.append((moment if moment.tzinfo else moment.replace(tzinfo=BEIJING), word))
    return found


class Tally:
    """What the rows of an export add up to (逐行归纳): whose it is, which way, from which day to which.

    ``decide`` looks at the first rows; ``add`` goes on with each, and a row that contradicts undoes the decision.
    """

    def __init__(self, signs: Signs, own: Collection[str] = ()) -> None:
        self._signs = signs
        self._own = frozenset(own)
        self._sides: dict[str, Counter[str]] = {"received": Counter(), "issued": Counter()}
        self._names: dict[str, str] = {}
        self._days: list[date] = []
        self._newest: datetime | None = None
        self.rows = 0

    def add(self, reading: Reading) -> None:
        """Count one row; rows that could not be read say nothing."""
        invoice = reading.invoice
        if invoice is None:
            return
        self.rows += 1
        self._sides["received"][invoice.buyer.tax_id or ""] += 1
        self._sides["issued"][invoice.seller.tax_id or ""] += 1
        for party in (invoice.buyer, invoice.seller):
            if party.tax_id and party.name:
                self._names.setdefault(party.tax_id, party.name)
        self._note_day(invoice)

    def _note_day(self, invoice: Invoice) -> None:
        if invoice.issued_on:
            self._days = [min([*self._days, invoice.issued_on]), max([*self._days, invoice.issued_on])]
        if invoice.issued_at and (self._newest is None or invoice.issued_at > self._newest):
            self._newest = invoice.issued_at

    def decided(self) -> tuple[str, Direction] | None:
        """Return taxpayer and direction, ``None`` while rows leave them open or contradict each other."""
        able = [(tax_id, way) for way in ("received", "issued") if (tax_id := self._whose(way))]
        if self._signs.direction:
            able = [each for each in able if each[1] == self._signs.direction]
        if len(able) == 2:
            own = self._own | ({self._signs.tax_id} - {""})
            able = [each for each in able if each[0] in own]
        if len(able) != 1:
            return None
        tax_id, way = able[0]
        return tax_id, "received" if way == "received" else "issued"

    def _whose(self, way: str) -> str:
        """Return the number that stands on every row on this side, empty when there is none."""
        side = self._sides[way]
        return next(iter(side)) if len(side) == 1 else ""

    def export(self, arrived_at: datetime) -> Export | None:
        """Return the export that all rows make up, ``None`` when they do not make up one taxpayer's."""
        whose = self.decided()
        if whose is None or not self._days:
            return None
        tax_id, direction = whose
        moment, by = self._moment(arrived_at)
        first, last = self._signs.period or (self._days[0], self._days[1])
        return Export(
            tax_id=tax_id,
            name=self._names.get(tax_id, ""),
            direction=direction,
            period_from=min(first, self._days[0]),
            period_to=max(last, self._days[1]),
            exported_at=moment,
            exported_by=by,
            rows=self.rows,
            kind=self._signs.kind,
        )

    def _moment(
        self, arrived_at: datetime
    ) -> tuple[datetime, Literal["created", "modified", "name", "arrival"]]:
        """Return the first moment that can be true: not before the newest invoice in it, not after it came to us.

        Before ``modified`` comes ``created``: who opens and saves an export again makes it no newer.
        """
        newest = self._newest or datetime.combine(self._days[1], time.min, BEIJING)
        for word in ("created", "modified", "name"):
            for moment, by in self._signs.moments:
                if by == word and newest <= moment <= arrived_at:
                    return moment.astimezone(BEIJING), word
        return arrived_at.astimezone(BEIJING), "arrival"
