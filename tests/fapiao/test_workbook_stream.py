"""A workbook leaves while its rows still come: from the first block on, in bounded memory, in as many sheets as it takes."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from fapiao.format import read_bytes
from fapiao.invoice import Invoice
from fapiao.tables.workbook_stream import MOST_SIGNS, workbook_blocks
from fapiao.tables.workbook_writing import workbook, write_workbook
from fapiao.tables.xlsx import Workbook

HEADS = ("号码", "备注")


def sheets_of(data: bytes) -> dict[str, list[list[str]]]:
    """What an independent reader finds."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def written(rows: list[tuple[str, ...]], **more: int) -> bytes:
    return b"".join(workbook_blocks("发票", HEADS, rows, **more))


def test_the_first_bytes_leave_before_the_first_row_is_asked_for():
    asked = []

    def rows() -> Iterator[tuple[str, ...]]:
        asked.append("first")
        yield ("1", "a")

    blocks = workbook_blocks("发票", HEADS, rows())
    assert next(blocks).startswith(b"PK\x03\x04")
    assert asked == []
    assert len(b"".join(blocks)) > 500
    assert asked == ["first"]


def test_what_does_not_fit_one_sheet_goes_on_in_the_next_and_no_row_is_lost():
    rows = [(f"{place:020d}", "备注") for place in range(25)]
    found = sheets_of(written(rows, sheet_rows=11))
    assert list(found) == ["发票", "发票 (2)", "发票 (3)"]
    assert [len(sheet) for sheet in found.values()] == [11, 11, 6]
    assert all(sheet[0] == list(HEADS) for sheet in found.values())
    assert [row[0] for sheet in found.values() for row in sheet[1:]] == [row[0] for row in rows]


def test_rows_that_just_fill_a_sheet_begin_no_empty_one_and_none_at_all_leave_the_headings():
    assert list(sheets_of(written([("1", "")] * 10, sheet_rows=11))) == ["发票"]
    assert sheets_of(written([])) == {"发票": [list(HEADS)]}


def test_invoices_in_several_sheets_are_all_read_back(monkeypatch):
    monkeypatch.setattr(workbook_blocks, "__kwdefaults__", {"sheet_rows": 8})
    invoices = [
        Invoice(
            number=f"24112{n:015d}",
            kind="82",
            issued_on=date(2024, 5, 1),
            amount=Decimal("1.00"),
            tax=Decimal("0.06"),
            total=Decimal("1.06"),
        )
        for n in range(20)
    ]
    data = write_workbook(invoices, whole=False)
    assert len(Workbook(data).sheets) == 3
    numbers = [each.invoice.number for each in read_bytes(data, "a.xlsx") if each.invoice]
    assert numbers == [each.number for each in invoices]


def test_a_sheet_too_large_for_a_plain_zip_member_goes_on_in_the_next(monkeypatch):
    monkeypatch.setattr("fapiao.tables.workbook_stream.MOST_SHEET_BYTES", 40_000)
    rows = [(f"{place:020d}", "x" * 100) for place in range(700)]
    found = sheets_of(written(rows))
    assert len(found) > 1
    assert [row[0] for sheet in found.values() for row in sheet[1:]] == [row[0] for row in rows]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=30)), min_size=1, max_size=5))
def test_any_text_comes_back_but_for_signs_that_no_workbook_holds(rows: list[tuple[str, str]]):
    held = Workbook(written(rows))
    [sheet] = held.sheets
    found = {row.number - 2: row.cells for row in held.rows(sheet)}
    for place, row in enumerate(rows):
        for column, text in enumerate(row):
            kept = "".join(
                sign
                for sign in text
                if (sign >= " " or sign in "\t\n\r")
                and not "\ud800" <= sign <= "\udfff"
                and sign not in "\ufffe\uffff"
            )
            assert found.get(place, {}).get(column, "") == kept.strip()


def test_texts_that_look_like_markup_escapes_or_formulas_stay_texts():
    texts = ["<t>&amp;</t>", "_x0041_", "=1+1", "a\r\nb", " 前后 ", '"', "00000000123456789012"]
    [sheet] = sheets_of(written([(text, "") for text in texts])).values()
    assert [row[0] for row in sheet[1:]] == texts


def test_a_text_beyond_excels_limit_is_cut_between_two_signs():
    [sheet] = sheets_of(written([("𠮷" * 20_000, "")])).values()
    assert len(sheet[1][0].encode("utf-16-le")) // 2 == MOST_SIGNS - 1


def test_every_part_is_named_and_typed_and_the_same_rows_give_the_same_bytes():
    data = written([("1", "a")])
    assert data == written([("1", "a")])
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    names = set(archive.namelist())
    assert names == {
        "[Content_Types].xml",
        "_rels/.rels",
        "xl/styles.xml",
        "xl/worksheets/sheet1.xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
    }
    assert 'numFmtId="49"' in archive.read("xl/styles.xml").decode()
    assert ' s="1"' in archive.read("xl/worksheets/sheet1.xml").decode()


def test_a_reader_who_leaves_in_the_middle_leaves_nothing_behind():
    closed = []

    def rows() -> Iterator[tuple[str, ...]]:
        try:
            while True:
                yield ("1", "a")
        finally:
            closed.append(True)

    source = rows()
    blocks = workbook_blocks("发票", HEADS, source)
    for _ in range(5):
        next(blocks)
    blocks.close()
    source.close()
    assert closed == [True]


def test_memory_does_not_grow_with_the_rows():
    script = """
import re
from fapiao.tables.workbook_stream import workbook_blocks
from fapiao.tables.workbook_writing import BASE
def made(count):
    rest = ("91110000600037341L", "甲公司", "91110105MA01234567", "乙公司", "2026-07-01", "1.00", "0.06", "1.06")
    for n in range(count):
        yield (str(n), "", "", f"26112{n:015d}", *rest, "电子发票服务平台", "电子发票(普通发票)", "正常", "是", "正常", "张三", f"订单 {n}")
def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) // 1024
size = sum(map(len, workbook_blocks("发票", BASE, made(2_000))))
first = peak()
for count in (200_000, 400_000):
    size = sum(map(len, workbook_blocks("发票", BASE, made(count))))
    print(size, peak() - first)
"""
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=os.environ
    )
    [(small, after_small), (large, after_large)] = (
        tuple(map(int, line.split())) for line in run.stdout.splitlines()
    )
    assert small > 5 * 2**20
    assert large > 1.9 * small  # it was all written
    assert after_small <= 16
    assert after_large <= 16


def test_a_workbook_of_invoices_is_a_stream_too():
    blocks = workbook(iter([Invoice(number="24112000000135114086", kind="82")]))
    assert next(blocks).startswith(b"PK")
