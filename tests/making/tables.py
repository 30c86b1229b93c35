"""Made-up sheets: the two of 全量发票查询, further ones, the deduction list, and raw workbooks cell by cell."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

import xlsxwriter

BASE = [
    "序号",
    "发票代码",
    "发票号码",
    "数电发票号码",
    "销方识别号",
    "销方名称",
    "购方识别号",
    "购买方名称",
    "开票日期",
    "金额",
    "税额",
    "价税合计",
    "发票来源",
    "发票票种",
    "发票状态",
    "是否正数发票",
    "发票风险等级",
    "开票人",
    "备注",
]
LINES = [
    "序号",
    "发票代码",
    "发票号码",
    "数电发票号码",
    "销方识别号",
    "销方名称",
    "购方识别号",
    "购买方名称",
    "开票日期",
    "税收分类编码",
    "特定业务类型",
    "货物或应税劳务名称",
    "规格型号",
    "单位",
    "数量",
    "单价",
    "金额",
    "税率",
    "税额",
    "价税合计",
    "发票来源",
    "发票票种",
    "发票状态",
    "是否正数发票",
    "发票风险等级",
    "开票人",
    "备注",
]
DEDUCTION = [
    "序号",
    "是否勾选*",
    "数电发票号码",
    "发票代码",
    "发票号码",
    "开票日期*",
    "金额*",
    "票面税额*",
    "有效抵扣税额*",
    "购买方识别号*",
    "销售方纳税人名称",
    "销售方纳税人识别号",
    "发票来源",
    "票种*",
    "发票状态",
    "红字锁定标志",
    "转内销证明编号",
    "业务类型",
    "勾选时间",
    "发票风险等级",
    "风险状态",
]
SELLER, BUYER = "91110000600037341L", "91110108690017781B"
NUMBER = "26112000000219703940"
TAIL = ["电子发票服务平台", "数电发票（普通发票）", "正常", "是", "正常", "张三", ""]


def base_row(
    number: str = NUMBER, amount: str = "300.00", tax: str = "18.00", total: str = "318.00"
) -> list[Any]:
    """A row of 发票基础信息."""
    return [
        "1",
        "",
        "",
        number,
        SELLER,
        "甲公司",
        BUYER,
        "乙公司",
        "2026-07-01 10:00:00",
        amount,
        tax,
        total,
        *TAIL,
    ]


def line_row(
    name: str, quantity: str, price: str, amount: str, tax: str, total: str, number: str = NUMBER
) -> list[Any]:
    """A row of 信息汇总表."""
    head = ["1", "", "", number, SELLER, "甲公司", BUYER, "乙公司", "2026-07-01 10:00:00"]
    return [
        *head,
        "3040201010000000000",
        "",
        name,
        "",
        "项",
        quantity,
        price,
        amount,
        "6%",
        tax,
        total,
        *TAIL,
    ]


def workbook(*sheets: tuple[str, Sequence[Sequence[Any]]], hidden: str = "") -> bytes:
    """A workbook as an office program writes it: shared strings, numbers as numbers."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"strings_to_numbers": False, "strings_to_formulas": False})
    for name, rows in sheets:
        sheet = book.add_worksheet(name)
        if name == hidden:
            sheet.hide()
        for place, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write(place, column, value)
    book.close()
    return buffer.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def raw_workbook(rows: str, *, shared: str = "", styles: str = "") -> bytes:
    """A workbook whose one sheet holds these ``<row>`` elements word for word."""
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = {
        "xl/workbook.xml": f'<workbook xmlns="x" xmlns:r="{relations}"><sheets><sheet name="S" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="x"><sheetData>{rows}</sheetData></worksheet>',
    }
    if shared:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="x">{shared}</sst>'
    if styles:
        parts["xl/styles.xml"] = f'<styleSheet xmlns="x">{styles}</styleSheet>'
    return zipped({name: text.encode() for name, text in parts.items()})


def text_row(number: int, *cells: str) -> str:
    """A ``<row>`` of inline texts."""
    inner = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)
    return f'<row r="{number}">{inner}</row>'
