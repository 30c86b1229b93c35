"""Tables: the exports that companies really have, and what people and spreadsheets do to them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from fapiao.format import Reading, read_bytes
from fapiao.invoice import Invoice
from fapiao.tables.headings import path_of
from making.old_workbook import old_workbook
from making.tables import (
    BASE,
    DEDUCTION,
    LINES,
    NUMBER,
    SELLER,
    base_row,
    line_row,
    raw_workbook,
    text_row,
    workbook,
)

OTHER = "26112000000219703941"
TWO_LINES = [
    line_row("*服务*甲", "1", "100", "100.00", "6.00", "106.00"),
    line_row("*服务*乙", "2", "100", "200.00", "12.00", "212.00"),
]


def readings(data: bytes, name: str = "table.xlsx") -> list[Reading]:
    return list(read_bytes(data, name))


def invoices(data: bytes, name: str = "table.xlsx") -> list[Invoice]:
    found = readings(data, name)
    assert [each.error for each in found] == [None] * len(found)
    return [each.invoice for each in found if each.invoice]


def findings(reading: Reading) -> set[tuple[str, str]]:
    return {(each.code, each.path) for each in reading.findings}


def test_an_invoice_in_both_sheets_counts_once_with_its_lines():
    for order in (1, -1):
        sheets = [("发票基础信息", [BASE, base_row()]), ("信息汇总表", [LINES, *TWO_LINES])][::order]
        [invoice] = invoices(workbook(*sheets))
        assert (invoice.amount, invoice.total) == (Decimal("300.00"), Decimal("318.00"))
        assert [(line.name, line.amount, line.rate) for line in invoice.lines] == [
            ("*服务*甲", Decimal("100.00"), "0.06"),
            ("*服务*乙", Decimal("200.00"), "0.06"),
        ]


def test_lines_alone_make_one_invoice_and_say_that_sums_were_added():
    [reading] = readings(workbook(("信息汇总表", [LINES, *TWO_LINES])))
    assert reading.invoice is not None
    assert (reading.invoice.total, len(reading.invoice.lines)) == (Decimal("318.00"), 2)
    assert ("sums-from-lines", "total") in findings(reading)


def test_sums_of_the_invoice_repeated_on_each_line_are_never_added():
    rows = [
        line_row(name, "1", price, "300.00", "18.00", "318.00")
        for name, price in (("*服务*甲", "100"), ("*服务*乙", "200"))
    ]
    [reading] = readings(workbook(("信息汇总表", [LINES, *rows])))
    assert reading.invoice is not None
    assert reading.invoice.total == Decimal("318.00")
    assert ("sums-repeated", "total") in findings(reading)


def test_a_sheet_for_one_kind_adds_what_only_it_knows():
    heading = [
        "数电发票号码",
        "开票日期",
        "金额",
        "税额",
        "价税合计",
        "购方名称",
        "乘车日期",
        "车次",
        "乘车人",
    ]
    ticket = [NUMBER, "2026-07-01", "300.00", "18.00", "318.00", "乙公司", "2026-07-02", "G1", "李四"]
    lone = [OTHER, *ticket[1:]]
    told = invoices(workbook(("发票基础信息", [BASE, base_row()]), ("铁路电子客票", [heading, ticket, lone])))
    assert [each.number for each in told] == [NUMBER, OTHER]
    assert told[0].special is not None
    assert told[0].special["车次"] == "G1"
    assert (told[0].seller.tax_id, told[1].kind) == (SELLER, "51")


def test_the_deduction_list_is_read_below_its_title_rows():
    row = [
        "1",
        "是",
        NUMBER,
        "",
        "",
        "2026-07-01",
        "300.00",
        "18.00",
        "18.00",
        "91110108690017781B",
        "甲公司",
        SELLER,
    ]
    more = ["电子发票服务平台", "数电发票（增值税专用发票）", "正常", "否", "", "", "2026-07-05", "正常", ""]
    titles = [["抵扣勾选清单"], ["纳税人：乙公司", "税款所属期：202607"]]
    [invoice] = invoices(workbook(("抵扣勾选", [*titles, DEDUCTION, row + more])))
    assert (invoice.kind, invoice.total, invoice.seller.name) == ("81", Decimal("318.00"), "甲公司")
    assert invoice.special is not None
    assert invoice.special["有效抵扣税额"] == "18.00"


MERGED = [
    ["发票清单"],
    ["基本信息", None, None, "销售方", None, "购买方", None, "金额\n（元）", "税额", "价税\n合计"],
    ["发票代码", "发票\n号码", "开票日期", "名称", "纳税人识别号", "名称", "纳税人识别号"],
    ["011001605111", "12345678", 42491, "甲公司", SELLER, "乙公司", "", "¥1,000.00", "60", "1,060.00元"],
    ["合 计", None, None, None, None, None, None, "1000", "60", "1060"],
    [None],
    ["制表人：王五"],
]


def test_two_heading_rows_with_merged_groups_are_one_heading():
    [invoice] = invoices(workbook(("清单", MERGED)))
    assert (invoice.seller.name, invoice.buyer.name, invoice.seller.tax_id) == ("甲公司", "乙公司", SELLER)
    assert (invoice.issued_on, invoice.amount, invoice.kind) == (date(2016, 5, 1), Decimal("1000.00"), "10")


def test_a_second_heading_row_below_a_whole_one_only_adds():
    rows = [
        ["发票号码", "开票日期", "金额", "税额", "销售方", None],
        [None, None, None, None, "名称", "税号"],
        [NUMBER, "2026/7/1", "1.00", "0.06", "甲公司", SELLER],
    ]
    [invoice] = invoices(workbook(("表", rows)))
    assert (invoice.seller.name, invoice.seller.tax_id) == ("甲公司", SELLER)


def test_several_tables_below_and_beside_each_other_are_all_read():
    heading = ["发票号码", "开票日期", "金额"]
    rows = [
        [*heading, None, *heading],
        [NUMBER, "2026/7/1", "1.00", None, OTHER, "2026/7/2", "2.00"],
        ["合计", None, "1.00"],
        ["开票日期", "金额", "数电发票号码"],
        ["2026-07-03", "3.00", "26112000000219703942"],
        [None, "3.00", None],
    ]
    told = invoices(workbook(("表", rows)))
    assert [(each.number or "")[-1] for each in told] == ["0", "1", "2"]
    assert [each.amount for each in told] == [Decimal("1.00"), Decimal("2.00"), Decimal("3.00")]


def test_a_hidden_sheet_is_read_and_said_so():
    told = readings(workbook(("表", [BASE, base_row()]), ("旧", [BASE, base_row(OTHER)]), hidden="旧"))
    assert [("sheet-hidden", "") in findings(each) for each in told] == [False, True]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026/7/1", "2026-07-01"),
        ("20260701", "2026-07-01"),
        ("2026年7月1日", "2026-07-01"),
        ("2026-07-01 09:30:05", "2026-07-01"),
        ("20260701093005", "2026-07-01"),
        ("2026.7.1", "2026-07-01"),
        (46204, "2026-07-01"),
        (46204.5, "2026-07-01"),
        ("46204", "2026-07-01"),
    ],
)
def test_days_are_read_however_a_cell_keeps_them(text: str | float, day: str):
    [invoice] = invoices(
        workbook(("表", [["发票号码", "开票日期", "金额", "税额"], [NUMBER, text, "1", "0"]]))
    )
    assert str(invoice.issued_on) == day


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1,130.00", "1130.00"),
        ("¥ 1130", "1130.00"),
        ("（60.00）", "-60.00"),
        ("1130元", "1130.00"),
        (11.3, "11.30"),
        (-5, "-5.00"),
    ],
)
def test_money_is_read_however_a_cell_keeps_it(text: str | float, amount: str):
    [invoice] = invoices(workbook(("表", [["发票号码", "开票日期", "金额"], [NUMBER, "2026-07-01", text]])))
    assert invoice.amount == Decimal(amount)


def test_lost_zeros_are_put_back_where_they_must_have_been_and_said_so():
    rows = [["发票代码", "发票号码", "开票日期", "金额"], [11001605111, 1234567, "2016-05-01", "1"]]
    [reading] = readings(workbook(("表", rows)))
    assert reading.invoice is not None
    assert (reading.invoice.code, reading.invoice.number) == ("011001605111", "01234567")
    assert {("leading-zero", "code"), ("leading-zero", "number")} <= findings(reading)


@pytest.mark.parametrize("number", ["2.6112E+19", 26112000000219703940, "2.611200000021971E+19"])
def test_lost_digits_are_never_made_up(number: str | int):
    [reading] = readings(workbook(("表", [BASE, [*base_row()[:3], number, *base_row()[4:]]])))
    assert reading.error is not None
    assert reading.error.code == "row-unreadable"
    assert "丢失" in reading.error.message


def test_lost_digits_of_a_tax_number_are_a_finding():
    row = base_row()
    row[4] = 911101080000000000
    [reading] = readings(workbook(("表", [BASE, row])))
    assert reading.invoice is not None
    assert reading.invoice.seller.tax_id is None
    assert ("digits-lost", "seller.tax_id") in findings(reading)


def test_every_row_that_states_something_comes_back():
    rows = [BASE, base_row(), base_row(""), base_row("无"), ["说明：导出时间 2026-07-31"]]
    told = readings(workbook(("表", rows)))
    assert [each.error.code if each.error else None for each in told] == [
        None,
        "row-unreadable",
        "row-unreadable",
    ]
    assert [each.page for each in told] == [2, 3, 4]


def test_cells_of_every_sort_are_read():
    shared = (
        "<si><r><t>26112000</t></r><r><rPr><b/></rPr><t>000219703940</t></r><rPh><t>注音</t></rPh></si>"
        "<si><t>2026_x002D_07-01</t></si>"
    )
    styles = '<numFmts><numFmt numFmtId="170" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/></numFmts>'
    styles += '<cellXfs><xf numFmtId="0"/><xf numFmtId="170"/><xf numFmtId="9"/></cellXfs>'
    heading = text_row(1, "发票号码", "开票日期", "金额", "税额", "价税合计", "备注", "购方名称")
    first = (
        '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c><c r="C2" t="str"><f>1+1</f><v>2</v></c>'
        '<c r="D2" t="e"><v>#N/A</v></c><c r="E2"><f>C2+D2</f></c><c r="F2" t="b"><v>1</v></c></row>'
    )
    second = '<row r="3"><c r="A3"><v>26112000000219703941</v></c><c r="B3" s="1"><v>46204</v></c><c r="C3"><v>1.1299999999999999</v></c></row>'
    one, other = readings(raw_workbook(heading + first + second, shared=shared, styles=styles))
    assert one.invoice is not None
    assert other.invoice is not None
    assert (one.invoice.number, one.invoice.issued_on, one.invoice.amount) == (
        NUMBER,
        date(2026, 7, 1),
        Decimal("2.00"),
    )
    assert {("cell-error", "tax"), ("formula-without-value", "total")} <= findings(one)
    assert one.invoice.remark == "TRUE"
    assert (other.invoice.issued_on, other.invoice.amount) == (date(2026, 7, 1), Decimal("1.13"))


TEXT = (
    '发票代码;发票号码;开票日期;金额;税额;价税合计\n="011001605111";="12345678";20160501;"1,000.00";60;1060\n'
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_delimited_text_is_read_in_every_encoding(encoding: str, delimiter: str):
    [invoice] = invoices(TEXT.replace(";", delimiter).encode(encoding), "rows.csv")
    assert (invoice.code, invoice.number, invoice.amount) == ("011001605111", "12345678", Decimal("1000.00"))


def test_quotes_line_breaks_nul_and_very_long_lines_do_no_harm():
    long = "长" * 300_000
    text = f'发票号码,开票日期,金额,备注\n{NUMBER},2026-07-01,1.00,"第一行\n第二行 ""引号"" {long}"\n\x00{OTHER},2026-07-01,1.00,\n'
    told = invoices(text.encode(), "long.csv")
    assert [each.number for each in told] == [NUMBER, OTHER]
    assert (told[0].remark or "").startswith('第一行\n第二行 "引号"')


def test_an_endless_field_is_refused_with_its_code():
    text = f'发票号码,开票日期,金额\n{NUMBER},2026-07-01,"{"9" * 2_000_000}'
    [reading] = readings(text.encode(), "endless.csv")
    assert reading.error is not None
    assert reading.error.code == "file-damaged"


def test_an_old_workbook_is_read_like_a_new_one():
    rows = [BASE, base_row(), [*base_row()[:3], 26112000000219703940.0, *base_row()[4:]]]
    data = old_workbook(
        ("发票基础信息", rows),
        ("信息汇总表", [LINES, *TWO_LINES]),
        ("旧", [BASE, base_row(OTHER)]),
        hidden="旧",
    )
    first, lost, hidden = readings(data, "导出.xls")
    assert first.invoice is not None
    assert (first.format, first.invoice.number, len(first.invoice.lines)) == ("excel", NUMBER, 2)
    assert lost.error is not None
    assert lost.error.code == "row-unreadable"
    assert ("sheet-hidden", "") in findings(hidden)


@pytest.mark.parametrize(
    ("heading", "path"),
    [
        ("发票号码(20位)", "number"),
        ("发票代码（10-12位）", "code"),
        ("不含税价格", "amount"),
        ("价税合计(元)", "total"),
    ],
)
def test_notes_in_a_heading_do_not_hide_what_it_names(heading: str, path: str):
    assert path_of(heading) == path
