"""The official export: told by what it carries, dated by where it says so, nobody's when it could be two people's."""

from __future__ import annotations

import io
import os
import zipfile
from datetime import date, datetime
from typing import Any

import msgspec
import pytest

from fapiao.format import read_bytes
from fapiao.invoice import Invoice, Party
from fapiao.official_export import Export, Tally, signs_of
from fapiao.tables.workbook_writing import csv_lines, write_workbook
from fapiao.wording import BEIJING
from making.exports import SELLERS, TAXPAYER, deduction, full, received

ARRIVED = datetime(2026, 11, 25, 9, 0, tzinfo=BEIJING)
MADE = datetime(2026, 11, 20, 16, 30, tzinfo=BEIJING)


def understood(
    data: bytes, name: str = "全量发票查询导出结果.xlsx", own: tuple[str, ...] = ()
) -> Export | None:
    signs = signs_of(data, name)
    if signs is None:
        return None
    tally = Tally(signs, own)
    for reading in read_bytes(data, name):
        tally.add(reading)
    return tally.export(ARRIVED)


def rows() -> list[Invoice]:
    return [received(1, "2026-11-03"), received(2, "2026-11-19"), received(3, "2026-11-10")]


def test_an_export_tells_whose_it_is_which_way_and_of_what_days():
    found = understood(full(rows(), made=MADE))
    assert found is not None
    assert (found.tax_id, found.name, found.direction) == (TAXPAYER, "京测公司", "received")
    assert (found.period_from, found.period_to) == (date(2026, 11, 3), date(2026, 11, 19))
    assert (found.exported_at, found.exported_by, found.rows) == (MADE, "created", 3)
    assert found.feed == f"export:{TAXPAYER}:received"


def test_issued_ones_have_the_taxpayer_as_seller():
    own = Party(name="京测公司", tax_id=TAXPAYER)
    sold = [
        msgspec.structs.replace(each, seller=own, buyer=Party(name="客户", tax_id=SELLERS[place % 2]))
        for place, each in enumerate(rows())
    ]
    found = understood(full(sold, made=MADE))
    assert found is not None
    assert (found.tax_id, found.direction) == (TAXPAYER, "issued")


def test_a_deduction_list_is_always_of_what_was_received():
    found = understood(deduction(rows()[:1], made=MADE), "抵扣勾选.xlsx")
    assert found is not None
    assert (found.kind, found.tax_id, found.direction) == ("deduction", TAXPAYER, "received")


@pytest.mark.parametrize(
    ("made", "saved", "name", "moment", "by"),
    [
        (MADE, ARRIVED, "a.xlsx", MADE, "created"),
        (datetime(2019, 1, 1, tzinfo=BEIJING), MADE, "a.xlsx", MADE, "modified"),
        (None, None, "全量发票查询导出结果_20261120163000.xlsx", MADE, "name"),
        (datetime(2027, 1, 1, tzinfo=BEIJING), None, "a.xlsx", ARRIVED, "arrival"),
        (None, None, "a.xlsx", ARRIVED, "arrival"),
    ],
    ids=["saved again later", "made from an old template", "only its name", "a clock ahead", "nothing said"],
)
def test_the_moment_of_export_is_the_first_that_can_be_true(
    made: Any, saved: Any, name: str, moment: datetime, by: str
):
    found = understood(full(rows(), made=made, saved=saved), name)
    assert found is not None
    assert (found.exported_at, found.exported_by) == (moment, by)


def test_a_large_workbook_tells_its_moment_too():
    buffer = io.BytesIO(full(rows(), made=MADE))
    with zipfile.ZipFile(buffer, "a") as book:
        book.writestr("xl/media/large.bin", os.urandom(2**20) * 40)
    found = understood(buffer.getvalue())
    assert found is not None
    assert found.exported_by == "created"


def test_the_name_may_tell_a_longer_period_than_the_rows_do():
    found = understood(full(rows(), made=MADE), "全量发票查询导出结果20261101-20261120.xlsx")
    assert found is not None
    assert (found.period_from, found.period_to) == (date(2026, 11, 1), date(2026, 11, 20))


def test_of_two_that_it_could_be_of_it_is_the_one_known_or_nobodys():
    one = [received(1, "2026-11-03"), received(3, "2026-11-10")]
    assert understood(full(one, made=MADE)) is None
    assert understood(full(one, made=MADE), own=(TAXPAYER,)) is not None
    named = understood(full(one, made=MADE), f"全量发票查询导出结果_{TAXPAYER}.xlsx")
    assert named is not None
    assert named.direction == "received"


def test_a_file_that_mixes_taxpayers_is_nobodys():
    mixed = [*rows(), received(4, "2026-11-05", buyer=Party(tax_id="91110105MA01ABCD0X"))]
    assert understood(full(mixed, made=MADE)) is None


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04broken", b"%PDF-1.4", "发票号码,开票日期,金额\n1,2,3\n".encode(), b"\x00\x01\x02"],
    ids=["empty", "broken zip", "pdf", "another table", "bytes"],
)
def test_other_files_are_no_exports_and_do_no_harm(data: bytes):
    assert signs_of(data, "x.xlsx") is None


def test_a_list_that_the_platform_wrote_itself_promises_nothing():
    assert signs_of(write_workbook(rows()), "全量发票查询导出结果.xlsx") is None
    assert signs_of(b"".join(csv_lines(rows())), "全量发票查询导出结果.csv") is None


def test_a_csv_export_is_known_by_its_headings():
    found = understood(b"".join(csv_lines(rows(), whole=False)), "全量发票查询导出结果_20261120163000.csv")
    assert found is not None
    assert found.exported_at == MADE
