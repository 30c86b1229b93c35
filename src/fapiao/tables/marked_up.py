"""Tables in markup (网页表格、2003 版 XML 表格): what many systems export under the name of a workbook.

HTML is read as browsers read it, tag soup and all, without network and scripts; the XML of Excel 2003 under the rules
for all XML. Both inside the sandbox only.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from fapiao.errors import FapiaoError
from fapiao.markup import local_name, parse_xml
from fapiao.tables.delimited import decode

SPREADSHEET = b"urn:schemas-microsoft-com:office:spreadsheet"
_OPENINGS = (
    b"<!doctype html",
    b"<html",
    b"<head",
    b"<meta",
    b"<body",
    b"<table",
    b"<style",
    b"<div",
    b"<script",
)
MOST_TEXT = 32 * 2**20
MOST_ROWS, MOST_COLUMNS = 70_000, 400
_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_MIDNIGHT = re.compile(r"T00:00:00(?:\.0+)?$")

Told = tuple[str, bool, list[tuple[int, list[tuple[int, str]]]]]
"""A sheet: its name, whether it is hidden, its rows as (number, [(column, text)])."""


def is_marked_up(data: bytes) -> bool:
    """Tell HTML that holds a table, or a workbook in the XML of Excel 2003."""
    head = data[:65_536].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if not head.startswith(b"<"):
        return False
    return SPREADSHEET in head[:4096] or (head.startswith(_OPENINGS) and b"<tr" in head)


def sheets_of(data: bytes) -> list[Told]:
    """Return every table as a sheet. Errors: `file-too-large`, `text-undecodable`, `xml-damaged`, `xml-forbidden`."""
    if len(data) > MOST_TEXT:
        raise FapiaoError("file-too-large", "网页表格超过 32 MB", "the table in markup is over 32 MB")
    if SPREADSHEET in data[:8192].replace(b"\x00", b""):
        return list(_worksheets(parse_xml(data)))
    return list(_tables(decode(data)))


def _worksheets(root: etree._Element) -> Iterator[Told]:
    for sheet in root.iter(f"{_SS}Worksheet"):
        rows, number = [], 0
        for row in sheet.iter(f"{_SS}Row"):
            number = _place(row, number + 1)
            rows.append((number, list(_cells_of(row))))
        yield sheet.get(f"{_SS}Name") or "", False, [(number, cells) for number, cells in rows if cells]


def _cells_of(row: etree._Element) -> Iterator[tuple[int, str]]:
    column = 0
    for cell in row.iter(f"{_SS}Cell"):
        column = _place(cell, column + 1)
        text = "".join(map(str, cell.itertext())).strip()
        if text and column <= MOST_COLUMNS:
            yield column - 1, _MIDNIGHT.sub("", text)
        column += _number(cell.get(f"{_SS}MergeAcross"), 0)


def _place(element: etree._Element, otherwise: int) -> int:
    """Rows and cells that are skipped are told by the index of the next one."""
    return _number(element.get(f"{_SS}Index"), otherwise)


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdigit() and len(text) < 7 else otherwise


def _tables(text: str) -> Iterator[Told]:
    """Yield each table of a page. Rows are let go once read; a row that holds a table is only its frame."""
    rows: list[tuple[int, list[tuple[int, str]]]] = []
    below: dict[int, int] = {}
    count, told = 0, 0
    for _, element in _events(text):
        if local_name(element) == "table":
            told += 1
            yield f"{told}", False, rows
            rows, below, count = [], {}, 0
            continue
        if element.find(".//table") is None and count < MOST_ROWS:
            count += 1
            cells = _laid_out(element, below)
            if cells:
                rows.append((count, cells))
        element.clear()


def _events(text: str) -> Iterator[Any]:
    try:
        yield from etree.iterparse(
            io.BytesIO(text.encode("utf-8", "replace")),
            events=("end",),
            tag=("tr", "table"),
            html=True,
            encoding="utf-8",
            no_network=True,
            huge_tree=False,
            remove_comments=True,
        )
    except etree.XMLSyntaxError as slip:
        raise FapiaoError("file-damaged", f"网页表格损坏：{slip}", f"the page is damaged: {slip}") from None


def _laid_out(row: Any, below: dict[int, int]) -> list[tuple[int, str]]:
    """Return a row's texts by column: cells that reach down from rows above take their columns first."""
    taken = {column for column, rows in below.items() if rows > 0}
    for column in list(below):
        below[column] -= 1
    cells, column = [], 0
    for cell in row:
        if local_name(cell) not in ("td", "th"):
            continue
        while column in taken:
            column += 1
        text = re.sub(r"\s+", " ", "".join(cell.itertext())).strip()
        if text and column < MOST_COLUMNS:
            cells.append((column, text))
        wide, high = (
            min(max(_number(cell.get(name), 1), 1), MOST_COLUMNS) for name in ("colspan", "rowspan")
        )
        for place in range(column, column + wide):
            if high > 1:
                below[place] = high - 1
        column += wide
    return cells
