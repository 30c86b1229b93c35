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
from fapiao.tables.rows import SheetRow

LIMITS = Limits(entries=2_000, each=400 * 2**20, total=512 * 2**20, ratio=400)
MOST_COLUMNS = 400
MOST_ROWS = 1_048_576
MOST_SHARED = 1_500_000
MOST_SHARED_SIGNS = 50_000_000
MOST_PENDING = 4 * 2**20
"""Bytes of a part that may go by without one finished row: more would only fill memory."""
BOOK = "xl/workbook.xml"
_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(50, 59)))
_DATE_SIGNS = re.compile(r"(?:\[[^\]]*\]|\"[^\"]*\"|\\.)|([ymdhs年月日])", re.IGNORECASE)
# wall-clock days of a sheet: they carry no zone
_EPOCH_1900, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REF = re.compile(r"([A-Z]{1,3})(\d{1,7})")


class Sheet(msgspec.Struct, frozen=True):
    """A worksheet (工作表)."""

    name: str
    part: str
    hidden: bool


class Workbook:
    """An opened workbook (工作簿). Errors: `file-damaged`, `file-encrypted`, those of zip and XML."""

    def __init__(self, data: bytes) -> None:
        self._archive = Archive(data, LIMITS)
        if BOOK not in self._archive:
            raise FapiaoError("file-damaged", f"工作簿里没有 {BOOK}", f"the workbook lacks {BOOK}")
        book = parse_xml(self._archive.read(BOOK))
        targets = self._targets()
        self.sheets = [
            Sheet(
                each.get("name", ""),
                targets.get(_relation(each), ""),
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
        signs = 0
        for count, item in enumerate(self._elements("xl/sharedStrings.xml", "si")):
            text = _text(item).strip()
            signs += len(text)
            if count >= MOST_SHARED or signs > MOST_SHARED_SIGNS:
                raise FapiaoError("file-too-costly")
            yield text

    def _date_styles(self) -> frozenset[int]:
        if "xl/styles.xml" not in self._archive:
            return frozenset()
        root = parse_xml(self._archive.read("xl/styles.xml"))
        custom = {_whole(each.get("numFmtId")): each.get("formatCode", "") for each in root.iter("{*}numFmt")}
        styles = next(root.iter("{*}cellXfs"), None)
        formats = [_whole(each.get("numFmtId")) for each in styles] if styles is not None else []
        return frozenset(
            place
            for place, number in enumerate(formats)
            if number in _DATE_FORMATS
            or any(match[1] for match in _DATE_SIGNS.finditer(custom.get(number, "")))
        )

    def rows(self, sheet: Sheet) -> Iterator[SheetRow]:
        """Yield a sheet's rows that have any text. Errors: `sheet-too-wide` for cells past column 400 or too many rows."""
        number = 0
        for count, element in enumerate(self._elements(sheet.part, "row"), 1):
            number = _whole(element.get("r")) or number + 1
            if count > MOST_ROWS:
                raise FapiaoError("sheet-too-wide")
            cells: dict[int, str] = {}
            bare: list[int] = []
            wrong: list[int] = []
            column = -1
            for cell in element:
                match = _REF.match(cell.get("r") or "")
                column = column_number(match[1]) if match else column + 1
                text = self._value(cell)
                if text:
                    if column >= MOST_COLUMNS:
                        raise FapiaoError("sheet-too-wide")
                    cells[column] = text
                elif text is None:
                    (wrong if cell.get("t") == "e" else bare).append(column)
            if cells or wrong:
                yield SheetRow(number, cells, tuple(bare), tuple(wrong))

    def count(self, sheet: Sheet) -> int:
        """Return about how many rows a sheet has, without taking them apart."""
        if not sheet.part or sheet.part not in self._archive:
            return 0
        return sum(block.count(b"<row ") for block in self._archive.stream(sheet.part))

    def _value(self, cell: etree._Element) -> str | None:
        """Return a cell's text; ``None`` for an error such as ``#N/A`` and for a formula without a stored value."""
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return _text(cell).strip()
        raw = cell.findtext("{*}v")
        if raw is None or raw == "":
            return None if cell.find("{*}f") is not None else ""
        if kind == "s":
            place = _whole(raw)
            return self._shared[place] if raw.isdigit() and place < len(self._shared) else ""
        if kind == "b":
            return "TRUE" if raw.strip() == "1" else "FALSE"
        if kind == "e":
            return None
        if kind in ("str", "d"):
            return _unescaped(raw).strip()
        return self._moment(raw) if _whole(cell.get("s")) in self._dates else _number(raw)

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
        pending = 0
        try:
            for block in self._archive.stream(part):
                if b"<!DOCTYPE" in block or b"<!ENTITY" in block:
                    raise FapiaoError("xml-forbidden")
                pull.feed(block)
                pending += len(block)
                for element in _finished(pull):
                    pending = 0
                    yield element
                if pending > MOST_PENDING:
                    raise FapiaoError("sheet-too-wide")
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


def _relation(sheet: etree._Element) -> str:
    """Return a sheet's relationship id, whichever of the two namespaces (transitional, strict) names it."""
    return next(
        (str(value) for name, value in sheet.attrib.items() if str(name).endswith("relationships}id")), ""
    )


def _whole(text: str | None) -> int:
    """Return an attribute's whole number, 0 where it is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 12 else 0


def _text(element: etree._Element) -> str:
    """Return the text of a string item: its runs, without the reading aids (rPh)."""
    if len(element) == 1 and len(element[0]) == 1:  # the common inline string: one <is> with one <t>
        return _unescaped(element[0][0].text or "")
    parts = (each.text or "" for each in element.iter("{*}t") if not _reading_aid(each))
    return _unescaped("".join(parts))


def _reading_aid(element: etree._Element) -> bool:
    parent = element.getparent()
    return parent is not None and str(parent.tag).endswith("}rPh")


def _unescaped(text: str) -> str:
    """Return a text with signs such as ``_x000D_`` as what they stand for."""
    return _ESCAPED.sub(_sign, text) if "_x" in text else text


def _sign(match: re.Match[str]) -> str:
    """Return the sign of an escape; nothing for NUL and halves of a pair, which no text may hold."""
    code = int(match[1], 16)
    return "" if code == 0 or 0xD800 <= code <= 0xDFFF else chr(code)


def _number(raw: str) -> str:
    """Return a number as people read it, with 15 digits of precision where it was a float; long digits as they stand.

    Digits that end in zeros after the fifteenth were a float too: they come back as ``2.41E+19``, for what they are.
    """
    raw = raw.strip()
    bare = raw.lstrip("-")
    if bare.isascii() and bare.isdigit():
        return f"{Decimal(raw):.14E}" if len(bare) > 15 and not bare[15:].strip("0") else raw
    try:
        value = Decimal(raw)
    except InvalidOperation:
        return raw
    if not value.is_finite():
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
