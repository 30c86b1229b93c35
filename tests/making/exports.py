"""Official exports as the tax account gives them: the workbook of 全量发票查询, the deduction list, with their properties."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal

import xlsxwriter

from fapiao.invoice import Invoice, Party
from fapiao.tables.workbook_writing import BASE, row_of
from fapiao.wording import BEIJING

TAXPAYER, SELLERS = "91110000600037341L", ("91330106673959654P", "91320115MA202UKD7X")
DEDUCTION = (
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
)


def received(place: int, day: str, **change: object) -> Invoice:
    """An invoice that the taxpayer received on a day, at ten in the morning."""
    told: dict[str, object] = {
        "kind": "82",
        "kind_label": "数电发票（普通发票）",
        "number": f"26112000000{place:09d}",
        "issued_on": datetime.fromisoformat(day).date(),
        "issued_at": datetime.fromisoformat(f"{day}T10:00:00").replace(tzinfo=BEIJING),
        "amount": Decimal("100.00"),
        "tax": Decimal("6.00"),
        "total": Decimal("106.00"),
        "seller": Party(name=f"销方{place % 2}", tax_id=SELLERS[place % 2]),
        "buyer": Party(name="京测公司", tax_id=TAXPAYER),
    }
    return Invoice(**(told | change))  # type: ignore[arg-type]


def full(
    invoices: Iterable[Invoice], *, made: datetime | None = None, saved: datetime | None = None
) -> bytes:
    """The workbook of 全量发票查询, made at a moment and perhaps saved again later."""
    rows = [row_of(invoice, place) for place, invoice in enumerate(invoices, 1)]
    return _book("发票基础信息", BASE, rows, made, saved)


def deduction(invoices: Iterable[Invoice], *, made: datetime | None = None) -> bytes:
    """The list of deductible invoices."""
    rows = [
        [
            str(place),
            "否",
            each.number or "",
            "",
            "",
            str(each.issued_on),
            str(each.amount),
            str(each.tax),
            str(each.tax),
            each.buyer.tax_id or "",
            each.seller.name or "",
            each.seller.tax_id or "",
            "电子发票服务平台",
            "数电发票（增值税专用发票）",
            "正常",
        ]
        for place, each in enumerate(invoices, 1)
    ]
    return _book("Sheet1", DEDUCTION, rows, made, None)


def _book(
    sheet: str,
    heading: Sequence[str],
    rows: Iterable[Sequence[str]],
    made: datetime | None,
    saved: datetime | None,
) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    page = book.add_worksheet(sheet)
    page.write_row(0, 0, heading)
    for place, row in enumerate(rows, 1):
        for column, text in enumerate(row):
            page.write_string(place, column, text)
    book.close()
    return _dated(buffer.getvalue(), made, saved)


def _dated(data: bytes, made: datetime | None, saved: datetime | None) -> bytes:
    """Set the document's moments as they stand in the file, in UTC; without any, take the properties away."""
    source, target = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name in source.namelist():
            part = source.read(name)
            if name == "docProps/core.xml":
                for word, moment in (("created", made), ("modified", saved or made)):
                    text = f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}".encode() if moment else b""
                    part = re.sub(rb"(<dcterms:%s[^>]*>)[^<]*" % word.encode(), rb"\g<1>" + text, part)
            out.writestr(name, part)
    return target.getvalue()
