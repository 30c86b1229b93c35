"""The 数电 face (电子发票): how an invoice of the digital platform is laid out, with the special businesses' tables."""

from __future__ import annotations

from collections.abc import Sequence

from fapiao.invoice import Invoice, Line, Party
from making import shown
from making.sheets import Sheet, Text

WIDTH, HEIGHT = 215.0, 139.0
TITLES = {"81": "电子发票（增值税专用发票）", "82": "电子发票（普通发票）"}
Column = tuple[str, str, float, float]
"""Field, heading, where the heading is centred, where values are set: right edge of figures, centre of the others."""
USUAL: tuple[Column, ...] = (
    ("name", "项目名称", 22.0, 4.5),
    ("spec", "规格型号", 55.0, 55.0),
    ("unit", "单 位", 76.0, 76.0),
    ("quantity", "数 量", 97.0, 104.0),
    ("price", "单 价", 122.0, 131.0),
    ("amount", "金 额", 147.5, 153.0),
    ("rate", "税率/征收率", 167.0, 167.0),
    ("tax", "税 额", 198.5, 205.0),
)
RIDES: tuple[Column, ...] = (
    ("name", "项目名称", 26.0, 4.5),
    ("price", "单 价", 78.0, 88.0),
    ("quantity", "数 量", 106.0, 112.0),
    *USUAL[5:],
)
BUILDING: tuple[Column, ...] = (
    ("name", "项目名称", 22.0, 4.5),
    ("place", "建筑服务发生地", 54.0, 42.0),
    ("site", "建筑项目名称", 96.0, 80.0),
    *USUAL[5:],
)
LETTING: tuple[Column, ...] = (
    ("name", "项目名称", 22.0, 4.5),
    ("deed", "产权证书/不动产权证号", 60.0, 44.0),
    ("unit", "面积单位", 88.0, 88.0),
    ("quantity", "数 量", 106.0, 112.0),
    ("price", "单 价", 126.0, 133.0),
    *USUAL[5:],
)
TOLLS: tuple[Column, ...] = (
    ("name", "项目名称", 22.0, 4.5),
    ("plate", "车牌号", 50.0, 44.0),
    ("class", "类型", 70.0, 67.0),
    ("from", "通行日期起", 92.0, 83.0),
    ("to", "通行日期止", 122.0, 113.0),
    *USUAL[5:],
)
RIDERS = ("出行人", "有效身份证件号", "出行日期", "出发地", "到达地", "等级", "交通工具类型")
LOADS = ("运输工具种类", "运输工具牌号", "起运地", "到达地", "运输货物名称")
_FIGURES = ("quantity", "price", "amount", "tax")


def face(
    invoice: Invoice,
    *,
    columns: Sequence[Column] = USUAL,
    business: str = "",
    table: Sequence[str] = (),
    entries: Sequence[Sequence[str]] = (),
    extra: dict[str, str] | None = None,
) -> Sheet:
    """Return the one page of an invoice. ``table`` and ``entries`` are the special business's own table."""
    sheet = Sheet(WIDTH, HEIGHT)
    _head(sheet, invoice, business)
    _parties(sheet, invoice)
    _headings(sheet, columns)
    y = 57.0
    for line in invoice.lines:
        y = _line(sheet, line, columns, y, extra or {})
    _sums(sheet, invoice, 91.0)
    if table:
        _table(sheet, table, entries)
    _foot(sheet, invoice)
    return sheet


def pages(invoice: Invoice, *, each: int = 2) -> list[Sheet]:
    """Return several pages: every one with the identity, the parties and a 小计, the last with the sums."""
    groups = [invoice.lines[at : at + each] for at in range(0, len(invoice.lines), each)]
    sheets = []
    for number, group in enumerate(groups, 1):
        sheet = Sheet(WIDTH, HEIGHT)
        _head(sheet, invoice, "")
        sheet.put(181, 30, f"共{len(groups)}页 第{number}页", 2.6)
        _parties(sheet, invoice)
        _headings(sheet, USUAL)
        y = 57.0
        for line in group:
            y = _line(sheet, line, USUAL, y, {})
        sheet.put(20, 86.5, "小　　计")
        sheet.end(153, 86.0, f"¥{sum(line.amount or 0 for line in group):.2f}")
        sheet.end(205, 86.0, f"¥{sum(line.tax or 0 for line in group):.2f}")
        if number == len(groups):
            _sums(sheet, invoice, 91.0)
            _foot(sheet, invoice)
        sheets.append(sheet)
    return sheets


def _head(sheet: Sheet, invoice: Invoice, business: str) -> None:
    sheet.middle(107, 14, TITLES[invoice.kind or "82"], 6.3)
    sheet.middle(107, 11, "国家税务总局", 2.4)
    sheet.middle(107, 24, "北京市税务局", 2.4)
    sheet.put(154, 15, "发票号码：")
    sheet.put(170, 15, invoice.number)
    sheet.put(154, 21, "开票日期：")
    sheet.put(170, 21, shown.day(invoice))
    sheet.put(36, 18, business)
    sheet.pictures.append((7, 4, 20, shown.qr_picture(shown.payload(invoice))))
    sheet.texts.append(Text(212.5, 60, "下载次数：1", 2.6, angle=270))


def _parties(sheet: Sheet, invoice: Invoice) -> None:
    for left, label, party in ((4.5, "购买方信息", invoice.buyer), (109.0, "销售方信息", invoice.seller)):
        sheet.upright(left, 31.5, label, 4.0)
        _party(sheet, left + 6.5, party)


def _party(sheet: Sheet, left: float, party: Party) -> None:
    sheet.put(left, 34.5, "名称：")
    rows = shown.wrapped(party.name or "", 82)
    start = 34.5 if len(rows) == 1 else 32.8
    for place, row in enumerate(rows):
        sheet.put(left + 9.7, start + 3.6 * place, row)
    sheet.put(left, 45.0, "统一社会信用代码/纳税人识别号：")
    sheet.put(left + 47.5, 45.0, party.tax_id)


def _headings(sheet: Sheet, columns: Sequence[Column]) -> None:
    for _, heading, centre, _ in columns:
        sheet.middle(centre, 52.0, heading)


def _line(sheet: Sheet, line: Line, columns: Sequence[Column], y: float, extra: dict[str, str]) -> float:
    """Set a line; a long name goes on below. Return where the next one stands."""
    tall = 1
    for name, _, _, at in columns:
        if name in extra:
            rows = shown.wrapped(extra[name], 34)
            for place, row in enumerate(rows):
                sheet.put(at, y + 3.6 * place, row)
        elif name in ("name", "spec"):
            rows = shown.wrapped(getattr(line, name) or "", 36 if name == "name" else 18)
            for place, row in enumerate(rows):
                (sheet.put if name == "name" else sheet.middle)(at, y + 3.6 * place, row)
        else:
            rows = [_value(line, name)]
            (sheet.end if name in _FIGURES else sheet.middle)(at, y, rows[0])
        tall = max(tall, len(rows))
    return y + 3.6 * tall + 0.8


def _value(line: Line, name: str) -> str:
    if name == "rate":
        return shown.rate(line.rate)
    if name == "tax":
        return f"{line.tax:.2f}" if line.tax is not None else line.tax_text or ""
    if name == "amount":
        return f"{line.amount:.2f}"
    value = getattr(line, name)
    return value if isinstance(value, str) else shown.plain(value)


def _sums(sheet: Sheet, invoice: Invoice, y: float) -> None:
    sheet.put(20, y + 1.2, "合")
    sheet.put(36, y + 1.2, "计")
    sheet.end(153, y, f"¥{invoice.amount:.2f}")
    sheet.end(205, y, f"¥{invoice.tax:.2f}" if invoice.tax is not None else invoice.tax_text)
    sheet.put(15, 103.0, "价税合计（大写）")
    sheet.put(57, 103.0, invoice.total_in_words)
    sheet.put(150, 103.0, "（小写）")
    sheet.put(164, 103.0, f"¥{invoice.total:.2f}")


def _table(sheet: Sheet, headings: Sequence[str], entries: Sequence[Sequence[str]]) -> None:
    step = 200 / len(headings)
    for place, heading in enumerate(headings):
        sheet.put(5 + place * step, 94.6, heading, 2.3)
    for number, entry in enumerate(entries):
        for place, value in enumerate(entry):
            sheet.put(5 + place * step, 97.2 + 2.6 * number, value, 2.3)


def _foot(sheet: Sheet, invoice: Invoice) -> None:
    sheet.upright(5, 113.5, "备注", 8.0)
    y = 111.0
    for row in remark_rows(invoice):
        sheet.put(12.5, y, row)
        y += 3.9
    sheet.put(23, 134.5, "开票人：")
    sheet.put(36, 134.5, invoice.drawer)


def remark_rows(invoice: Invoice) -> list[str]:
    """Return the rows of the remark: the accounts first, as the platform prints them, then what was written."""
    rows = []
    for side, party in (("购", invoice.buyer), ("销", invoice.seller)):
        if party.bank:
            rows.append(f"{side}方开户银行:{party.bank};    银行账号:{party.account};")
        if party.address:
            rows.append(
                f"{side}{'买' if side == '购' else '售'}方地址:{party.address};    电话:{party.phone};"
            )
    if invoice.red:
        rows.append(
            f"被红冲蓝字数电发票号码：{invoice.red.original_number} "
            f"红字发票信息确认单编号：{invoice.red.confirmation_number}"
        )
    return [*rows, *shown.wrapped(invoice.remark or "", 185)] if invoice.remark else rows
