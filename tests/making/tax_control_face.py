"""The 税控 face (税控发票): buyer above, seller below, cipher and remark to the right, a seal over the title."""

from __future__ import annotations

from collections.abc import Sequence

from fapiao.invoice import Invoice, Line, Party
from making import shown
from making.digital_face import Column
from making.sheets import Sheet

WIDTH, HEIGHT = 215.0, 139.0
TITLES = {
    "10": "北京增值税电子普通发票",
    "08": "北京增值税电子专用发票",
    "04": "北京增值税普通发票",
    "01": "北京增值税专用发票",
    "14": "北京增值税电子普通发票",
}
USUAL: tuple[Column, ...] = (
    ("name", "货物或应税劳务、服务名称", 35.0, 10.5),
    ("spec", "规格型号", 70.0, 63.0),
    ("unit", "单位", 83.0, 83.0),
    ("quantity", "数 量", 101.0, 112.0),
    ("price", "单 价", 125.0, 138.0),
    ("amount", "金 额", 154.0, 169.0),
    ("rate", "税率", 174.0, 174.0),
    ("tax", "税 额", 194.0, 208.0),
)
TOLLS: tuple[Column, ...] = (
    ("name", "项目名称", 30.0, 10.5),
    ("plate", "车牌号", 58.0, 52.0),
    ("class", "类型", 76.0, 73.0),
    ("from", "通行日期起", 97.0, 88.0),
    ("to", "通行日期止", 124.0, 115.0),
    *USUAL[5:],
)
CIPHER = (
    "03*-<61>/2+8<5-9*0+4>7/1<3",
    "7-+2>*/4<8>51+0-6*9/3<2>8+4",
    "<9/1+>3*5-0<7/2>+8*4-6<1+9>",
    ">/06-4+*8<2>3/5+7-9*1<0+6/2",
)


def face(
    invoice: Invoice,
    *,
    columns: Sequence[Column] = USUAL,
    mark: str = "",
    extra: dict[str, str] | None = None,
) -> Sheet:
    """Return the page of an invoice; a longer one refers to its list (清单)."""
    sheet = Sheet(WIDTH, HEIGHT)
    _head(sheet, invoice, mark)
    _party(sheet, invoice.buyer, 33.6, "购买方")
    sheet.upright(124, 33.6, "密码区", 7.7)
    for place, row in enumerate(CIPHER):
        sheet.put(134, 33.6 + 5.1 * place, row, 4.0)
    for _, heading, centre, _ in columns:
        sheet.middle(centre, 54.9, heading)
    y = 59.6
    for line in invoice.lines:
        y = _line(sheet, line, columns, y, extra or {}, 40 if extra else 48)
    sheet.put(22, 94.1, "合")
    sheet.put(36, 94.1, "计")
    sheet.end(169, 94.1, f"￥{invoice.amount:.2f}")
    sheet.end(208, 94.1, f"￥{invoice.tax:.2f}" if invoice.tax is not None else invoice.tax_text)
    sheet.put(22, 100.2, "价税合计（大写）")
    sheet.put(62, 100.2, "⊗")
    sheet.put(67, 100.2, invoice.total_in_words)
    sheet.put(158, 100.2, "（小写）")
    sheet.put(171, 100.2, f"￥{invoice.total:.2f}")
    _party(sheet, invoice.seller, 106.8, "销售方")
    _foot(sheet, invoice)
    return sheet


def paper_face(invoice: Invoice) -> Sheet:
    """Return a printed invoice as a scanner's recognition gives it: code and number stand without labels."""
    sheet = face(invoice)
    unsaid = ("发票代码：", "发票号码：", "机器编号：", "校 验 码：", invoice.machine_number)
    sheet.texts = [text for text in sheet.texts if text.text not in unsaid and text.y > 8]
    sheet.texts = [text for text in sheet.texts if text.text != invoice.number]
    sheet.put(30, 13.7, invoice.code, 4)
    sheet.put(150, 13.7, "№", 4)
    sheet.put(156, 13.7, invoice.number, 4)
    sheet.put(185, 9.0, invoice.code, 2.4)
    sheet.put(185, 12.2, invoice.number, 2.4)
    return sheet


def goods_list(invoice: Invoice, lines: Sequence[Line]) -> Sheet:
    """Return the attached list (销货清单) that a face refers to."""
    sheet = Sheet(210, 297)
    sheet.middle(105, 20, "销售货物或者提供应税劳务、服务清单", 5)
    sheet.put(15, 32, f"购买方名称：{invoice.buyer.name}")
    sheet.put(15, 38, f"销售方名称：{invoice.seller.name}")
    sheet.put(
        15,
        44,
        f"所属{TITLES[invoice.kind or '10'][2:]}代码：{invoice.code}　号码：{invoice.number}　　共 1 页 第 1 页",
    )
    columns = (
        ("name", "货物(劳务)名称", 45.0, 26.0),
        *USUAL[1:3],
        ("quantity", "数 量", 96.0, 102.0),
        *USUAL[4:],
    )
    sheet.put(12, 52, "序号")
    for _, heading, centre, _ in columns:
        sheet.middle(centre * 0.95, 52, heading)
    y = 58.0
    for number, line in enumerate(lines, 1):
        sheet.put(13, y, str(number))
        y = _line(
            sheet,
            line,
            [(name, word, c * 0.95, at if name == "name" else at * 0.95) for name, word, c, at in columns],
            y,
            {},
            32,
        )
    sheet.put(20, y + 4, "小计")
    sheet.end(160.5, y + 4, f"￥{invoice.amount:.2f}")
    sheet.end(197.6, y + 4, f"￥{invoice.tax:.2f}")
    sheet.put(20, y + 10, "总计")
    sheet.end(160.5, y + 10, f"￥{invoice.amount:.2f}")
    sheet.end(197.6, y + 10, f"￥{invoice.tax:.2f}")
    sheet.put(20, y + 16, "备注")
    sheet.put(15, y + 30, f"销售方：（章）　　　　填开日期：{shown.day(invoice)}")
    return sheet


def _head(sheet: Sheet, invoice: Invoice, mark: str) -> None:
    sheet.middle(107, 13.7, TITLES[invoice.kind or "10"], 7.0)
    sheet.upright(105, 17.0, "全国统一发票监制章", 1.2, 1.1)
    sheet.middle(107, 19.5, "国家税务总局", 2.6)
    sheet.middle(107, 25.0, "北京市税务局", 2.6)
    sheet.put(153, 7.2, "发票代码：")
    sheet.put(170, 7.2, invoice.code)
    sheet.put(153, 13.7, "发票号码：")
    sheet.put(170, 13.7, invoice.number)
    sheet.put(153, 19.5, "开票日期：")
    assert invoice.issued_on is not None
    sheet.put(170, 19.5, f"{invoice.issued_on:%Y 年%m 月%d 日}")
    sheet.put(11, 25.7, "机器编号：")
    sheet.put(27, 25.7, invoice.machine_number)
    if invoice.check_code:
        sheet.put(153, 25.7, "校 验 码：")
        groups = [invoice.check_code[at : at + 5] for at in range(0, 20, 5)]
        sheet.put(170, 25.7, " ".join(groups))
    sheet.put(40, 14, mark)
    sheet.pictures.append((10, 4, 18, shown.qr_picture(shown.payload(invoice))))


def _party(sheet: Sheet, party: Party, y: float, label: str) -> None:
    sheet.upright(10.4, y + 2.1, label, 5.5)
    sheet.put(17, y, "名")
    sheet.put(33, y, "称：")
    sheet.put(39.5, y, party.name)
    sheet.put(17, y + 5.2, "纳税人识别号：")
    sheet.put(39.5, y + 5.2, party.tax_id)
    sheet.put(17, y + 10.3, "地 址、 电 话：")
    sheet.put(39.5, y + 10.3, f"{party.address} {party.phone}" if party.address else None, 2.9)
    sheet.put(17, y + 15.4, "开户行及账号：")
    sheet.put(39.5, y + 15.4, f"{party.bank} {party.account}" if party.bank else None, 2.9)


def _line(
    sheet: Sheet, line: Line, columns: Sequence[Column], y: float, extra: dict[str, str], room: float = 48
) -> float:
    tall = 1
    for name, _, _, at in columns:
        if name in extra:
            sheet.put(at, y, extra[name])
        elif name in ("name", "spec"):
            rows = shown.wrapped(getattr(line, name) or "", room if name == "name" else 17)
            for place, row in enumerate(rows):
                sheet.put(at, y + 4 * place, row)
            tall = max(tall, len(rows))
        elif name == "rate":
            sheet.middle(at, y, shown.rate(line.rate))
        elif name == "unit":
            sheet.middle(at, y, line.unit)
        else:
            value = getattr(line, name)
            text = (
                shown.plain(value)
                if name in ("quantity", "price")
                else f"{value:.2f}"
                if value is not None
                else line.tax_text
            )
            sheet.end(at, y, text)
    return y + 4 * tall + 0.5


def _foot(sheet: Sheet, invoice: Invoice) -> None:
    sheet.upright(124, 109.3, "备注", 9.8)
    y = 107.0
    rows = shown.wrapped(invoice.remark or "", 75)
    if invoice.red:
        rows = [f"对应正数发票代码:{invoice.red.original_code}", f"号码:{invoice.red.original_number}", *rows]
    for row in rows:
        sheet.put(131, y, row)
        y += 4.2
    sheet.put(12, 128.4, "收款人：")
    sheet.put(26, 128.4, invoice.payee)
    sheet.put(68, 128.4, "复核：")
    sheet.put(78, 128.4, invoice.reviewer)
    sheet.put(111, 128.4, "开票人：")
    sheet.put(124, 128.4, invoice.drawer)
    sheet.put(154, 128.4, "销售方：（章）")
