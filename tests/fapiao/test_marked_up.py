"""Tables in markup: web pages and Excel 2003 XML, which many systems export under the name of a workbook."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from fapiao.format import Reading, read_bytes
from making.papers import NUMBER, OTHER

HEADINGS = ("数电发票号码", "开票日期", "销方名称", "销方识别号", "不含税金额(元)", "税额", "价税合计")
ROWS = (
    (NUMBER, "2026-07-01", "京华天成科技有限公司", "91110000600037341L", "101.00", "6.06", "107.06"),
    (OTHER, "2026-07-02", "京华天成科技有限公司", "91110000600037341L", "50.00", "3.00", "53.00"),
)


def page(*rows: tuple[str, ...], before: str = "") -> str:
    body = "".join("<tr>" + "".join(f"<td>{text}</td>" for text in row) + "</tr>" for row in rows)
    return (
        f"<html><head><meta charset=gb2312></head><body>{before}<table border=1>{body}</table></body></html>"
    )


def spreadsheet(*rows: tuple[str, ...]) -> str:
    body = "".join(
        "<Row>" + "".join(f'<Cell><Data ss:Type="String">{text}</Data></Cell>' for text in row) + "</Row>"
        for row in rows
    )
    return (
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f'<Worksheet ss:Name="发票"><Table>{body}</Table></Worksheet></Workbook>'
    )


def read(text: str, encoding: str = "utf-8", name: str = "export.xls") -> list[Reading]:
    return list(read_bytes(text.encode(encoding), name))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("write", [page, spreadsheet])
def test_every_row_is_an_invoice(write, encoding: str):
    readings = read(write(HEADINGS, *ROWS), encoding)
    assert [(each.format, each.route, each.page) for each in readings] == [
        ("excel", "cell", 2),
        ("excel", "cell", 3),
    ]
    invoices = [each.invoice for each in readings if each.invoice]
    assert [invoice.number for invoice in invoices] == [NUMBER, OTHER]
    assert [invoice.total for invoice in invoices] == [Decimal("107.06"), Decimal("53.00")]
    assert (invoices[0].issued_on, invoices[0].amount) == (date(2026, 7, 1), Decimal("101.00"))
    assert invoices[0].seller.tax_id == "91110000600037341L"


def test_merged_cells_keep_their_columns():
    grouped = (
        "<tr><th rowspan=2>发票号码</th><th rowspan=2>开票日期</th><th colspan=2>销售方</th><th rowspan=2>价税合计</th></tr>"
        "<tr><th>名称</th><th>纳税人识别号</th></tr>"
        f"<tr><td>{NUMBER}</td><td>2026-07-01</td><td>京华天成科技有限公司</td><td>91110000600037341L</td><td>107.06</td></tr>"
    )
    [reading] = read(f"<table>{grouped}</table>")
    assert reading.invoice is not None
    assert (reading.invoice.seller.name, reading.invoice.total) == ("京华天成科技有限公司", Decimal("107.06"))


def test_cells_left_out_are_skipped_by_their_index():
    text = spreadsheet(HEADINGS, ROWS[0]).replace(
        '<Cell><Data ss:Type="String">京华天成科技有限公司</Data></Cell><Cell>', '<Cell ss:Index="4">'
    )
    [reading] = read(text)
    assert reading.invoice is not None
    assert (reading.invoice.seller.name, reading.invoice.seller.tax_id) == (None, "91110000600037341L")


def test_a_table_that_frames_others_is_none_itself():
    inner = page(HEADINGS, *ROWS)
    frame = f"<html><table><tr><td>导航</td><td>{inner}</td></tr></table></html>"
    assert [each.invoice and each.invoice.number for each in read(frame)] == [NUMBER, OTHER]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (page(("甲", "乙"), ("1", "2")), "no-invoice"),
        (page(HEADINGS), "no-invoice"),
        (spreadsheet(HEADINGS, *ROWS)[:-40], "xml-damaged"),
        (
            spreadsheet(HEADINGS).replace("<?mso", '<!DOCTYPE a [<!ENTITY b "c">]><?mso'),
            "xml-forbidden",
        ),
        ("<html><table><tr>" + "<td>" * 5000, "no-invoice"),
    ],
)
def test_what_holds_no_invoices_says_so(text: str, code: str):
    [reading] = read(text)
    assert reading.error is not None
    assert reading.error.code == code


def test_scripts_and_other_files_are_never_asked_for():
    before = (
        '<script src="http://example.invalid/a.js"></script><img src="file:///etc/passwd"><link href="x.css">'
    )
    assert len(read(page(HEADINGS, *ROWS, before=before))) == 2
