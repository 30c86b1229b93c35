"""Writing workbooks (生成工作簿) and delimited text: the columns of 全量发票查询 and one more that keeps the whole invoice.

Cells are texts. A text that a spreadsheet would take for a formula gets an apostrophe, which reading takes off again.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

import msgspec
import xlsxwriter

from fapiao.invoice import Invoice

BASE = (
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
)
WHOLE = "完整数据(JSON)"
_FORMULA = re.compile(r"^[=+\-@\t\r]")
_PLAIN_NUMBER = re.compile(r"^-?\d+(\.\d+)?$")
MOST_CELL = 32_000


def neutral(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; plain negative numbers stay."""
    return f"'{text}" if _FORMULA.match(text) and not _PLAIN_NUMBER.match(text) else text


def row_of(invoice: Invoice, place: int) -> list[str]:
    """Return an invoice's cells in the order of `BASE` and `WHOLE`."""
    digital = invoice.digital_number or (invoice.number if not invoice.code else None)
    printed = invoice.number if invoice.code else None
    state = (invoice.special or {}).get("发票状态") or "正常"
    cells = [
        str(place),
        invoice.code,
        printed,
        digital,
        invoice.seller.tax_id,
        invoice.seller.name,
        invoice.buyer.tax_id,
        invoice.buyer.name,
        _when(invoice),
        _money(invoice.amount),
        invoice.tax_text or _money(invoice.tax),
        _money(invoice.total),
        "增值税发票管理系统" if invoice.code and not digital else "电子发票服务平台",
        invoice.kind_label,
        str(state),
        "否" if (invoice.total or 0) < 0 else "是",
        "正常",
        invoice.drawer,
        invoice.remark,
    ]
    whole = msgspec.json.encode(invoice).decode()
    return [neutral(_safe(cell or "")) for cell in cells] + [whole if len(whole) <= MOST_CELL else ""]


def _when(invoice: Invoice) -> str:
    if invoice.issued_at:
        return f"{invoice.issued_at:%Y-%m-%d %H:%M:%S}"
    return invoice.issued_on.isoformat() if invoice.issued_on else ""


def _money(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:.2f}"


def _safe(text: str) -> str:
    return "".join(
        sign for sign in text if (sign >= " " or sign in "\n\t") and not "\ud800" <= sign <= "\udfff"
    )


def write_workbook(invoices: Iterable[Invoice], *, whole: bool = True) -> bytes:
    """Return a workbook of many invoices; memory does not grow with their number beyond the file itself."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    sheet = book.add_worksheet("发票基础信息")
    for column, name in enumerate((*BASE, WHOLE) if whole else BASE):
        sheet.write_string(0, column, name)
    for place, invoice in enumerate(invoices, 1):
        cells = row_of(invoice, place)
        for column, text in enumerate(cells if whole else cells[:-1]):
            if text:
                sheet.write_string(place, column, text)
    book.close()
    return buffer.getvalue()


def csv_lines(invoices: Iterable[Invoice], *, whole: bool = True) -> Iterator[bytes]:
    """Yield a CSV file in blocks, UTF-8 with the mark that Excel wants."""
    yield b"\xef\xbb\xbf"
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, quoting=csv.QUOTE_MINIMAL)
    writer.writerow((*BASE, WHOLE) if whole else BASE)
    for place, invoice in enumerate(invoices, 1):
        cells = row_of(invoice, place)
        writer.writerow(cells if whole else cells[:-1])
        if place % 500 == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()
