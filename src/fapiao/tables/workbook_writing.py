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

from fapiao.invoice import Invoice
from fapiao.tables.workbook_stream import workbook_blocks

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
SHEET = "发票基础信息"
_FORMULA = frozenset("=+-@\t\r")
_UNPRINTED = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff]")
_PLAIN_NUMBER = re.compile(r"^-?\d+(\.\d+)?$")
MOST_CELL = 32_000


def neutral(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; plain negative numbers stay."""
    return f"'{text}" if text[:1] in _FORMULA and not _PLAIN_NUMBER.match(text) else text


def row_of(invoice: Invoice, place: int) -> list[str]:
    """Return an invoice's cells in the order of `BASE`."""
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
    return [neutral(_safe(cell)) if cell else "" for cell in cells]


def whole_row_of(invoice: Invoice, place: int) -> list[str]:
    """Return an invoice's cells in the order of `BASE` and `WHOLE`."""
    whole = msgspec.json.encode(invoice).decode()
    return [*row_of(invoice, place), whole if len(whole) <= MOST_CELL else ""]


def _when(invoice: Invoice) -> str:
    if invoice.issued_at:
        return f"{invoice.issued_at:%Y-%m-%d %H:%M:%S}"
    return invoice.issued_on.isoformat() if invoice.issued_on else ""


def _money(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:.2f}"


def _safe(text: str) -> str:
    return text if text.isprintable() else _UNPRINTED.sub("", text)


def workbook(invoices: Iterable[Invoice], *, whole: bool = True) -> Iterator[bytes]:
    """Yield a workbook of many invoices in blocks, while they come; memory does not grow with their number."""
    heads, cells = ((*BASE, WHOLE), whole_row_of) if whole else (BASE, row_of)
    return workbook_blocks(SHEET, heads, (cells(invoice, place) for place, invoice in enumerate(invoices, 1)))


def write_workbook(invoices: Iterable[Invoice], *, whole: bool = True) -> bytes:
    """Return a workbook of invoices at once."""
    return b"".join(workbook(invoices, whole=whole))


def csv_lines(invoices: Iterable[Invoice], *, whole: bool = True) -> Iterator[bytes]:
    """Yield a CSV file in blocks, UTF-8 with the mark that Excel wants."""
    yield b"\xef\xbb\xbf"
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, quoting=csv.QUOTE_MINIMAL)
    heads, cells = ((*BASE, WHOLE), whole_row_of) if whole else (BASE, row_of)
    writer.writerow(heads)
    for place, invoice in enumerate(invoices, 1):
        writer.writerow(cells(invoice, place))
        if place % 500 == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()
