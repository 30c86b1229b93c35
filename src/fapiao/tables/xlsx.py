"""XLSX (工作簿): rows read as a stream, every number kept as it stands in the file.

A cell's raw text is kept, so that 20 digits stored as a number survive, and ``1.1E+19`` is seen for what it is. Only the
cells that exist are visited: a lone cell at XFD1048576 costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache

import msgspec
from lxml import etree

from fapiao.archive import Archive, Limits
from fapiao.errors import FapiaoError
from fapiao.markup import parse_xml

LIMITS = Limits(entries=2_000, each=400 * 2**20, total=512 * 2**20, ratio=400)
MOST_COLUMNS = 400
MOST_ROWS = 1_048_576
MOST_SHARED = 4_000_000
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_DATE_FORMATS = frozenset(
    {
        14,
        15,
        16,
        17,
        18,
        19,
        20,
        21,
        22,
        27,
        28,
        29,
        30,
        31,
        32,
        33,
        34,
        35,
        36,
        50,
        51,
        52,
        53,
        54,
        55,
        56,
        57,
        58,
    }
)
_DATE_SIGNS = re.compile(r"(?:\[[^\]]*\]|\"[^\"]*\"|\\.)|([ymdhs年月日])", re.IGNORECASE)
# wall-clock days of a sheet: they carry no zone
_EPOCH_1900, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001
_REF = re.compile(r"([A-Z]{1,3})(\d{1,7})")


class SheetRow(msgspec.Struct, frozen=True):
    """A row (行): its number from 1, and texts by column from 0; ``bare`` columns are formulas without a value."""

    number: int
    cells: dict[int, str]
    bare: tuple[int, ...] = ()


class Sheet(msgspec.Struct, frozen=True):
    """A worksheet (工作表)."""

    name: str
    part: str
    hidden: bool


class Workbook:
    """An opened workbook (工作簿). Errors: `file-damaged`, `file-encrypted`, those of zip and XML."""

    def __init__(self, data: bytes) -> None:
        self._archive = Archive(data, LIMITS)
        if "xl/workbook.xml" not in self._archive:
            raise FapiaoError(
                "file-damaged", "工作簿里没有 xl/workbook.xml", "the workbook lacks xl/workbook.xml"
            )
        book = parse_xml(self._archive.read("xl/workbook.xml"))
        targets = self._targets()
        self.sheets = [
            Sheet(
                each.get("name", ""),
                targets.get(each.get(_REL, ""), ""),
                each.get("state", "visible") != "visible",
            )
            for each in book.iter("{*}sheet")
        ]
        properties = next(book.iter("{*}workbookPr"), None)
        old = properties is not None and properties.get("date1904") in ("1", "true")
        self._epoch = _EPOCH_1904 if old else _EPOCH_1900
        self._shared = list(self._shared_texts())
        self._dates = self._date_styles()

    def _targets(self) -> dict[str, str]:
        name = "xl/_rels/workbook.xml.rels"
        if name not in self._archive:
            return {}
        root = parse_xml(self._archive.read(name))
        return {
            each.get("Id", ""): target.lstrip("/")
            if (target := each.get("Target", "")).startswith("/")
            else f"xl/{target}"
            for each in root.iter("{*}Relationship")
        }

    def _shared_texts(self) -> Iterator[str]:
        if "xl/sharedStrings.xml" not in self._archive:
            return
        for count, item in enumerate(self._elements("xl/sharedStrings.xml", "si")):
            if count >= MOST_SHARED:
                raise FapiaoError("file-too-costly")
            yield _text(item)

    def _date_styles(self) -> frozenset[int]:
        if "xl/styles.xml" not in self._archive:
            return frozenset()
        root = parse_xml(self._archive.read("xl/styles.xml"))
        custom = {
            int(each.get("numFmtId", "0")): each.get("formatCode", "") for each in root.iter("{*}numFmt")
        }
        styles = next(root.iter("{*}cellXfs"), None)
        formats = [int(each.get("numFmtId", "0")) for each in styles] if styles is not None else []
        return frozenset(
            place
            for place, number in enumerate(formats)
            if number in _DATE_FORMATS
            or any(match[1] for match in _DATE_SIGNS.finditer(custom.get(number, "")))
        )

    def rows(self, sheet: Sheet) -> Iterator[SheetRow]:
        """Yield a sheet's rows that have any text. Errors: `sheet-too-wide` for cells past column 400."""
        number = 0
        for element in self._elements(sheet.part, "row"):
            number = int(element.get("r") or number + 1)
            cells: dict[int, str] = {}
            bare: list[int] = []
            column = -1
            for cell in element:
                match = _REF.match(cell.get("r") or "")
                column = column_number(match[1]) if match else column + 1
                text = self._value(cell)
                if text and column >= MOST_COLUMNS:
                    raise FapiaoError("sheet-too-wide")
                if text:
                    cells[column] = text
                elif text is None:
                    bare.append(column)
            if cells:
                yield SheetRow(number, cells, tuple(bare))

    def _value(self, cell: etree._Element) -> str | None:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return _text(cell).strip()
        raw = cell.findtext("{*}v")
        if raw is None or raw == "":
            return None if cell.find("{*}f") is not None else ""
        if kind == "s":
            place = int(raw)
            return self._shared[place].strip() if 0 <= place < len(self._shared) else ""
        if kind in ("str", "d", "b"):
            return raw.strip()
        if kind == "e":
            return ""
        return self._moment(raw) if int(cell.get("s") or 0) in self._dates else _number(raw)

    def _moment(self, raw: str) -> str:
        try:
            days = float(raw)
            when = self._epoch + timedelta(seconds=round(days * 86400))
        except (ValueError, OverflowError):
            return raw
        return f"{when:%Y-%m-%d %H:%M:%S}" if days % 1 else f"{when:%Y-%m-%d}"

    def _elements(self, part: str, name: str) -> Iterator[etree._Element]:
        """Yield each finished element of a name from a part's stream, forgetting it afterwards."""
        if not part or part not in self._archive:
            return
        pull = etree.XMLPullParser(
            events=("end",),
            tag="{*}" + name,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
        )
        try:
            for block in self._archive.stream(part):
                if b"<!DOCTYPE" in block or b"<!ENTITY" in block:
                    raise FapiaoError("xml-forbidden")
                pull.feed(block)
                yield from _finished(pull)
            pull.close()
            yield from _finished(pull)
        except etree.XMLSyntaxError:
            raise FapiaoError(
                "file-damaged", f"工作簿的 {part} 损坏", f"{part} of the workbook is damaged"
            ) from None


def _finished(pull: etree.XMLPullParser) -> Iterator[etree._Element]:
    for _, element in pull.read_events():
        if not isinstance(element, etree._Element):
            continue
        yield element
        element.clear()
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            del parent[0]


def _text(element: etree._Element) -> str:
    if len(element) == 1 and len(element[0]) == 1:  # the common inline string: one <is> with one <t>
        return element[0][0].text or ""
    return "".join(each.text or "" for each in element.iter("{*}t"))


def _number(raw: str) -> str:
    """Return a number as people read it, with 15 digits of precision where it was a float; long digits as they stand."""
    if raw.isdigit() or (raw.startswith("-") and raw[1:].isdigit()):
        return raw
    try:
        value = Decimal(raw)
    except InvalidOperation:
        return raw
    if abs(value) >= Decimal("1e15"):
        return raw if "E" in raw.upper() else format(value, "f")
    short = Decimal(f"{value:.15g}")
    return format(short.normalize() if short == short.to_integral() else short, "f")


@lru_cache(maxsize=1024)
def column_number(letters: str) -> int:
    """Return a column's number from 0: A is 0, XFD 16,383."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
