"""A workbook written as a stream (流式工作簿): sheets of texts leave while the rows still come, in memory that does not grow.

ECMA-376 inside a zip whose sizes follow each member (APPNOTE 4.4.4, bit 3), so that nothing has to be known beforehand and
nothing is ever put down on a disk. What does not fit one sheet goes on in the next, under the same headings.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import chain, islice
from typing import IO
from xml.sax.saxutils import escape, quoteattr

MOST_ROWS = 1_048_576
"""Rows of a sheet, the headings among them (Excel's limit)."""
MOST_SHEET_BYTES = 3 * 2**30
"""A sheet's bytes before compression; from 4 GiB on a zip member would need another form of header."""
MOST_SIGNS = 32_767
"""UTF-16 units of a cell (Excel's limit)."""
ROWS_AT_ONCE = 256
_ODD = re.compile("[^ -%'-;=?-^`-~\u00a0-\ud7ff\ue000-\ufffd]|^ | $|  ")
"""Most texts hold none of what the rest of these look for."""
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_SPACE = re.compile(r"^\s|\s$|\n|  ")
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_TYPES = (
    f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Default Extension="xml" ContentType="{_KIND}.worksheet+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/></Types>'
)
_ROOT = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
"""The second format of a cell is text, so that a number of twenty digits stays one when somebody edits it."""
_BEGIN = (
    f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2"'
    ' activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>'
)
_END = "</sheetData></worksheet>"


class _Outlet:
    """Where the zip goes (出口): what was written since it was last emptied. It cannot be sought in, and says so."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []

    def write(self, block: bytes) -> int:
        """Take a block."""
        self._blocks.append(bytes(block))
        return len(block)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        """Return what was written, and forget it."""
        whole = b"".join(self._blocks)
        self._blocks.clear()
        return whole


def workbook_blocks(
    name: str, headings: Sequence[str], rows: Iterable[Sequence[str]], *, sheet_rows: int = MOST_ROWS
) -> Iterator[bytes]:
    """Yield a workbook of texts in blocks, the first before the first row is asked for.

    ``name`` is that of the first sheet, further ones add a number; a sheet holds ``sheet_rows`` rows with its headings. Cells
    longer than Excel allows are cut, signs that XML cannot hold are left out.
    """
    outlet = _Outlet()
    names: list[str] = []
    with zipfile.ZipFile(_as_file(outlet), "w", zipfile.ZIP_DEFLATED) as archive:
        for part, text in (
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", _ROOT),
            ("xl/styles.xml", _STYLES),
        ):
            archive.writestr(_member(part), text)
        yield outlet.taken()
        coming = iter(rows)
        first = next(coming, None)
        while first is not None or not names:
            names.append(f"{name} ({len(names) + 1})" if names else name)
            held = coming if first is None else chain((first,), coming)
            with archive.open(_member(f"xl/worksheets/sheet{len(names)}.xml"), "w") as part_file:
                for _ in _sheet(part_file, headings, held, sheet_rows):
                    yield outlet.taken()
            first = next(coming, None)
        archive.writestr(_member("xl/workbook.xml"), _book(names))
        archive.writestr(_member("xl/_rels/workbook.xml.rels"), _relations(len(names)))
    yield outlet.taken()


def _as_file(outlet: _Outlet) -> IO[bytes]:
    return outlet  # type: ignore[return-value]


def _member(part: str) -> zipfile.ZipInfo:
    """Return a member without a date: the same rows give the same bytes."""
    member = zipfile.ZipInfo(part)
    member.compress_type = zipfile.ZIP_DEFLATED
    return member


def _sheet(
    file: IO[bytes], headings: Sequence[str], rows: Iterator[Sequence[str]], sheet_rows: int
) -> Iterator[None]:
    """Write one sheet, pausing after every so many rows; takes no more rows than fit."""
    size = file.write((_BEGIN + _row(1, headings)).encode())
    number = 1
    while size < MOST_SHEET_BYTES:
        some = list(islice(rows, min(ROWS_AT_ONCE, sheet_rows - number)))
        if not some:
            break
        size += file.write("".join(_row(number + place, row) for place, row in enumerate(some, 1)).encode())
        number += len(some)
        yield
    file.write(_END.encode())


def _row(number: int, cells: Sequence[str]) -> str:
    told = [f'<row r="{number}">']
    for letters, text in zip(_letters(len(cells)), cells, strict=True):
        if text:
            told.append(f'<c r="{letters}{number}" t="inlineStr" s="1"><is>{_text(text)}</is></c>')
    told.append("</row>")
    return "".join(told)


def _text(text: str) -> str:
    """Return a cell's text element. A carriage return and what looks like an escape are escaped in Excel's own way."""
    if len(text) < MOST_SIGNS and not _ODD.search(text):
        return f"<t>{text}</t>"
    kept = _FORBIDDEN.sub("", _cut(text))
    if "_x" in kept:
        kept = _ESCAPE.sub("_x005F_", kept)
    if "\r" in kept:
        kept = kept.replace("\r", "_x000D_")
    told = escape(kept)
    return f'<t xml:space="preserve">{told}</t>' if _SPACE.search(told) else f"<t>{told}</t>"


def _cut(text: str) -> str:
    if 2 * len(text) <= MOST_SIGNS:
        return text
    return text.encode("utf-16-le", "ignore")[: 2 * MOST_SIGNS].decode("utf-16-le", "ignore")


@cache
def _letters(count: int) -> tuple[str, ...]:
    """Return the letters of so many columns: A, …, Z, AA."""
    told: list[str] = []
    for place in range(count):
        told.append((told[place // 26 - 1] if place >= 26 else "") + chr(65 + place % 26))
    return tuple(told)


def _book(names: Sequence[str]) -> str:
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{place}" r:id="rId{place}"/>'
        for place, name in enumerate(names, 1)
    )
    return (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{sheets}</sheets></workbook>"
    )


def _relations(count: int) -> str:
    sheets = "".join(
        f'<Relationship Id="rId{place}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{place}.xml"/>'
        for place in range(1, count + 1)
    )
    styles = f'<Relationship Id="rId{count + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{sheets}{styles}</Relationships>'
